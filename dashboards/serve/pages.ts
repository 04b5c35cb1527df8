// Pages of the server that have no figures: a search and a message.
import type {SessionBrief} from '../../results/history/index.ts';
import {plural} from '../charts/axis-format.ts';
import {pageDocument} from '../page/document.ts';
import {html} from '../page/html.ts';
import {searchForm, sessionTable} from './store-front.ts';

const mostFound = 200;

/** Sessions that have every word in their id, workload, variant, host, kernel or date. */
export const searchPage = (query: string, briefs: readonly SessionBrief[]): string => {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const found = briefs
    .filter((brief) => {
      const text = haystack(brief);
      return words.every((word) => text.includes(word));
    })
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
        ? html`<p>Search by words: workload, variant, host, kernel, date, id.</p>`
        : found.length === 0
          ? html`<p>No session has all of these words.</p>`
          : sessionTable(found.slice(0, mostFound)),
  });
};

const haystack = ({id, created, workload, before, after, host, night}: SessionBrief): string =>
  [
    id,
    created,
    workload,
    before.label,
    before.variant,
    after?.label,
    after?.variant,
    host.name,
    host.cpu,
    host.kernel,
    night,
  ]
    .join(' ')
    .toLowerCase();

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
