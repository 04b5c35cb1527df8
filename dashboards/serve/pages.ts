// The pages only the server has: the store, a workload, a night, a search, a message.
import type {History, Night} from '../../results/history/types.ts';
import type {SessionHead, StoreProblem} from '../../results/store/index.ts';
import type {Session} from '../../results/types.ts';
import {plural} from '../charts/axis-format.ts';
import {matrix} from '../charts/matrix.ts';
import {pageDocument} from '../page/document.ts';
import {figure} from '../page/figure.ts';
import {frontBody, nightMatrix} from '../page/front-body.ts';
import {historyParts} from '../page/history-page.ts';
import type {Html} from '../page/html.ts';
import {html, nothing} from '../page/html.ts';
import {addFigureFiles} from '../page/report-page.ts';
import {sessionTitle} from '../page/session-page.ts';

/** What sessions are grouped by: the workload, or the label of a command. */
export const titleOf = (head: SessionHead): string => head.workload ?? head.before.label;

/** The front page lists so many sessions; the others are found by workload and by search. */
const mostSessions = 40;

export const frontPage = (store: {
  readonly heads: readonly SessionHead[];
  readonly problems: readonly StoreProblem[];
  readonly nights: readonly Night[];
}): string => {
  const heads = store.heads.toReversed();
  const workloads = [...new Set(heads.map(titleOf))];
  const night = store.nights.at(-1);
  return pageDocument({
    title: 'Store · jitstat',
    header: html`<h1>
        ${
          heads.length === 0
            ? 'An empty store'
            : `${plural(heads.length, 'session')} of ${plural(workloads.length, 'workload')}`
        }
      </h1>
      <p class="sub">
        ${
          heads.length === 0
            ? 'jitstat ab and jitstat nightly fill it; reload this page then.'
            : `The newest is of ${time(heads[0])}.`
        }
      </p>
      ${searchForm('')}`,
    body: html`${
      night === undefined
        ? nothing
        : html`<h2>Nights</h2>
            <ul class="findings">
              ${store.nights.slice(-5).toReversed().map(nightLine)}
            </ul>`
    }
    ${
      workloads.length === 0
        ? nothing
        : html`<h2>Workloads</h2>
            <ul class="findings">
              ${workloads.map((name) => workloadItem(name, heads))}
            </ul>`
    }
    ${
      heads.length === 0
        ? nothing
        : html`<h2>Sessions</h2>
            ${sessionTable(heads.slice(0, mostSessions))}${compareForm(heads.slice(0, mostSessions))}`
    }
    ${
      store.problems.length === 0
        ? nothing
        : html`<h2>Files that were skipped</h2>
            <dl class="facts">
              ${store.problems.map(
                (one) =>
                  html`<dt>${one.path.split('/').slice(-2).join('/')}</dt>
                    <dd>${one.text}</dd>`,
              )}
            </dl>`
    }`,
  });
};

const workloadItem = (name: string, heads: readonly SessionHead[]): Html => {
  const count = plural(heads.filter((head) => titleOf(head) === name).length, 'session');
  const link = html`<a href="${workloadPath(name)}">${name}</a>`;
  return html`<li>${link}<span class="code">${count}</span></li>`;
};

const nightLine = (night: Night): Html =>
  html`<li>
    <a href="/night/${encodeURIComponent(night.id)}/index.html">Night of ${night.night}</a> on
    ${night.machine}:
    ${
      night.status === 'refused'
        ? `refused, ${night.reason ?? ''}`
        : night.alerts.length === 0
          ? 'nothing to report'
          : plural(night.alerts.length, 'alert')
    }${night.alerts.slice(0, 1).map((alert) => html`<span class="code">${alert.text}</span>`)}
  </li>`;

const sessionTable = (heads: readonly SessionHead[]): Html =>
  html`<table class="rows">
    <thead>
      <tr>
        <th>Session</th>
        <th class="text">When (UTC)</th>
        <th class="text">Host</th>
        <th class="text">Kind</th>
      </tr>
    </thead>
    <tbody>
      ${heads.map(
        (head) =>
          html`<tr>
            <td class="event">
              <a href="/sessions/${encodeURIComponent(head.id)}/index.html"
                >${sessionTitle(head)}</a
              >
            </td>
            <td class="text">${time(head)}</td>
            <td class="text">${head.host.name}</td>
            <td class="text full">
              ${head.status === 'refused' ? 'refused' : head.kind === 'ab' ? 'A/B' : 'one side'}${
                head.night === undefined ? '' : ', nightly'
              }
            </td>
          </tr>`,
      )}
    </tbody>
  </table>`;

