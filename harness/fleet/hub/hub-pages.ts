// The pages of a hub, one view per row: from an address to a page of the database, and from a form
// to a move of an alert or to jobs. All other pages are those of the hub's store.
import {randomBytes, randomUUID} from 'node:crypto';
import {alertPage, alertsPage} from '../../../dashboards/fleet/alerts-page.ts';
import {
  compareFormPage,
  compareSessionsPage,
} from '../../../dashboards/fleet/compare-sessions-page.ts';
import {hostsPage} from '../../../dashboards/fleet/hosts-page.ts';
import {commitPage, lastNightPage} from '../../../dashboards/fleet/last-night-page.ts';
import {seriesListPage, seriesPage} from '../../../dashboards/fleet/series-page.ts';
import type {Answer} from '../../../dashboards/serve/routes.ts';
import {UserError} from '../../../results/error.ts';
import {alertStates, isOpen} from '../../../results/history/alert-states.ts';
import type {AlertLine, FleetHost} from '../../../results/fleet/views.ts';
import {isDate} from '../../../results/history/notes.ts';
import {alertList, changeAlert, oneAlert} from '../db/queries/alert-list.ts';
import {compareSessions} from '../db/queries/compare-sessions.ts';
import {hostList} from '../db/queries/host-list.ts';
import {lastNight} from '../db/queries/last-night.ts';
import {oneCommit} from '../db/queries/one-commit.ts';
import {listSeries, oneSeries} from '../db/queries/one-series.ts';
import type {Queryable} from '../db/queryable.ts';
import type {Caller, Hub} from './hub-context.ts';
import {HubRefusal} from './hub-context.ts';
import {jobsOfAlert} from './jobs-list.ts';
import {listHosts} from './leases.ts';
import {submitJobs} from './submit.ts';

export interface PageRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
}

interface View {
  readonly path: RegExp;
  /** The page's text; null if there is no such page. */
  readonly draw: (request: ViewRequest) => Promise<string | null>;
}

interface ViewRequest {
  readonly db: Queryable;
  readonly fleet: readonly FleetHost[];
  readonly caller: Caller;
  /** What the group of the pattern matched. */
  readonly param: string;
  readonly query: URLSearchParams;
}

// prettier-ignore
const views: readonly View[] = [
  {path: /^\/(?:index\.html)?$/, draw: async ({db, fleet}) => lastNightPage(await lastNight(db, {fleet}))},
  {path: /^\/night\/(\d{4}-\d{2}-\d{2})$/, draw: nightView},
  {path: /^\/series$/, draw: async ({db}) => seriesListPage(await listSeries(db))},
  {path: /^\/series\/(\d{1,9})$/, draw: seriesView},
  {path: /^\/commit\/([0-9a-f]{7,64})$/, draw: commitView},
  {path: /^\/compare$/, draw: compareView},
  {path: /^\/hosts$/, draw: async ({db, fleet}) => hostsPage(await hostList(db, fleet))},
  {path: /^\/alerts$/, draw: alertsView},
  {path: /^\/alerts\/([^/]+)$/, draw: alertView},
];

const mayAct = ({role}: Caller): boolean => role === 'submitter' || role === 'admin';

type StorePages = (path: string, query: URLSearchParams) => Promise<Answer | null>;

/** `store` answers for all other pages: those of sessions. */
export const hubPages =
  (hub: Hub, store: StorePages) =>
  async (caller: Caller, request: PageRequest): Promise<Answer | null> => {
    if (caller.role === 'agent')
      throw new HubRefusal(403, 'A token of an agent shows no pages.', "Log in with a reader's.");
    try {
      return request.method === 'POST'
        ? await act(hub, caller, request)
        : await show(hub, store, caller, request);
    } catch (error) {
      // A request for something that does not exist is not a failure of the hub.
      if (error instanceof UserError) throw new HubRefusal(400, error.message, error.hint);
      throw error;
    }
  };

const show = async (
  hub: Hub,
  store: StorePages,
  caller: Caller,
  {path, query}: PageRequest,
): Promise<Answer | null> => {
  for (const view of views) {
    const match = view.path.exec(path);
    if (match === null) continue;
    const fleet = (await listHosts(hub, caller)).map(fleetHost);
    const param = decoded(match[1] ?? '');
    const text = await lend(hub, (db) => view.draw({db, fleet, caller, param, query}));
    return text === null ? null : {type: 'text/html; charset=utf-8', body: text};
  }
  return path.startsWith('/sessions/') || path.startsWith('/compare/') ? store(path, query) : null;
};

const lend = async <T>(hub: Hub, work: (db: Queryable) => Promise<T>): Promise<T> => {
  const client = await hub.database.pool.connect();
  try {
    return await work(client as unknown as Queryable);
  } finally {
    client.release();
  }
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
};

