// The hosts of a fleet: when they last reported, their queue, their noise, and what changed on them.
import type {HostView} from '../../results/fleet/views.ts';
import {plural} from '../charts/axis-format.ts';
import type {Html} from '../page/html.ts';
import {html, nothing} from '../page/html.ts';
import {fleetPage} from './fleet-page.ts';

export const hostsPage = (hosts: readonly HostView[]): string =>
  fleetPage({
    view: 'hosts',
    title: 'Hosts',
    heading: hosts.length === 0 ? 'No hosts yet' : plural(hosts.length, 'host'),
    sub:
      hosts.length === 0
        ? 'jitstat hub token agent --host NAME makes one.'
        : 'A/A: rows called changed although the code was the same, of all rows in the last 30 nights.',
    body: html`${
      hosts.length === 0
        ? nothing
        : html`<table class="rows">
            <thead>
              <tr>
                <th>Host</th>
                <th class="text">Now</th>
                <th>Queue</th>
                <th class="text">Last night</th>
                <th>Sessions</th>
                <th>A/A</th>
                <th class="text">CPU, kernel</th>
              </tr>
            </thead>
            <tbody>
              ${hosts.map(hostRow)}
            </tbody>
          </table>`
    }
    ${changesSection(hosts)}`,
  });

const hostRow = (host: HostView): Html => {
  const {fleet, record} = host;
  const state = fleet === null ? '—' : fleet.drained ? `${fleet.state}, drained` : fleet.state;
  return html`<tr>
    <td class="event">
      ${host.name}${fleet?.class == null ? nothing : html`<small>class ${fleet.class}</small>`}
    </td>
    <td class="text" data-label="now">
      ${state}${fleet?.seen == null ? nothing : html`<small>seen ${fleet.seen.slice(0, 16)}</small>`}
    </td>
    <td data-label="queue">${fleet === null ? '—' : fleet.queued}</td>
    <td class="text" data-label="last night">${host.lastNight ?? 'never'}</td>
    <td data-label="sessions">
      ${host.sessions}${host.refused === 0 ? nothing : html`<small>${host.refused} refused</small>`}
    </td>
    <td data-label="A/A">
      ${host.aa.rows === 0 ? 'none' : `${host.aa.changed} of ${host.aa.rows}`}
    </td>
    <td class="text full">
      ${record === null ? '—' : (record.cpu ?? 'CPU unknown')}${
        record === null ? nothing : html`<small>${record.kernel}</small>`
      }
    </td>
  </tr>`;
};

const changesSection = (hosts: readonly HostView[]): Html => {
  const lines = hosts
    .flatMap(({name, recordChanges}) => recordChanges.map((change) => ({...change, name})))
    .sort((a, b) => (a.night < b.night ? 1 : -1));
  return lines.length === 0
    ? nothing
    : html`<h2>What changed on them</h2>
        <ul class="findings">
          ${lines.map(
            ({name, night, text}) =>
              html`<li>${name}: ${text}<span class="code">${night}</span></li>`,
          )}
        </ul>`;
};
