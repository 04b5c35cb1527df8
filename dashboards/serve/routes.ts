// From a path to a page of the store; nothing of a path ever becomes a file name, it is only
// compared with what the store lists.
import {join} from 'node:path';
import type {History, SessionBrief} from '../../results/history/index.ts';
import {readBriefs, readHistory, readNight, readNightBriefs} from '../../results/history/index.ts';
import {loadSession, readSessionFile} from '../../results/store/index.ts';
import type {StoredSession} from '../../results/store/index.ts';
import type {Session} from '../../results/types.ts';
import {UserError} from '../../results/error.ts';
import type {Chart} from '../charts/types.ts';
import {pageDocument} from '../page/document.ts';
import {figure, lazyFigure} from '../page/figure.ts';
import {html} from '../page/html.ts';
import {reportFiles} from '../page/report-page.ts';
import type {ReportInput} from '../page/report-page.ts';
import {sessionTitle} from '../page/session-page.ts';
import type {PageFile} from '../page/write-report.ts';
import {contentOf} from '../page/write-report.ts';
import {compareStored} from './compare-page.ts';
import {nightPage} from './night-pages.ts';
import {searchPage} from './pages.ts';
import {sessionPath} from './paths.ts';
import {storeFront} from './store-front.ts';
import {titleOf} from './store-series.ts';
import {eventPage, workloadPage} from './workload-page.ts';

export type Answer =
  {readonly type: string; readonly body: string | Uint8Array} | {readonly redirect: string};

export interface StoreViewOptions {
  readonly store: string;
  readonly interactive: boolean;
  readonly extras?: (
    inputs: readonly ReportInput[],
  ) => Promise<Readonly<Record<string, readonly Chart[]>>>;
}

type Files = ReadonlyMap<string, PageFile>;

/** Drawn pages that are kept; sessions never change once written. */
const mostKept = 24;

/**
 * The answers of one store. Sessions written meanwhile are seen because the store's index is
 * brought up to date for every page.
 */
