// What all pages of a fleet share: the navigation between the views, and how series, commits and
// hosts are named and linked.
import type {SeriesRef} from '../../results/fleet/views.ts';
import {pageDocument} from '../page/document.ts';
import type {Html} from '../page/html.ts';
import {html, nothing} from '../page/html.ts';

/** The views by their address under the hub's root. */
const views = [
  ['', 'Last night'],
  ['series', 'Series'],
  ['hosts', 'Hosts'],
  ['alerts', 'Alerts'],
  ['compare', 'Compare'],
] as const;

export type ViewName = (typeof views)[number][0];

export const fleetPage = (parts: {
  readonly view: ViewName;
  readonly title: string;
  readonly heading: Html | string;
  readonly sub?: Html | string;
  readonly body: Html;
}): string =>
  pageDocument({
    title: `${parts.title} · jitstat`,
    kind: 'fleet',
    header: html`<h1>${parts.heading}</h1>
      ${parts.sub === undefined ? nothing : html`<p class="sub">${parts.sub}</p>`}
      <nav class="fleet" aria-label="Views of the fleet">
        ${views.map(([path, name]) =>
          path === parts.view
            ? html`<a href="/${path}" aria-current="page">${name}</a>`
            : html`<a href="/${path}">${name}</a>`,
        )}
      </nav>`,
    body: parts.body,
  });

/** `v58 → rfc1`, or the only side. */
export const sidesOf = ({before, after}: Pick<SeriesRef, 'before' | 'after'>): string =>
  after === '' ? before : `${before} → ${after}`;

export const seriesTitle = (series: SeriesRef): string =>
  `${series.workload}, ${series.event}, ${sidesOf(series)}`;

export const seriesLink = (series: SeriesRef): Html =>
  html`<a href="/series/${series.id}">${series.workload} <b>${series.event}</b></a>`;

export const shortCommit = (commit: string): string => commit.slice(0, 12);

export const commitLink = (commit: string | null): Html =>
  commit === null
    ? html`unknown`
    : html`<a href="/commit/${commit}"><code>${shortCommit(commit)}</code></a>`;

export const sessionLink = (session: string, words: Html | string = session): Html =>
  html`<a href="/sessions/${encodeURIComponent(session)}/index.html">${words}</a>`;

/** To the page of two sessions. */
export const compareLink = (before: string, after: string, words: string): Html => {
  const query = `before=${encodeURIComponent(before)}&after=${encodeURIComponent(after)}`;
  return html`<a href="/compare?${query}">${words}</a>`;
};

export const alertLink = (id: string, words: string): Html =>
  html`<a href="/alerts/${encodeURIComponent(id)}">${words}</a>`;

/** `2026-01-12 02:00`, UTC. */
export const timeText = (at: string): string => at.slice(0, 16).replace('T', ' ');