const time = (head: SessionHead): string => head.created.slice(0, 16).replace('T', ' ');

const workloadPath = (name: string): string => `/workload/${encodeURIComponent(name)}/index.html`;

const searchForm = (query: string): Html =>
  html`<form class="search" action="/search" method="get" role="search">
    <label>Search <input type="search" name="q" value="${query}" size="24" /></label>
    <button>Find</button>
  </form>`;

const compareForm = (heads: readonly SessionHead[]): Html => {
  const options = heads.map(
    (head) => html`<option value="${head.id}">${time(head)} ${sessionTitle(head)}</option>`,
  );
  return html`<h2>Compare any two</h2>
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

/** Sessions whose id, workload, variant, host, kernel or date holds every word. */
export const searchPage = (query: string, heads: readonly SessionHead[]): string => {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const found = heads
    .filter((head) => words.every((word) => haystack(head).includes(word)))
    .toReversed();
  return pageDocument({
    title: 'Search · jitstat',
    header: html`<h1>
        ${words.length === 0 ? 'Search' : `${plural(found.length, 'session')} with “${query}”`}
      </h1>
      ${searchForm(query)}
      <p class="sub"><a href="/">All sessions</a></p>`,
    body:
      words.length === 0
        ? html`<p>Words of the session: workload, variant, host, kernel, date, id.</p>`
        : found.length === 0
          ? html`<p>No session holds all of these words.</p>`
          : sessionTable(found.slice(0, 200)),
  });
};

const haystack = (head: SessionHead): string =>
  [
    head.id,
    head.created,
    head.workload,
    head.before.label,
    head.before.variant,
    head.after?.label,
    head.after?.variant,
    head.host.name,
    head.host.cpu,
    head.host.kernel,
    head.night,
  ]
    .join(' ')
    .toLowerCase();

type Files = Map<string, string | Uint8Array>;

/** A workload's sessions and its history. */
export const workloadPage = async (
  name: string,
  heads: readonly SessionHead[],
  history: History,
): Promise<Files> => {
  const files: Files = new Map();
  const parts = await historyParts(history);
  await addFigureFiles(files, parts.figures, false);
  files.set(
    'index.html',
    pageDocument({
      title: `${name} · jitstat`,
      header: html`<h1>${name}</h1>
        <p class="sub">${plural(heads.length, 'session')}. <a href="/">All workloads</a></p>`,
      body: html`<h2>Sessions</h2>
        ${sessionTable(heads.toReversed().slice(0, mostSessions))}${
          heads.length > mostSessions ? newestOf(heads.length) : nothing
        }${compareForm(heads.toReversed().slice(0, mostSessions))}${
          history.series.length === 0
            ? nothing
            : html`<h2>History</h2>
                ${parts.html}`
        }`,
    }),
  );
  return files;
};

const newestOf = (count: number): Html => {
  const words =
    `The newest ${mostSessions} of ${count.toLocaleString('en-US')}; ` +
    'the others are found by search.';
  return html`<p class="note">${words}</p>`;
};

export const nightPage = async (
  night: Night,
  sessions: readonly Session[],
  history: History,
): Promise<Files> => {
  const files: Files = new Map();
  const chart = matrix(nightMatrix(night, sessions));
  const tonight = chart === null ? [] : [await figure(chart)];
  const past = await historyParts(history);
  await addFigureFiles(files, [...tonight, ...past.figures], false);
  const title = `Night of ${night.night}`;
  files.set(
    'history.html',
    pageDocument({
      title: `History of ${night.machine} · jitstat`,
      header: html`<h1>History of ${night.machine}</h1>
        <p class="sub"><a href="index.html">${title}</a></p>`,
      body: past.html,
    }),
  );
  files.set(
    'index.html',
    pageDocument({
      title: `${title} · jitstat`,
      header: html`<h1>${title}</h1>
        <p class="sub">${night.machine}, suite ${night.suite}. <a href="/">All sessions</a></p>`,
      body: frontBody(
        night,
        history,
        sessions,
        [...tonight, ...past.figures.filter((one) => one.chart.kind === 'calibration')],
        'history.html',
        '/',
      ),
    }),
  );
  return files;
};

/** A message in place of a page. */
export const messagePage = (message: string, hint: string): {type: string; body: string} => ({
  type: 'text/html; charset=utf-8',
  body: pageDocument({
    title: 'jitstat',
    header: html`<h1>${message}</h1>`,
    body: html`<p>${hint}</p>
      <p><a href="/">All sessions</a></p>`,
  }),
});
