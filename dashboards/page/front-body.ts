// The body of a night's page: tonight's matrix, sessions, alerts, change points, spikes and notes.
import {nightOutcome} from '../../results/history/night-outcome.ts';
import type {Alert, AlertCode, History, Night} from '../../results/history/types.ts';
import type {Comparison, Session} from '../../results/types.ts';
import {formatChange} from '../charts/axis-format.ts';
import {primaryRow} from '../../results/rows/primary-row.ts';
import type {Figure} from './figure.ts';
import {changeList, spikeRates} from './history-page.ts';
import type {Html} from './html.ts';
import {html, nothing} from './html.ts';
import {
  changedCodes,
  hostCodes,
  measuredWorkloads,
  missingCodes,
  nightGlance,
} from './night-glance.ts';
import {answersSection} from './sections.ts';

/** The front page shows the change points of the last days. */
const recentDays = 14;

/** Input of the night's verdict matrix. */
export const nightMatrix = (
  night: Night,
  sessions: readonly Session[],
): {label: string; comparison: Comparison}[] =>
  measuredWorkloads(night, sessions).map(({name, session}) => ({
    label: name,
    comparison: session.comparison!,
  }));

/**
 * The body, also used by `serve`; `figures` are tonight's matrix and the A/A of all nights,
 * `historyPage` holds the history charts, `base` is what the addresses of the sessions begin with.
 */
export const frontBody = (
  night: Night,
  history: History,
  sessions: readonly Session[],
  figures: readonly Figure[],
  historyPage: string,
  base = '',
): Html => {
  const since = new Date(Date.parse(night.night) - recentDays * 86_400_000)
    .toISOString()
    .slice(0, 10);
  const changes = changeList(history, since, historyPage);
  const notes = [
    ...night.notes,
    ...history.notes
      .filter((note) => note.date >= since)
      .map((note) => `${note.date}: ${note.text}`),
  ];
  const outcome = nightOutcome(night, sessions, history.series);
  return html`${answersSection(nightGlance(night, sessions, outcome, changes.length))}
    ${figures.filter((one) => !isTrust(one)).map((one) => one.html)}
    <h2>Sessions</h2>
    <ul class="findings">
      ${night.workloads.map((one) => workloadLine(one, sessions, base))}
    </ul>
    ${alertList('Changed', night.alerts, changedCodes)}
    ${alertList('Missing', night.alerts, missingCodes)}
    ${alertList('The host and the A/A', night.alerts, hostCodes)}
    ${
      changes.length === 0
        ? nothing
        : html`<h2>Change points of the last ${recentDays} days</h2>
            <ul class="findings">
              ${changes}
            </ul>`
    }
    ${spikeRates(history)}
    ${
      figures.some(isTrust)
        ? html`<h2>Can the verdicts be trusted?</h2>
            ${figures.filter(isTrust).map((one) => one.html)}`
        : nothing
    }
    ${
      notes.length === 0
        ? nothing
        : html`<h2>Notes</h2>
            <ul class="findings">
              ${notes.map((note) => html`<li>${note}</li>`)}
            </ul>`
    }
    <p class="note"><a href="${historyPage}">History of all series</a></p>`;
};

export const isTrust = (one: Figure): boolean => one.chart.kind === 'calibration';

const workloadLine = (
  {name, session, confirm, reason}: Night['workloads'][number],
  sessions: readonly Session[],
  base: string,
): Html => {
  const id = confirm ?? session;
  const found = sessions.find((one) => one.id === id);
  const row = found?.comparison == null ? undefined : primaryRow(found.comparison);
  const words =
    row === undefined
      ? (reason ?? 'not measured')
      : `${row.event} ${row.change === null ? '' : formatChange(row.change.ratio)} ${row.verdict}`;
  return html`<li>
    ${found === undefined ? name : html`<a href="${base}sessions/${found.id}/index.html">${name}</a>`}:
    <span class="${row?.verdict ?? ''}">${words}</span
    >${confirm === undefined ? nothing : html`<span class="code">measured again with twice the quads</span>`}
  </li>`;
};

const alertItem = ({text, code, gate}: Alert): Html => {
  const words = `${code}${gate ? ', counts for the exit code' : ''}`;
  return html`<li>${text}<span class="code">${words}</span></li>`;
};

const alertList = (title: string, alerts: readonly Alert[], codes: readonly AlertCode[]): Html => {
  const own = alerts
    .filter((alert) => codes.includes(alert.code))
    .sort((a, b) => Number(b.gate) - Number(a.gate));
  return own.length === 0
    ? nothing
    : html`<h2>${title}</h2>
        <ul class="findings">
          ${own.map(alertItem)}
        </ul>`;
};
