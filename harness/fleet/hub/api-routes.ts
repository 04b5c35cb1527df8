// The API of a hub, one route per row: who may use it, how large a request may be, what it does.
import type * as v from 'valibot';
import {checkShape} from '../../../jit/json-shape.ts';
import {
  failedShape,
  helloShape,
  isName,
  nextShape,
  pushNightShape,
  pushShape,
  resultShape,
  submitShape,
  watchShape,
} from '../protocol/messages.ts';
import {HubRefusal} from './hub-context.ts';
import type {Caller, Hub} from './hub-context.ts';
import type {TokenRole} from './fleet-schema.ts';
import {failJob, nextJob, watchJob} from './give-jobs.ts';
import {cancelJob, listJobs, retryJob} from './jobs-list.ts';
import {keepPushed, keepPushedNight, keepResult} from './keep-results.ts';
import {listHosts, setDrained, takeLease} from './leases.ts';
import {readLog} from './event-log.ts';
import {listSharedSessions, sharedSession} from './share-sessions.ts';
import {submitJobs} from './submit.ts';

export interface ApiRequest {
  readonly hub: Hub;
  readonly caller: Caller;
  /** What the groups of the pattern matched. */
  readonly params: readonly string[];
  readonly query: URLSearchParams;
  readonly body: unknown;
  /** Aborts when the client is gone or the hub ends. */
  readonly signal: AbortSignal;
}

export interface ApiRoute {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  readonly roles: readonly TokenRole[];
  readonly mostBytes: number;
  readonly answer: (request: ApiRequest) => unknown;
}

const small = 64 * 1024;
/** A session of many slices has several megabytes; base64 adds a third. */
const large = 64 * 2 ** 20;

const agent = ['agent'] as const;
const submitters = ['submitter', 'admin'] as const;
const everybody = ['reader', 'submitter', 'admin', 'agent'] as const;
const admin = ['admin'] as const;
const pushers = ['agent', 'admin'] as const;
const readers = ['reader', 'submitter', 'admin'] as const;

const uuid = '([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})';
const hostPart = '([A-Za-z0-9._-]+)';
const at = (path: string): RegExp => new RegExp(`^/api/${path}$`);

// prettier-ignore
export const apiRoutes: readonly ApiRoute[] = [
  {method: 'POST', path: at('agent/hello'),  roles: agent, mostBytes: small, answer: hello},
  {method: 'POST', path: at('agent/next'),   roles: agent, mostBytes: small,
   answer: ({hub, caller, body, signal}) => nextJob(hub, caller, read(nextShape, body), signal)},
  {method: 'POST', path: at('agent/watch'),  roles: agent, mostBytes: small,
   answer: ({hub, caller, body, signal}) => watchJob(hub, caller, read(watchShape, body), signal)},
  {method: 'POST', path: at('agent/failed'), roles: agent, mostBytes: small,
   answer: ({hub, caller, body}) => failJob(hub, caller, read(failedShape, body))},
  {method: 'POST', path: at('agent/result'), roles: agent, mostBytes: large,
   answer: ({hub, caller, body}) => keepResult(hub, caller, read(resultShape, body))},
  {method: 'POST', path: at('submit'), roles: submitters, mostBytes: small,
   answer: ({hub, caller, body}) => submitJobs(hub, caller, read(submitShape, body))},
  {method: 'GET',  path: at('jobs'), roles: everybody, mostBytes: 0, answer: jobs},
  {method: 'POST', path: at(`jobs/${uuid}/cancel`), roles: submitters, mostBytes: small,
   answer: ({hub, caller, params}) => cancelJob(hub, caller, params[0])},
  {method: 'POST', path: at(`jobs/${uuid}/retry`), roles: submitters, mostBytes: small,
   answer: ({hub, caller, params}) => retryJob(hub, caller, params[0])},
  {method: 'GET',  path: at('hosts'), roles: readers, mostBytes: 0,
   answer: ({hub, caller}) => listHosts(hub, caller)},
  {method: 'POST', path: at(`hosts/${hostPart}/drain`), roles: admin, mostBytes: small,
   answer: ({hub, params}) => setDrained(hub, params[0], true)},
  {method: 'POST', path: at(`hosts/${hostPart}/resume`), roles: admin, mostBytes: small,
   answer: ({hub, params}) => setDrained(hub, params[0], false)},
  {method: 'GET',  path: at('sessions'), roles: everybody, mostBytes: 0,
   answer: ({hub, query}) => listSharedSessions(hub, query.get('after') ?? '')},
  {method: 'GET',  path: at('sessions/([0-9a-z-]+)'), roles: readers, mostBytes: 0,
   answer: ({hub, params}) => sharedSession(hub, params[0])},
  {method: 'POST', path: at('sessions'), roles: pushers, mostBytes: large,
   answer: ({hub, caller, body}) => keepPushed(hub, caller, read(pushShape, body))},
  {method: 'POST', path: at('nights'), roles: pushers, mostBytes: large,
   answer: ({hub, caller, body}) => keepPushedNight(hub, caller, read(pushNightShape, body))},
  {method: 'GET',  path: at('log'), roles: admin, mostBytes: 0, answer: ({hub}) => readLog(hub)},
];

async function hello({hub, caller, body}: ApiRequest): Promise<{heartbeatSeconds: number}> {
  await takeLease(hub, caller, read(helloShape, body));
  return {heartbeatSeconds: hub.heartbeatSeconds};
}

function jobs({hub, caller, query}: ApiRequest): Promise<unknown> {
  const host = query.get('host');
  const state = query.get('state');
  const limit = Number(query.get('limit') ?? 50);
  if ((host !== null && !isName(host)) || !(limit >= 1 && limit <= 10_000))
    throw new HubRefusal(400, 'host or limit is wrong.', 'limit is from 1 to 10000.');
  return listJobs(hub, caller, {host, state, limit});
}

function read<S extends v.GenericSchema>(schema: S, body: unknown): v.InferOutput<S> {
  const found = checkShape(schema, body);
  if ('output' in found) return found.output;
  const {path, text, hint} = found.fault;
  throw new HubRefusal(
    400,
    `The request's ${path || 'body'} ${text}.`,
    hint ?? 'See docs/fleet.md.',
  );
}
