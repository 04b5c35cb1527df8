// History charts on a page: which series are drawn, and the names of the rest.
import type {History, HistorySeries} from '../../results/history/types.ts';
import {formatChange, formatCount, formatShare, plural} from '../charts/axis-format.ts';
import {calibration} from '../charts/calibration.ts';
import {history as historyChart} from '../charts/history.ts';
import type {Figure} from './figure.ts';
import {figure} from './figure.ts';
import type {Html} from './html.ts';
import {html, nothing} from './html.ts';
import {slug} from './slug.ts';

/** At most this many series are drawn on one page. */
const mostSeries = 24;
/** A series of fewer nights shows no level and no step, and is only listed. */
const fewestNights = 5;
const headlineEvents = ['task-clock', 'duration_time', 'cycles', 'instructions'];

/** The anchor of a series, and the stem of its files. */
export const historyName = (series: HistorySeries): string => `history-${slug(series.key)}`;

const seriesName = (series: HistorySeries): string =>
  `${series.workload} ${series.side} ${series.event}`;

export interface HistoryParts {
  readonly html: Html;
  readonly figures: readonly Figure[];
}

/**
 * Series with change points first, then the headline events, then whether the A/A of these sessions
 * supports the verdicts; series that are not drawn are listed.
 */
export const historyParts = async (history: History): Promise<HistoryParts> => {
  const ranked = [...history.series].sort((a, b) => weight(b) - weight(a));
  const drawn = ranked
    .filter((series) => series.points.length >= fewestNights)
    .slice(0, mostSeries);
  const figures: Figure[] = [];
  for (const series of drawn) {
    const chart = historyChart(series, '', historyName(series));
    if (chart !== null) figures.push(await figure(chart));
  }
  const trust = calibration(history.aa ?? []);
  if (trust !== null) figures.push(await figure(trust));
  const rest = ranked.filter((series) => !drawn.includes(series));
  return {
    figures,
    html: html`${drawn.length === 0 ? nothing : html`<p class="note">${history.rule}</p>`}${figures.map(
      (one) => one.html,
    )}
    ${
      rest.length === 0
        ? nothing
        : html`<details>
            <summary>
              ${rest.length}${
                drawn.length === 0
                  ? ` series of fewer than ${fewestNights} nights`
                  : ' further series'
              }
            </summary>
            <dl class="facts">
              ${rest.map(
                (series) =>
                  html`<dt>${seriesName(series)}</dt>
                    <dd>${levelOf(series)}</dd>`,
              )}
            </dl>
          </details>`
    }
    ${problems(history)}`,
  };
};

const weight = (series: HistorySeries): number =>
  series.changes.length * 10 +
  series.spikeChanges.length * 10 +
  (headlineEvents.includes(series.event) ? 4 - headlineEvents.indexOf(series.event) : 0) +
  (series.measure === 'ratio' ? 0.5 : 0);

const levelOf = (series: HistorySeries): string => {
  const level = series.segments.at(-1)?.level ?? null;
  if (level === null) return `${plural(series.points.length, 'night')}, no level`;
  return (
    `${series.measure === 'ratio' ? formatChange(level) : formatCount(level, series.unit)} ` +
    `over ${plural(series.points.length, 'night')}`
  );
};

/** Change points on or after a date, as links to their charts; `page` is where these are. */
export const changeList = (history: History, since: string, page: string): readonly Html[] =>
  history.series.flatMap((series) => [
    ...series.changes
      .filter((change) => change.night >= since)
      .map(
        (change) =>
          html`<li>
            <a href="${page}#${historyName(series)}">${seriesName(series)}</a>:
            ${change.ratio === null ? formatCount(change.after, series.unit) : formatChange(change.ratio)}
            since ${change.night}<span class="code"
              >between ${change.sessionBefore} and ${change.sessionAfter}</span
            >
          </li>`,
      ),
    ...series.spikeChanges
      .filter((change) => change.night >= since)
      .map(
        (change) =>
          html`<li>
            <a href="${page}#${historyName(series)}">${seriesName(series)}</a>: share of spikes
            ${formatShare(change.before)} → ${formatShare(change.after)} since ${change.night}<span
              class="code"
              >spike rate</span
            >
          </li>`,
      ),
  ]);

/** Spike rates of the last night against the nights before, if there were any. */
export const spikeRates = (history: History): Html => {
  const rows = history.series.flatMap((series) => {
    const last = series.points.at(-1);
    if (
      series.measure === 'ratio' ||
      last === undefined ||
      last.spikes === null ||
      last.runs === null ||
      last.spikes === 0
    )
      return [];
    const before = series.points.slice(0, -1).reduce(
      (sum, point) => ({
        spikes: sum.spikes + (point.spikes ?? 0),
        runs: sum.runs + (point.spikes === null ? 0 : (point.runs ?? 0)),
      }),
      {spikes: 0, runs: 0},
    );
    return [
      html`<tr>
        <td class="event">${seriesName(series)}</td>
        <td data-label="last night">${last.spikes} of ${last.runs}</td>
        <td data-label="nights before">
          ${before.runs === 0 ? '—' : formatShare(before.spikes / before.runs)}
        </td>
      </tr>`,
    ];
  });
  if (rows.length === 0) return nothing;
  return html`<h2>Spikes</h2>
    <table class="rows">
      <thead>
        <tr>
          <th>Series</th>
          <th>Last night</th>
          <th>Nights before</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>`;
};

const problems = (history: History): Html =>
  history.problems.length === 0
    ? nothing
    : html`<h2>Files that were skipped</h2>
        <dl class="facts">
          ${history.problems.map(
            (one) =>
              html`<dt>${one.path.split('/').at(-1) ?? one.path}</dt>
                <dd>${one.text}</dd>`,
          )}
        </dl>`;
