// One series on all hosts as small multiples, and the list of all series.
import type {HostSeries, ListedSeries, SeriesView} from '../../results/fleet/views.ts';
import {formatChange, formatCount, plural} from '../charts/axis-format.ts';
import type {Html} from '../page/html.ts';
import {html, nothing} from '../page/html.ts';
import {
  compareLink,
  fleetPage,
  seriesLink,
  seriesTitle,
  sessionLink,
  sidesOf,
} from './fleet-page.ts';
import type {Scale} from './multiple.ts';
import {multiple, sharedScale} from './multiple.ts';

export const seriesPage = (view: SeriesView): string => {
  const {series, hosts, over, notes} = view;
  const isRatio = series.after !== '';
  const figure = (value: number): string =>
    isRatio ? formatChange(value) : formatCount(value, series.unit);
  const shown = hosts.filter(({value}) => value.some((one) => one !== null));
  const centre = isRatio ? 1 : null;
  const scale = shown.length === 0 ? null : sharedScale(shown, centre);
  const picture = (host: HostSeries, shared: Scale): Html =>
    multiple(host, shared, centre, labelOf(host, figure));
  return fleetPage({
    view: 'series',
    title: seriesTitle(series),
    heading: html`${series.workload}, ${series.event}`,
    sub: html`${sidesOf(series)}${series.repeat === 1 ? nothing : `, repeat ${series.repeat}`}.
    ${
      isRatio
        ? html`Last sessions: ${over.text}.`
        : html`One side: each host has its own level, so hosts are not compared.`
    }`,
    body: html`${
      scale === null
        ? html`<p class="note">No host has a value yet.</p>`
        : html`<p class="note">
              ${isRatio ? 'After against before' : 'Median of a run'}, from ${figure(scale.low)}
              (below) to ${figure(scale.high)} (above) on all hosts; blue: levels, red: nights set
              aside, dashed: change points, dotted: the host's record changed.
            </p>
            <ul class="multiples">
              ${shown.map((host) => hostItem(host, picture(host, scale), figure))}
            </ul>`
    }
    ${changesSection(hosts)}
    ${
      notes.length === 0
        ? nothing
        : html`<h2>Notes</h2>
            <ul class="findings">
              ${notes.map(({night, text}) => html`<li>${text}<span class="code">${night}</span></li>`)}
            </ul>`
    }`,
  });
};

type Figure = (value: number) => string;

const lastOf = ({value}: HostSeries): number | null =>
  value.findLast((one) => one !== null) ?? null;

const labelOf = (host: HostSeries, figure: Figure): string => {
  const last = lastOf(host);
  return (
    `${host.host}: ${host.at.length} sessions${last === null ? '' : `, the last ${figure(last)}`}, ` +
    `${host.changes.length} change points`
  );
};

const hostItem = (host: HostSeries, picture: Html, figure: Figure): Html => {
  const last = lastOf(host);
  const verdict = host.verdict.at(-1) ?? null;
  return html`<li>
    <h3>${host.host}</h3>
    ${picture}
    <p>
      ${plural(host.at.length, 'session')}${
        last === null
          ? nothing
          : html`; the last
            ${host.lastSession === null ? figure(last) : sessionLink(host.lastSession, figure(last))}${
              verdict === null ? nothing : html` <span class="${verdict}">${verdict}</span>`
            }`
      }
    </p>
  </li>`;
};

/** Change points and record changes, newest first. */
const changesSection = (hosts: readonly HostSeries[]): Html => {
  const lines = hosts.flatMap(({host, changes, marks}) => [
    ...changes.map(({night, ratio, sessionBefore, sessionAfter}) => ({
      night,
      text: html`${host}: ${ratio === null ? 'a step' : html`${formatChange(ratio)}`} since
      ${night}, ${compareLink(sessionBefore, sessionAfter, 'between these sessions')}`,
    })),
    ...marks.map(({night, text}) => ({night, text: html`${host}: ${text} on ${night}`})),
  ]);
  return lines.length === 0
    ? nothing
    : html`<h2>Change points, and what changed on the hosts</h2>
        <ul class="findings">
          ${lines
            .sort((a, b) => (a.night < b.night ? 1 : -1))
            .slice(0, mostLines)
            .map(({text}) => html`<li>${text}</li>`)}
        </ul>
        ${
          lines.length > mostLines
            ? html`<p class="note">And ${lines.length - mostLines} older ones.</p>`
            : nothing
        }`;
};

const mostLines = 60;

/** All series by workload. */
export const seriesListPage = (all: readonly ListedSeries[]): string => {
  const workloads = [...new Set(all.map(({workload}) => workload))];
  return fleetPage({
    view: 'series',
    title: 'Series',
    heading: `${all.length.toLocaleString('en-US')} series of ${plural(workloads.length, 'workload')}`,
    sub: 'A series is one event of one workload; hosts are next to each other, never averaged.',
    body: html`${workloads.map((name) => {
      const own = all.filter(({workload}) => workload === name);
      return html`<details ${workloads.length === 1 ? 'open' : ''}>
        <summary>${name}: ${own.length} series</summary>
        <ul class="findings">
          ${own.map(
            (series) =>
              html`<li>
                ${seriesLink(series)}<span class="code"
                  >${sidesOf(series)}, ${plural(series.hosts, 'host')}, last on
                  ${series.lastNight}</span
                >
              </li>`,
          )}
        </ul>
      </details>`;
    })}`,
  });
};
