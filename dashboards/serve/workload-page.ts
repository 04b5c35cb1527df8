// A workload's page: its series, the history of its primary event, a page for every other event,
// its newest sessions. Only that event's history is read.
import type {History, HistorySeries, SessionBrief} from '../../results/history/index.ts';
import type {Session} from '../../results/types.ts';
import {formatChange, formatCount, formatGrouped, plural} from '../charts/axis-format.ts';
import {history as historyChart} from '../charts/history.ts';
import {pageDocument} from '../page/document.ts';
import {lazyFigure} from '../page/figure.ts';
import {historyName} from '../page/history-page.ts';
import type {Html} from '../page/html.ts';
import {html, nothing} from '../page/html.ts';
import {byUrgency, seriesTable} from '../page/series-table.ts';
import type {PageFile} from '../page/write-report.ts';
import {eventPath, sessionPath, workloadPath} from './paths.ts';
import {compareForm, note, sessionTable} from './store-front.ts';
import {seriesLines} from './store-series.ts';

type Files = Map<string, PageFile>;

const mostSessions = 20;
const mostToCompare = 40;
/** For one event; with a link to each session a chart has about 50 kB. */
const mostCharts = 4;

/** `newest`: the last session that was finished, whose events are listed. */
export const workloadPage = async (
  name: string,
  briefs: readonly SessionBrief[],
  history: History,
  newest: Session | null,
): Promise<Files> => {
  const files: Files = new Map();
  const last = briefs.slice(-mostToCompare).toReversed();
  const charts = await chartsOf(history, files);
  files.set(
    'index.html',
    pageDocument({
      title: `${name} · jitstat`,
      header: html`<h1>${name}</h1>
        <p class="sub">
          ${plural(briefs.length, 'session')}. <a href="#compare">Compare any two</a>
          <a href="/">All workloads</a>
        </p>`,
      body: html`${seriesTable(byUrgency(seriesLines(briefs)))}${charts}${
          newest === null ? nothing : eventsSection(name, newest)
        }
        <h2>Newest sessions</h2>
        ${sessionTable(last.slice(0, mostSessions))}${
          briefs.length > mostSessions
            ? note(
                `The newest ${mostSessions} of ${formatGrouped(briefs.length, 0)}; ` +
                  'the others are found by search and from the dots of the history.',
              )
            : nothing
        }${compareForm(last)}`,
    }),
  );
  return files;
};

/** The history of one event of a workload. */
export const eventPage = async (name: string, event: string, history: History): Promise<Files> => {
  const files: Files = new Map();
  const charts = await chartsOf(history, files, Infinity);
  files.set(
    'index.html',
    pageDocument({
      title: `${event} of ${name} · jitstat`,
      header: html`<h1>${event} of ${name}</h1>
        <p class="sub">
          <a href="${workloadPath(name)}">${name}</a> <a href="/">All workloads</a>
        </p>`,
      body: html`${charts}${note(history.rule)}`,
    }),
  );
  return files;
};

/** Ratios first, then the levels that changed, then the others. */
const chartsOf = async (history: History, files: Files, most = mostCharts): Promise<Html> => {
  const ranked = history.series
    .toSorted((a, b) => weight(b) - weight(a))
    .filter(({points}) => points.length > 1);
  const figures: Html[] = [];
  for (const series of ranked.slice(0, most)) {
    const chart = historyChart(series, '', historyName(series));
    if (chart === null) continue;
    const figure = await lazyFigure(chart, sessionPath);
    figure.files.forEach((content, path) => files.set(path, content));
    figures.push(figure.html);
  }
  return figures.length === 0
    ? nothing
    : html`<h2>History</h2>
        ${figures}`;
};

const weight = ({measure, changes}: HistorySeries): number =>
  (measure === 'ratio' ? 2 : 0) + Math.min(1, changes.length);

/** Every event of the newest session, with a link to its page. */
const eventsSection = (name: string, {comparison, summary}: Session): Html =>
  html`<h2>All events</h2>
    <p class="note">From the newest session; each event links to its history.</p>
    <table class="rows">
      <thead>
        <tr>
          <th>Event</th>
          <th>Before</th>
          <th>After</th>
          <th>Change</th>
          <th class="text">Verdict</th>
        </tr>
      </thead>
      <tbody>
        ${
          comparison === null
            ? summary.map(
                ({event, unit, stats}) =>
                  html`<tr>
                    <td class="event"><a href="${eventPath(name, event)}">${event}</a></td>
                    <td data-label="level">${level(stats.median ?? stats.mean, unit)}</td>
                    <td></td>
                    <td></td>
                    <td class="text"></td>
                  </tr>`,
              )
            : comparison.rows.map(
                ({event, unit, before, after, change, verdict}) =>
                  html`<tr>
                    <td class="event"><a href="${eventPath(name, event)}">${event}</a></td>
                    <td data-label="before">${level(before.median ?? before.mean, unit)}</td>
                    <td data-label="after">${level(after.median ?? after.mean, unit)}</td>
                    <td data-label="change">
                      ${change === null ? '—' : formatChange(change.ratio)}
                    </td>
                    <td class="text"><span class="${verdict}">${verdict}</span></td>
                  </tr>`,
              )
        }
      </tbody>
    </table>`;

const level = (value: number | null, unit: string): string =>
  value === null ? '—' : formatCount(value, unit);