const fleetHost = (host: Awaited<ReturnType<typeof listHosts>>[number]): FleetHost => ({
  name: host.name,
  class: host.class,
  drained: host.drained,
  state: host.state,
  seen: host.seen === null ? null : new Date(host.seen).toISOString(),
  queued: host.queued,
});

async function nightView({db, fleet, param}: ViewRequest): Promise<string | null> {
  if (!isDate(param)) return null;
  return lastNightPage(await lastNight(db, {night: param, fleet}));
}

async function seriesView({db, fleet, param}: ViewRequest): Promise<string | null> {
  const view = await oneSeries(db, Number(param), fleet);
  return view === null ? null : seriesPage(view);
}

async function commitView({db, fleet, param}: ViewRequest): Promise<string | null> {
  const view = await oneCommit(db, param, fleet);
  return view === null ? null : commitPage(view);
}

async function compareView({db, query}: ViewRequest): Promise<string | null> {
  const [before, after] = [query.get('before') ?? '', query.get('after') ?? ''];
  return before === '' || after === ''
    ? compareFormPage()
    : compareSessionsPage(await compareSessions(db, before.trim(), after.trim()));
}

const openStates = alertStates.filter(isOpen);
const closedStates = alertStates.filter((state) => !isOpen(state));

async function alertsView({db, query}: ViewRequest): Promise<string | null> {
  return query.get('state') === 'closed'
    ? alertsPage(await alertList(db, closedStates), 'closed')
    : alertsPage(await alertList(db, openStates), 'open');
}

async function alertView({db, fleet, caller, param}: ViewRequest): Promise<string | null> {
  const view = await oneAlert(db, param, fleet);
  if (view === null) return null;
  return alertPage(view, await jobsOfAlert(db, view.alert), mayAct(caller));
}

/** The form of an alert: a move, or jobs that measure again. */
const act = async (hub: Hub, caller: Caller, {path, form}: PageRequest): Promise<Answer | null> => {
  const match = /^\/alerts\/([^/]+)(\/jobs)?$/.exec(path);
  if (match === null) return null;
  if (!mayAct(caller))
    throw new HubRefusal(
      403,
      `A token for ${caller.role} may not do this.`,
      'It takes one for: submitter, admin.',
    );
  const alert = decoded(match[1]);
  if (match[2] === undefined) await move(hub, caller, alert, form);
  else await measureAgain(hub, caller, alert, form.get('kind') ?? '');
  return {redirect: `/alerts/${encodeURIComponent(alert)}`};
};

const move = async (
  hub: Hub,
  caller: Caller,
  alert: string,
  form: URLSearchParams,
): Promise<void> => {
  await hub.database.transaction((tx) =>
    changeAlert(tx, hub.store, {
      alert,
      by: caller.name,
      at: new Date(),
      random: randomBytes(4).toString('hex').slice(0, 4),
      ...Object.fromEntries(
        ['state', 'owner', 'note'].flatMap((key) =>
          form.has(key) ? [[key, form.get(key)] as const] : [],
        ),
      ),
    }),
  );
  const what = [form.get('state'), form.get('owner')].filter((one) => one !== null && one !== '');
  hub.log({
    who: caller.name,
    action: 'alert',
    refused: false,
    detail: `${alert}: ${what.join(', ') || 'note'}`,
  });
};

/**
 * The commits of each job that a button asks for: the one to measure, then the one to bisect from.
 */
const jobKinds: Readonly<
  Record<string, (alert: AlertLine) => readonly (readonly (string | null)[])[]>
> = {
  again: ({commit}) => [[commit]],
  ends: ({commit, commitBefore}) => [[commitBefore], [commit]],
  bisect: ({commit, commitBefore}) => [[commit, commitBefore]],
};

const measureAgain = async (hub: Hub, caller: Caller, id: string, kind: string): Promise<void> => {
  const view = await lend(hub, (db) => oneAlert(db, id));
  if (view === null) throw new UserError(`There is no alert '${id}'.`, 'See the list of alerts.');
  const {suite, variant, host} = view.alert;
  const wanted = Object.hasOwn(jobKinds, kind) ? jobKinds[kind](view.alert) : [];
  if (suite === null || wanted.length === 0 || wanted.some((ends) => ends.includes(null)))
    throw new UserError(
      'This alert cannot be measured again by a job.',
      'Its session was not measured by one, or its commits are not known.',
    );
  for (const [one, good] of wanted)
    await submitJobs(hub, caller, {
      request: randomUUID(),
      suite,
      variant,
      commit: one!,
      good: good ?? null,
      host,
      class: null,
      interactive: true,
    });
};
