// Alerts of a fleet: the list, and one alert with its evidence and what may be done about it:
// state, owner, note, and measuring again as a job.
import {alertStates, stateRules} from '../../results/history/alert-states.ts';
import type {AlertJob, AlertLine, AlertView} from '../../results/fleet/views.ts';
import {formatChange, formatInterval, plural} from '../charts/axis-format.ts';
import type {Html} from '../page/html.ts';
import {html, nothing} from '../page/html.ts';
import {changeSection} from './change-section.ts';
import {
  alertLink,
  commitLink,
  compareLink,
  fleetPage,
  seriesTitle,
  sessionLink,
  shortCommit,
  timeText,
} from './fleet-page.ts';

export const alertsPage = (alerts: readonly AlertLine[], shown: 'open' | 'closed'): string =>
  fleetPage({
    view: 'alerts',
    title: 'Alerts',
    heading:
      alerts.length === 0 ? `No ${shown} alerts` : `${plural(alerts.length, 'alert')}, ${shown}`,
    sub:
      shown === 'open'
        ? html`New, or being looked into. <a href="/alerts?state=closed">Closed ones</a>.`
        : html`Fixed, invalid, or accepted as they are. <a href="/alerts">Open ones</a>.`,
    body: html`<ul class="findings">
      ${alerts.map(
        (alert) =>
          html`<li>
            ${alertLink(alert.id, `${alert.series.workload} ${alert.series.event}`)} on
            ${alert.host}:
            <span class="${alert.verdict ?? ''}">${figure(alert)}</span
            ><span class="code"
              >${alert.night},
              ${alert.state}${alert.owner === null ? '' : `, ${alert.owner}`}${
                alert.note === '' ? '' : `: ${alert.note}`
              }</span
            >
          </li>`,
      )}
    </ul>`,
  });

const figure = ({ratio, low, high, verdict}: AlertLine): string =>
  ratio === null ? (verdict ?? '') : `${formatChange(ratio)} ${formatInterval(low, high)}`;

/** `mayAct`: the reader's token allows moves and jobs. `jobs`: newest first. */
export const alertPage = (view: AlertView, jobs: readonly AlertJob[], mayAct: boolean): string => {
  const {alert, group, hosts} = view;
  return fleetPage({
    view: 'alerts',
    title: `Alert of ${alert.night} on ${alert.host}`,
    heading: `${alert.series.workload} ${alert.series.event} on ${alert.host}`,
    sub: html`${seriesTitle(alert.series)}, night of
      <a href="/night/${alert.night}">${alert.night}</a>`,
    body: html`<h2>State</h2>
      <dl class="facts">
        <dt>State</dt>
        <dd>${alert.state}: ${stateRules[alert.state].means}</dd>
        <dt>Owner</dt>
        <dd>${alert.owner ?? 'nobody'}</dd>
        ${
          alert.note === ''
            ? nothing
            : html`<dt>Note</dt>
                <dd>${alert.note}</dd>`
        }
        <dt>Commits</dt>
        <dd>${commitLink(alert.commitBefore)} to ${commitLink(alert.commit)}</dd>
        <dt>Sessions</dt>
        <dd>${sessionsOf(alert)}</dd>
      </dl>
      ${mayAct ? actions(alert) : nothing} ${jobsSection(jobs)}
      <h2>On all hosts</h2>
      ${changeSection(group, hosts)} ${movesSection(view)}`,
  });
};

const sessionsOf = ({sessionBefore, session}: AlertLine): Html =>
  sessionBefore === null
    ? sessionLink(session)
    : html`${sessionLink(sessionBefore)}, ${sessionLink(session)}
      (${compareLink(sessionBefore, session, 'compared')})`;

const actions = (alert: AlertLine): Html => {
  const states = alertStates.filter(
    (one) => one === alert.state || stateRules[alert.state].next.includes(one),
  );
  const path = `/alerts/${encodeURIComponent(alert.id)}`;
  return html`<form class="act" method="post" action="${path}">
      <label
        >State
        <select name="state">
          ${states.map((one) =>
            one === alert.state
              ? html`<option selected>${one}</option>`
              : html`<option>${one}</option>`,
          )}
        </select></label
      >
      <label>Owner <input name="owner" value="${alert.owner ?? ''}" size="12" /></label>
      <label>Note <input name="note" value="${alert.note}" size="32" /></label>
      <button>Save</button>
    </form>
    ${jobForms(alert, path)}`;
};

/** A session without a job has no suite to measure again. */
const jobForms = ({suite, commit, commitBefore}: AlertLine, path: string): Html =>
  suite === null || commit === null
    ? html`<p class="note">
        Measured without a job: measure it again on the host and push the session.
      </p>`
    : html`<form class="act" method="post" action="${path}/jobs">
        <button name="kind" value="again">Measure ${shortCommit(commit)} again</button>
        ${
          commitBefore === null || commitBefore === commit
            ? nothing
            : html`<button name="kind" value="ends">Measure both ends again</button>
                <button name="kind" value="bisect">Bisect</button>`
        }
      </form>`;

const jobsSection = (jobs: readonly AlertJob[]): Html =>
  jobs.length === 0
    ? nothing
    : html`<h2>Jobs</h2>
        <ul class="findings">
          ${jobs.map(
            ({good, commit, state, message, by, created}) =>
              html`<li>
                ${good === null ? 'measure' : html`bisect ${shortCommit(good)} to`}
                ${shortCommit(commit)}: ${state}${message === null ? '' : `, ${message}`}<span
                  class="code"
                  >${by}, ${timeText(created)} UTC</span
                >
              </li>`,
          )}
        </ul>`;

const movesSection = ({moves}: AlertView): Html =>
  moves.length === 0
    ? nothing
    : html`<h2>What was done</h2>
        <ul class="findings">
          ${moves.map(
            ({at, by, state, owner, note}) =>
              html`<li>
                ${state}${owner === null ? '' : `, owner ${owner}`}${note === '' ? '' : `: ${note}`}<span
                  class="code"
                  >${by}, ${timeText(at)} UTC</span
                >
              </li>`,
          )}
        </ul>`;
