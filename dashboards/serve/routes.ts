// From a path to a page of the store; nothing of a path ever becomes a file name, it is only
// compared with what the store lists.
import {readHistory, readNights} from '../../results/history/index.ts';
import {loadSession} from '../../results/store/index.ts';
import type {SessionEntry, StoredSession} from '../../results/store/index.ts';
import {UserError} from '../../results/error.ts';
import {reportFiles} from '../page/report-page.ts';
import type {ReportInput} from '../page/report-page.ts';
import {compareStored} from './compare-page.ts';
import {storeListing} from './session-list.ts';
import type {Chart} from '../charts/types.ts';
import {frontPage, nightPage, searchPage, titleOf, workloadPage} from './pages.ts';

export type Answer =
  {readonly type: string; readonly body: string | Uint8Array} | {readonly redirect: string};

export interface StoreViewOptions {
  readonly store: string;
  readonly interactive: boolean;
  readonly extras?: (
    inputs: readonly ReportInput[],
  ) => Promise<Readonly<Record<string, readonly Chart[]>>>;
}

type Files = ReadonlyMap<string, string | Uint8Array>;

/** Drawn pages that are kept; sessions never change once written. */
const mostKept = 24;

/**
 * The answers of one store. Sessions written meanwhile are seen because the store is looked at for
 * every page.
 */
export const storeView = (
  options: StoreViewOptions,
): ((path: string, query: URLSearchParams) => Promise<Answer | null>) => {
  const kept = new Map<string, Files>();
  const keep = async (key: string, make: () => Promise<Files>): Promise<Files> => {
    const files = kept.get(key) ?? (await make());
    kept.delete(key);
    kept.set(key, files);
    if (kept.size > mostKept) kept.delete(kept.keys().next().value!);
    return files;
  };
  const list = storeListing(options.store);
  const heads = () => list().entries.map((entry) => entry.head);

  const session = async (id: string, file: string): Promise<Answer | null> => {
    const entry = list().entries.find((one) => one.id === id);
    if (entry === undefined) return null;
    return fileOf(
      await keep(`session ${id}`, async () => {
        const stored = await loadSession(options.store, id).catch((error: unknown) =>
          summaryOf(entry, error),
        );
        const extras = (await options.extras?.([stored])) ?? {};
        return (await reportFiles({sessions: [stored], interactive: options.interactive, extras}))
          .files;
      }),
      file,
    );
  };

  const compare = async (before: string, after: string, file: string): Promise<Answer | null> => {
    const known = heads().map((head) => head.id);
    if (!known.includes(before) || !known.includes(after)) return null;
    return fileOf(
      await keep(`compare ${before} ${after}`, async () => {
        const comparison = compareStored(
          await loadSession(options.store, before),
          await loadSession(options.store, after),
        );
        return (await reportFiles({sessions: [{comparison}], interactive: options.interactive}))
          .files;
      }),
      file,
    );
  };

  const workload = async (name: string, file: string): Promise<Answer | null> => {
    const own = heads().filter((head) => titleOf(head) === name);
    if (own.length === 0) return null;
    return fileOf(
      await keep(`workload ${name} ${own.map((head) => head.id).join(' ')}`, () =>
        workloadPage(name, own, readHistory(options.store, {workload: name, all: true})),
      ),
      file,
    );
  };

  const night = async (id: string, file: string): Promise<Answer | null> => {
    const found = readNights(options.store).nights.find((one) => one.id === id);
    if (found === undefined) return null;
    const {entries} = list();
    const wanted = new Set(found.workloads.flatMap((one) => [one.session, one.confirm ?? null]));
    const sessions = entries.filter((entry) => wanted.has(entry.id)).map((entry) => entry.session);
    return fileOf(
      await keep(`night ${id} ${found.status} ${entries.length}`, () =>
        nightPage(found, sessions, readHistory(options.store, {machine: found.machine})),
      ),
      file,
    );
  };

  return async (path, query) => {
    if (path === '/' || path === '/index.html') {
      const {entries, problems} = list();
      return page(
        frontPage({
          heads: entries.map((entry) => entry.head),
          problems,
          nights: readNights(options.store).nights,
        }),
      );
    }
    if (path === '/search') return page(searchPage(query.get('q') ?? '', heads()));
    if (path === '/compare') {
      const [before, after] = [query.get('before') ?? '', query.get('after') ?? ''];
      if (before === '' || after === '')
        throw new UserError(
          'Two sessions are needed to compare.',
          'Choose one as before and one as after on the front page.',
        );
      return {
        redirect: `/compare/${encodeURIComponent(before)}/${encodeURIComponent(after)}/index.html`,
      };
    }
    // Decoded after it is split: a command's name may hold slashes.
    const [kind, ...parts] = path.slice(1).split('/').map(decodeURIComponent);
    if (kind === 'sessions' && parts.length >= 2)
      return session(parts[0], parts.slice(1).join('/'));
    if (kind === 'workload' && parts.length >= 2)
      return workload(parts[0], parts.slice(1).join('/'));
    if (kind === 'night' && parts.length >= 2) return night(parts[0], parts.slice(1).join('/'));
    if (kind === 'compare' && parts.length >= 3)
      return compare(parts[0], parts[1], parts.slice(2).join('/'));
    return null;
  };
};

/**
 * Where the runs are damaged the summary next to them is still shown, with the reason among its
 * warnings.
 */
const summaryOf = ({session}: SessionEntry, error: unknown): StoredSummary => {
  if (!(error instanceof UserError) || session.comparison === null) throw error;
  const {comparison} = session;
  return {
    session: {
      ...session,
      comparison: {
        ...comparison,
        warnings: [...comparison.warnings, {code: 'damaged-runs', text: error.message}],
      },
    },
    samples: null,
  };
};

type StoredSummary = Pick<StoredSession, 'session' | 'samples'>;

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  svg: 'image/svg+xml; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
  png: 'image/png',
};

/** A file of a drawn page by its exact name. */
const fileOf = (files: Files, name: string): Answer | null => {
  const key = name === '' ? 'index.html' : name;
  const body = files.get(key);
  return body === undefined
    ? null
    : {type: types[key.split('.').at(-1) ?? ''] ?? 'application/octet-stream', body};
};

const page = (body: string): Answer => ({type: types['html'], body});
