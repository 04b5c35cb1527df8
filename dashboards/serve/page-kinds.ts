// The pages of a store by kind: from the names in a path to the data that the page is made from.
import {join} from 'node:path';
import type {History, SessionBrief} from '../../results/history/index.ts';
import {
  readBriefs,
  readHistory,
  readNight,
  readNightBriefs,
  readNotes,
} from '../../results/history/index.ts';
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
import {compareStored} from './compare-page.ts';
import {machinePage, nightPage} from './night-pages.ts';
import {sessionPath} from './paths.ts';
import {titleOf} from './store-series.ts';
import {eventPage, workloadPage} from './workload-page.ts';

export interface StoreViewOptions {
  readonly store: string;
  readonly interactive: boolean;
  readonly extras?: (
    inputs: readonly ReportInput[],
  ) => Promise<Readonly<Record<string, readonly Chart[]>>>;
}

export type Files = ReadonlyMap<string, PageFile>;

/** A page that can be made; `key` changes whenever the page would. */
export interface StorePage {
  readonly key: string;
  readonly make: () => Files | Promise<Files>;
}

/** Null if the store has nothing of these names. The rest of the path names the page's file. */
type Find = (options: StoreViewOptions, ...names: string[]) => StorePage | null;

const findSession: Find = (options, id) => {
  const brief = briefsOf(options).find((one) => one.id === id);
  if (brief === undefined) return null;
  const load = () =>
    loadSession(options.store, brief.folder).catch((error: unknown) => summaryOf(brief, error));
  return {key: `session ${id}`, make: async () => sessionFiles(options, await load())};
};

const findComparison: Find = (options, before, after) => {
  const {store, interactive} = options;
  const all = briefsOf(options);
  const [left, right] = [before, after].map((id) => all.find((one) => one.id === id)?.folder);
  if (left === undefined || right === undefined) return null;
  return {
    key: `compare ${before} ${after}`,
    make: async () => {
      const [one, other] = [await loadSession(store, left), await loadSession(store, right)];
      const comparison = compareStored(one, other);
      return (await reportFiles({sessions: [{comparison}], interactive, ...drawing(options)}))
        .files;
    },
  };
};

const findWorkload: Find = (options, name) => {
  const own = briefsOf(options).filter((brief) => titleOf(brief) === name);
  const last = own.findLast(({status}) => status === 'finished') ?? own.at(-1);
  if (last === undefined) return null;
  const event = last.primary?.event;
  const wanted = {workload: name, all: true, ...(event === undefined ? {} : {event})};
  return {
    key: `workload ${name} ${stateOf(own)}`,
    make: () => workloadPage(name, own, readHistory(options.store, wanted), wholeSession(last)),
  };
};

const findEvent: Find = (options, name, event) => {
  const own = briefsOf(options).filter((brief) => titleOf(brief) === name);
  if (own.length === 0) return null;
  const history = readHistory(options.store, {workload: name, event, all: true});
  if (history.series.length === 0) return null;
  return {
    key: `event ${name}\n${event}\n${stateOf(own)}`,
    make: () => eventPage(name, event, history),
  };
};

const findNight: Find = (options, id, file) => {
  const {store} = options;
  const brief = readNightBriefs(store).nights.find((one) => one.id === id);
  if (brief === undefined) return null;
  const all = briefsOf(options);
  const own = all.filter(({host}) => host.name === brief.machine);
  if (file === 'history.html') {
    const {notes} = readNotes(store);
    return {
      key: `machine ${id} ${notes.length} ${stateOf(own)}`,
      make: () => new Map([[file, machinePage(brief, own, notes)]]),
    };
  }
  return {
    key: `night ${id} ${brief.status} ${stateOf(own)}`,
    make: () => {
      const found = readNight(brief.path);
      const wanted = new Set(
        found.workloads.flatMap(({session, confirm}) => [session, confirm ?? null]),
      );
      const tonight = all.filter((one) => wanted.has(one.id));
      const sessions = tonight.flatMap((one) => wholeSession(one) ?? []);
      return nightPage(found, sessions, nightHistory(store, found.machine, tonight));
    },
  };
};

/** By the first part of the path; `names` parts follow it, then the page's file. */
export const pageKinds: Readonly<Record<string, {readonly names: number; readonly find: Find}>> = {
  sessions: {names: 1, find: findSession},
  compare: {names: 2, find: findComparison},
  workload: {names: 1, find: findWorkload},
  event: {names: 2, find: findEvent},
  night: {names: 1, find: findNight},
};

const briefsOf = ({store}: StoreViewOptions): readonly SessionBrief[] => readBriefs(store).briefs;

/** Charts of a static page are drawn when a browser requests them. */
const drawing = ({interactive}: StoreViewOptions) =>
  interactive ? {} : {draw: (chart: Chart) => lazyFigure(chart, sessionPath)};

/** Charts that need the compiler are on a separate page: they take a second, the rest a tenth. */
const sessionFiles = async (options: StoreViewOptions, stored: StoredSummary): Promise<Files> => {
  const {extras, interactive} = options;
  const {before, after, workload} = stored.session;
  const hasCode = workload !== null && (before.variant ?? after?.variant) !== undefined;
  const sessions = [stored];
  if (extras === undefined || !hasCode || interactive) {
    const charts = (await extras?.(sessions)) ?? {};
    return (await reportFiles({sessions, interactive, extras: charts, ...drawing(options)})).files;
  }
  const end = html`<p class="note"><a href="code.html">The code's bytes by step</a></p>`;
  const {files} = await reportFiles({sessions, ...drawing(options), end});
  return files.set('code.html', async () => codePage(stored.session, await extras(sessions)));
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

/** Read whole and verified; null if it has been damaged or removed since. */
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
