// From a path to a page of the store; no part of a path ever becomes a file name; it is only
// compared with what the store lists.
import {readBriefs, readNightBriefs} from '../../results/history/index.ts';
import {UserError} from '../../results/error.ts';
import {contentOf} from '../page/write-report.ts';
import {pageKinds} from './page-kinds.ts';
import type {Files, StorePage, StoreViewOptions} from './page-kinds.ts';
import {searchPage} from './pages.ts';
import {storeFront} from './store-front.ts';

export type Answer =
  {readonly type: string; readonly body: string | Uint8Array} | {readonly redirect: string};

/** How many drawn pages are kept; sessions never change once written. */
const mostKept = 24;

/**
 * The answers of one store. New sessions are seen because the store's index is brought up to date
 * for every page.
 */
export const storeView = (
  options: StoreViewOptions,
): ((path: string, query: URLSearchParams) => Promise<Answer | null>) => {
  const made = recentPages();
  return async (path, query) => {
    if (path === '/' || path === '/index.html') return frontPage(options.store);
    if (path === '/search')
      return page(searchPage(query.get('q') ?? '', readBriefs(options.store).briefs));
    if (path === '/compare') return chosenPair(query);
    // Decoded after it is split: a command's name may hold slashes.
    const [first, ...parts] = path.slice(1).split('/').map(decodeURIComponent);
    const kind = Object.hasOwn(pageKinds, first) ? pageKinds[first] : undefined;
    if (kind === undefined || parts.length <= kind.names) return null;
    const file = parts.slice(kind.names).join('/');
    const found = kind.find(options, ...parts.slice(0, kind.names), file);
    return found === null ? null : fileOf(await made(found), file);
  };
};

/** Makes pages, and keeps those used most recently. */
const recentPages = (): ((page: StorePage) => Promise<Files>) => {
  const kept = new Map<string, Files>();
  return async ({key, make}) => {
    const files = kept.get(key) ?? (await make());
    kept.delete(key);
    kept.set(key, files);
    if (kept.size > mostKept) kept.delete(kept.keys().next().value!);
    return files;
  };
};

const frontPage = (store: string): Answer => {
  const sessions = readBriefs(store);
  const nights = readNightBriefs(store);
  return page(
    storeFront({
      briefs: sessions.briefs,
      problems: [...sessions.problems, ...nights.problems],
      nights: nights.nights,
    }),
  );
};

/** The form of the front page sends both sessions as a query; their page has a path. */
const chosenPair = (query: URLSearchParams): Answer => {
  const [before, after] = [query.get('before') ?? '', query.get('after') ?? ''];
  if (before === '' || after === '')
    throw new UserError(
      'Two sessions are needed to compare.',
      'Choose one as before and one as after on the front page.',
    );
  return {
    redirect: `/compare/${encodeURIComponent(before)}/${encodeURIComponent(after)}/index.html`,
  };
};

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  svg: 'image/svg+xml; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
  png: 'image/png',
};

/** A file of a page by its exact name; what is made on demand is not kept. */
const fileOf = async (files: Files, name: string): Promise<Answer | null> => {
  const key = name === '' ? 'index.html' : name;
  const file = files.get(key);
  return file === undefined
    ? null
    : {
        type: types[key.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
        body: await contentOf(file),
      };
};

const page = (body: string): Answer => ({type: types['html'], body});
