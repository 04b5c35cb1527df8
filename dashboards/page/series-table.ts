// A list of series: what is measured repeatedly, its trend, and its newest result; also used by
// pages made from a database.
import type {News} from '../../results/history/news.ts';
import type {Verdict} from '../../results/types.ts';
import {formatChange, formatInterval, plural} from '../charts/axis-format.ts';
import type {Html} from './html.ts';
import {html, nothing} from './html.ts';
import {sparkline} from './sparkline.ts';

/** One series. Addresses are as the page needs them. */
export interface SeriesLine {
  readonly title: string;
  readonly href: string;
  readonly machine: string;
  /** Sessions in all. */
  readonly count: number;
  /** Values of the event, oldest first: after / before, or the level of one side. */
  readonly trend: readonly (number | null)[];
  readonly event: string;
  /** after / before of the newest session. */
  readonly change: {
    readonly ratio: number;
    readonly low: number | null;
    readonly high: number | null;
  } | null;
  /** With one side: its level in words. */
  readonly level: string | null;
  /** Null for one side, and for a session that was refused. */
  readonly verdict: Verdict | null;
  readonly news: News;
  /** Why the newest session was refused. */
  readonly refused: string | null;
  /** Of the newest session, `2026-11-22 09:30`. */
  readonly when: string;
  readonly sessionHref: string;
}

/** Series that need a look first, then the newest. */
export const byUrgency = (lines: readonly SeriesLine[]): SeriesLine[] =>
  lines.toSorted(
    (a, b) => urgency(b) - urgency(a) || (a.when < b.when ? 1 : a.when > b.when ? -1 : 0),
  );

export const needsLook = (line: SeriesLine): boolean => urgency(line) > 0;

const urgency = ({news, refused}: SeriesLine): number =>
  news === 'new' ? 2 : refused !== null ? 1 : 0;

export const seriesTable = (lines: readonly SeriesLine[]): Html =>
  html`<table class="rows series">
    <thead>
      <tr>
        <th>Series</th>
        <th class="text">Trend</th>
        <th>Newest</th>
        <th class="text">Verdict</th>
        <th class="text">When (UTC)</th>
      </tr>
    </thead>
    <tbody>
      ${lines.map(
        (line) =>
          html`<tr>
            <td class="event">
              <a href="${line.href}">${line.title}</a
              ><small>${line.machine}, ${plural(line.count, 'session')}</small>
            </td>
            <td class="text trend">
              ${sparkline(line.trend, `trend of ${plural(line.trend.length, 'session')}`)}
            </td>
            <td class="newest">${newest(line)}</td>
            <td class="text">${verdictCell(line)}</td>
            <td class="text"><a class="quiet" href="${line.sessionHref}">${line.when}</a></td>
          </tr>`,
      )}
    </tbody>
  </table>`;

const newest = ({event, change, level, refused}: SeriesLine): Html => {
  if (refused !== null) return html`refused`;
  const interval =
    change === null || (change.low === null && change.high === null)
      ? nothing
      : html`<small>${formatInterval(change.low, change.high)}</small>`;
  const value = change === null ? (level ?? '—') : formatChange(change.ratio);
  return html`${value}<small>${event}</small>${interval}`;
};

const words: Readonly<Record<News, string>> = {
  new: 'new',
  standing: 'as before',
  first: 'first time',
  none: '',
};

/** The verdict, and whether it is news. */
export const verdictCell = ({
  verdict,
  news,
  refused,
}: Pick<SeriesLine, 'verdict' | 'news' | 'refused'>): Html =>
  refused !== null
    ? html`<small>${refused}</small>`
    : verdict === null
      ? html`<span class="equal">level only</span>`
      : html`<span class="${verdict}">${verdict}</span>${
            words[news] === ''
              ? nothing
              : html`<small class="${news === 'new' ? 'news' : ''}">${words[news]}</small>`
          }`;