export const storeView = (
  options: StoreViewOptions,
): ((path: string, query: URLSearchParams) => Promise<Answer | null>) => {
  const {store, interactive} = options;
  const draw = interactive ? {} : {draw: (chart: Chart) => lazyFigure(chart, sessionPath)};
  const kept = new Map<string, Files>();
  const keep = async (key: string, make: () => Promise<Files>): Promise<Files> => {
    const files = kept.get(key) ?? (await make());
    kept.delete(key);
    kept.set(key, files);
    if (kept.size > mostKept) kept.delete(kept.keys().next().value!);
    return files;
  };
  const briefs = (): SessionBrief[] => readBriefs(store).briefs;

  /** What needs the compiler has a separate page: it takes a second, the rest a tenth. */
  const sessionFiles = async (stored: StoredSummary): Promise<Files> => {
    const {extras} = options;
    const {before, after, workload: name} = stored.session;
    const hasCode = name !== null && (before.variant ?? after?.variant) !== undefined;
    if (extras === undefined || !hasCode || interactive)
      return (
        await reportFiles({
          sessions: [stored],
          interactive,
          extras: (await extras?.([stored])) ?? {},
          ...draw,
        })
      ).files;
    const {files} = await reportFiles({
      sessions: [stored],
      ...draw,
      end: html`<p class="note"><a href="code.html">The code's bytes by step</a></p>`,
    });
    return files.set('code.html', async () => codePage(stored.session, await extras([stored])));
  };

  const session = async (id: string, file: string): Promise<Answer | null> => {
    const brief = briefs().find((one) => one.id === id);
    if (brief === undefined) return null;
    return fileOf(
      await keep(`session ${id}`, async () => {
        const stored = await loadSession(store, brief.folder).catch((error: unknown) =>
          summaryOf(brief, error),
        );
        return sessionFiles(stored);
      }),
      file,
    );
  };

  const compare = async (before: string, after: string, file: string): Promise<Answer | null> => {
    const all = briefs();
    const folders = [before, after].map((id) => all.find((one) => one.id === id)?.folder);
    if (folders[0] === undefined || folders[1] === undefined) return null;
    const [left, right] = [folders[0], folders[1]];
    return fileOf(
      await keep(`compare ${before} ${after}`, async () => {
        const comparison = compareStored(
          await loadSession(store, left),
          await loadSession(store, right),
        );
        return (await reportFiles({sessions: [{comparison}], interactive, ...draw})).files;
      }),
      file,
    );
  };

  const workload = async (name: string, file: string): Promise<Answer | null> => {
    const own = briefs().filter((brief) => titleOf(brief) === name);
    const last = own.findLast(({status}) => status === 'finished') ?? own.at(-1);
    if (last === undefined) return null;
    const event = last.primary?.event;
    return fileOf(
      await keep(`workload ${name} ${stateOf(own)}`, () =>
        workloadPage(
          name,
          own,
          readHistory(store, {
            workload: name,
            all: true,
            ...(event === undefined ? {} : {event}),
          }),
          wholeSession(last),
        ),
      ),
      file,
    );
  };

  const event = async (name: string, wanted: string, file: string): Promise<Answer | null> => {
    const own = briefs().filter((brief) => titleOf(brief) === name);
    if (own.length === 0) return null;
    const history = readHistory(store, {workload: name, event: wanted, all: true});
    if (history.series.length === 0) return null;
    return fileOf(
      await keep(`event ${name}\n${wanted}\n${stateOf(own)}`, () =>
        eventPage(name, wanted, history),
      ),
      file,
    );
  };

  const night = async (id: string, file: string): Promise<Answer | null> => {
    const brief = readNightBriefs(store).nights.find((one) => one.id === id);
    if (brief === undefined) return null;
    const all = briefs();
    const own = all.filter(({host}) => host.name === brief.machine);
    return fileOf(
      await keep(`night ${id} ${brief.status} ${stateOf(own)}`, () => {
        const found = readNight(brief.path);
        const wanted = new Set(
          found.workloads.flatMap(({session: one, confirm}) => [one, confirm ?? null]),
        );
        const tonight = all.filter((one) => wanted.has(one.id));
        const sessions = tonight.flatMap((one) => wholeSession(one) ?? []);
        return nightPage(found, sessions, nightHistory(store, found.machine, tonight), own);
      }),
      file,
    );
  };

  return async (path, query) => {
    if (path === '/' || path === '/index.html') {
      const sessions = readBriefs(store);
      const nights = readNightBriefs(store);
      return page(
        storeFront({
          briefs: sessions.briefs,
          problems: [...sessions.problems, ...nights.problems],
          nights: nights.nights,
        }),
      );
    }
    if (path === '/search') return page(searchPage(query.get('q') ?? '', briefs()));
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
    if (kind === 'event' && parts.length >= 3)
      return event(parts[0], parts[1], parts.slice(2).join('/'));
    if (kind === 'compare' && parts.length >= 3)
      return compare(parts[0], parts[1], parts.slice(2).join('/'));
    return null;
  };
};

const codePage = async (
  session: Session,
  extras: Readonly<Record<string, readonly Chart[]>>,
): Promise<string> => {
  const figures = [];
  for (const chart of extras[session.id] ?? []) figures.push((await figure(chart)).html);
  return pageDocument({
    title: `Code of ${sessionTitle(session)} · jitstat`,
    header: html`<h1>Code of ${sessionTitle(session)}</h1>
      <p class="sub"><a href="index.html">The session</a> <a href="/">All sessions</a></p>`,
    body:
      figures.length === 0
        ? html`<p>The images of this session cannot be made again here.</p>`
        : html`${figures}`,
  });
};

/** Changes with every session that is added or removed. */
const stateOf = (briefs: readonly SessionBrief[]): string =>
  `${briefs.length} ${briefs.at(-1)?.id ?? ''}`;

/** Read whole and verified; null if it was damaged or removed meanwhile. */
const wholeSession = ({folder}: SessionBrief): Session | null => {
  try {
    return readSessionFile(join(folder, 'session.json')).session;
  } catch {
    return null;
  }
};

/** Of the events that answer for tonight's sessions; all others have separate pages. */
const nightHistory = (
  store: string,
  machine: string,
  tonight: readonly SessionBrief[],
): History => {
  const events = new Set(tonight.flatMap(({primary}) => primary?.event ?? []));
  const [first, ...others] = [...events].map((event) => readHistory(store, {machine, event}));
  return {
    ...(first ?? readHistory(store, {machine, event: ''})),
    series: [first, ...others].flatMap((one) => one?.series ?? []),
  };
};

/**
 * If the runs are damaged, the summary next to them is still shown, with the reason among its
 * warnings.
 */
const summaryOf = (brief: SessionBrief, error: unknown): StoredSummary => {
  const session = wholeSession(brief);
  const comparison = session?.comparison ?? null;
  if (!(error instanceof UserError) || session === null || comparison === null) throw error;
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
