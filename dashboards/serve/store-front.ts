// The front page of a store: what needs a look, every series with its trend, the newest sessions, a
// form to compare any two, and nights.
import type {NightBrief, SessionBrief} from '../../results/history/index.ts';
import type {StoreProblem} from '../../results/store/index.ts';
import {plural} from '../charts/axis-format.ts';
import {pageDocument} from '../page/document.ts';
import type {Html} from '../page/html.ts';
import {html, nothing} from '../page/html.ts';
import {byUrgency, needsLook, seriesTable, verdictCell} from '../page/series-table.ts';
import type {SeriesLine} from '../page/series-table.ts';
import {sessionTitle} from '../page/session-page.ts';
import {nightPath, sessionPath, timeOf} from './paths.ts';
import {changeWords, seriesLines, titleOf} from './store-series.ts';

/** The others are found by workload and by search. */
const mostSessions = 20;
const mostToCompare = 40;
const mostSeries = 40;
/** Nights whose alerts are still worth a look. */
const recentNights = 7;
const mostNights = 10;

export interface StoreContent {
  /** Oldest first. */
  readonly briefs: readonly SessionBrief[];
  readonly nights: readonly NightBrief[];
  readonly problems: readonly StoreProblem[];
}

export const storeFront = ({briefs, nights, problems}: StoreContent): string => {
  const newest = briefs.slice(-mostToCompare).toReversed();
  const series = byUrgency(seriesLines(briefs));
  const workloads = new Set(briefs.map(titleOf)).size;
  return pageDocument({
    title: 'Store · jitstat',
    header: html`<h1>
        ${
          briefs.length === 0
            ? 'An empty store'
            : `${plural(briefs.length, 'session')} of ${plural(workloads, 'workload')}`
        }
      </h1>
      <p class="sub">
        ${
          briefs.length === 0
            ? 'jitstat ab and jitstat nightly fill it; reload this page then.'
            : html`The newest is of ${timeOf(newest[0])}. <a href="#compare">Compare any two</a>`
        }
      </p>
      ${searchForm('')}`,
    body: html`${briefs.length === 0 ? nothing : lookSection(series, nights, problems)}
    ${
      series.length === 0
        ? nothing
        : html`<h2>Series</h2>
            ${seriesTable(series.slice(0, mostSeries))}${
              series.length > mostSeries
                ? note(
                    `The first ${mostSeries} of ${series.length}; the others are found by search.`,
                  )
                : nothing
            }`
    }
    ${briefs.length === 0 ? nothing : compareForm(newest)}
    ${
      briefs.length === 0
        ? nothing
        : html`<h2>Newest sessions</h2>
            ${sessionTable(newest.slice(0, mostSessions))}`
    }
    ${
      nights.length === 0
        ? nothing
        : html`<h2>Nights</h2>
            <ul class="findings">
              ${nights.slice(-mostNights).toReversed().map(nightLine)}
            </ul>`
    }
    ${skipped(problems)}`,
  });
};

/** Problems first, or a line that says there are none. */
const lookSection = (
  series: readonly SeriesLine[],
  nights: readonly NightBrief[],
  problems: readonly StoreProblem[],
): Html => {
  const items = [
    ...nights
      .slice(-recentNights)
      .toReversed()
      .filter(({status, alerts}) => status !== 'finished' || alerts.length > 0)
      .map(nightLine),
    ...series
      .filter(needsLook)
      .map(
        (line) =>
          html`<li>
            <a href="${line.sessionHref}">${line.title}</a> on ${line.machine}, ${line.when}:
            ${line.refused === null ? changeWords(line) : `refused, ${line.refused}`}
          </li>`,
      ),
    ...(problems.length === 0
      ? []
      : [html`<li><a href="#skipped">${plural(problems.length, 'file')} skipped</a></li>`]),
  ];
  return html`<h2>Needs a look</h2>
    ${
      items.length === 0
        ? note('Nothing: no series changed since the last time, and no night has an alert.')
        : html`<ul class="findings">
            ${items}
          </ul>`
    }`;
};

const nightLine = (night: NightBrief): Html =>
  html`<li>
    <a href="${nightPath(night.id)}">Night of ${night.night}</a> on ${night.machine}:
    ${
      night.status === 'refused'
        ? `refused, ${night.reason ?? 'no reason was kept'}`
        : night.status === 'unfinished'
          ? 'not finished'
          : night.alerts.length === 0
            ? 'no news'
            : plural(night.alerts.length, 'alert')
    }${night.alerts.slice(0, 2).map((alert) => html`<span class="code">${alert.text}</span>`)}
  </li>`;

/** Newest first. */
export const sessionTable = (briefs: readonly SessionBrief[]): Html =>
  html`<table class="rows">
    <thead>
      <tr>
        <th>Session</th>
        <th>Change</th>
        <th class="text">Verdict</th>
        <th class="text">When (UTC)</th>
        <th class="text">Host</th>
      </tr>
    </thead>
    <tbody>
      ${briefs.map((brief) => {
        const [line] = seriesLines([brief]);
        return html`<tr>
          <td class="event"><a href="${sessionPath(brief.id)}">${sessionTitle(brief)}</a></td>
          <td>${changeWords(line)}</td>
          <td class="text">${verdictCell({...line, news: 'none'})}</td>
          <td class="text">${timeOf(brief)}</td>
          <td class="text">${brief.host.name}${brief.night === null ? '' : ', nightly'}</td>
        </tr>`;
      })}
    </tbody>
  </table>`;

export const searchForm = (query: string): Html =>
  html`<form class="search" action="/search" method="get" role="search">
    <label>Search <input type="search" name="q" value="${query}" size="24" /></label>
    <button>Find</button>
  </form>`;

/** `briefs`: newest first; the newest is after, the one before it before. */
export const compareForm = (briefs: readonly SessionBrief[]): Html => {
  const options = briefs.map(
    (brief) => html`<option value="${brief.id}">${timeOf(brief)} ${sessionTitle(brief)}</option>`,
  );
  return html`<h2 id="compare">Compare any two</h2>
    <form class="search" action="/compare" method="get">
      <label
        >Before
        <select name="before">
          ${[...options.slice(1), ...options.slice(0, 1)]}
        </select></label
      >
      <label
        >After
        <select name="after">
          ${options}
        </select></label
      >
      <button>Compare</button>
    </form>`;
};

export const note = (words: string): Html => html`<p class="note">${words}</p>`;

const skipped = (problems: readonly StoreProblem[]): Html =>
  problems.length === 0
    ? nothing
    : html`<h2 id="skipped">Files that were skipped</h2>
        <dl class="facts">
          ${problems.map(
            (one) =>
              html`<dt>${one.path.split('/').slice(-2).join('/')}</dt>
                <dd>${one.text}</dd>`,
          )}
        </dl>`;
