// Two sessions of a fleet next to each other, with what differs in the records of their hosts.
import type {
  ComparedValue,
  CompareRow,
  CompareView,
  SessionRef,
} from '../../results/fleet/views.ts';
import {formatChange, formatCount, formatInterval} from '../charts/axis-format.ts';
import type {Html} from '../page/html.ts';
import {html, nothing} from '../page/html.ts';
import {commitLink, fleetPage, sessionLink, sidesOf, timeText} from './fleet-page.ts';

export const compareSessionsPage = (view: CompareView): string => {
  const [one, other] = view.sessions;
  const sameHost = one.host === other.host;
  return fleetPage({
    view: 'compare',
    title: 'Two sessions',
    heading: sameHost ? `Two sessions of ${one.host}` : `${one.host} and ${other.host}`,
    sub: sameHost
      ? 'Measured one after the other: compare the ratios of the sessions; levels only with care.'
      : 'Different hosts: compare only the ratios of the sessions.',
    body: html`<h2>What was measured</h2>
      <dl class="facts">${view.sessions.map(sessionFacts)}</dl>
      <h2>The hosts</h2>
      ${
        view.recordChanges.length === 0
          ? html`<p>Their records are the same.</p>`
          : html`<ul class="findings">
              ${view.recordChanges.map((text) => html`<li>${text}</li>`)}
            </ul>`
      }
      ${rowsSection(view, sameHost)}`,
  });
};

const sessionFacts = (session: SessionRef, at: number): Html =>
  html`<dt>${at === 0 ? 'First' : 'Second'}</dt>
    <dd>
      ${sessionLink(session.name)}, ${timeText(session.at)} UTC on ${session.host}:
      ${session.workload},
      ${sidesOf(session)}${session.commit === null ? nothing : html`, commit ${commitLink(session.commit)}`}
    </dd>`;

const rowsSection = ({rows}: CompareView, sameHost: boolean): Html =>
  rows.length === 0
    ? html`<p class="note">Neither session has an event with a value.</p>`
    : html`<h2>Their changes</h2>
        <table class="rows">
          <thead>
            <tr>
              <th>Event</th>
              <th>First</th>
              <th>Second</th>
              <th class="text">Against each other</th>
            </tr>
          </thead>
          <tbody>
            ${rows.map((row) => rowOf(row, sameHost))}
          </tbody>
        </table>`;

const rowOf = ({event, unit, values, apart}: CompareRow, sameHost: boolean): Html => {
  const words = apart === null ? 'no intervals' : apart ? 'they differ' : 'not shown to differ';
  return html`<tr>
    <td class="event">${event}</td>
    <td data-label="first">${valueCell(values[0], unit, sameHost)}</td>
    <td data-label="second">${valueCell(values[1], unit, sameHost)}</td>
    <td class="text full">${words}</td>
  </tr>`;
};

const valueCell = (value: ComparedValue | null, unit: string, sameHost: boolean): Html => {
  if (value === null) return html`not counted`;
  if (value.ratio === null)
    return html`${value.level === null || !sameHost ? '—' : formatCount(value.level, unit)}`;
  return html`${formatChange(value.ratio)}<small>${formatInterval(value.low, value.high)}</small
    ><small class="${value.verdict ?? ''}">${value.verdict ?? ''}</small>`;
};

/** The form that asks for two sessions. */
export const compareFormPage = (): string =>
  fleetPage({
    view: 'compare',
    title: 'Compare',
    heading: 'Compare two sessions',
    sub: 'Their ids are on the pages of nights and series.',
    body: html`<form class="act" method="get" action="/compare">
      <label>First <input name="before" required size="28" /></label>
      <label>Second <input name="after" required size="28" /></label>
      <button>Compare</button>
    </form>`,
  });
