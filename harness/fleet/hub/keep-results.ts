// Stores results: first the session's files in the hub's store, then, in one transaction, the job's
// only result, the index of its sessions, and the end of the job.
import type * as v from 'valibot';
import {UserError} from '../../../results/error.ts';
import {addSession, decodeFiles, originFile} from '../../../results/store/add-session.ts';
import type {AddedSession} from '../../../results/store/add-session.ts';
import {addNight} from '../../../results/history/add-night.ts';
import {importNight} from '../db/import-night.ts';
import type {JobData, pushNightShape, pushShape, resultShape} from '../protocol/messages.ts';
import {HubRefusal} from './hub-context.ts';
import type {Caller, Hub} from './hub-context.ts';
import type {Transaction} from './database.ts';
import {lockHost} from './database.ts';
import {indexSession} from './index-session.ts';
import {checkHost, renewLease} from './leases.ts';
import {readOrigin, withOrigin} from './origin.ts';
import type {Origin} from './origin.ts';
import {queueOf} from './queue.ts';

export const keepResult = async (
  hub: Hub,
  caller: Caller,
  {job, attempt, sessions, nights, answer, ...lease}: v.InferOutput<typeof resultShape>,
): Promise<{stored: true; sessions: readonly string[]}> => {
  const data = await hub.database.transaction(async (tx) => {
    await renewLease(tx, caller, lease);
    await checkNew(tx, job);
    return wantedJob(tx, lease.host, job);
  });
  const origin = {host: lease.host, job: {...data, id: job, attempt}};
  const added: AddedSession[] = [];
  for (const files of sessions) added.push(await keepFiles(hub, files, origin));
  const kept = nights.map((text) => keepNight(hub, text));
  const ids = added.map(({session}) => session.id);
  await hub.database.transaction(async (tx) => {
    await renewLease(tx, caller, lease);
    await checkNew(tx, job);
    const {state} = await wantedJob(tx, lease.host, job);
    const {submitter, suite, variant, commit, good} = data;
    await tx.query(
      `insert into fleet.result
         (job, host, suite, variant, commit, good, submitter, attempt, sessions, answer)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [job, lease.host, suite, variant, commit, good, submitter, attempt, ids, answer],
    );
    for (const one of added) await indexSession(tx, one, origin);
    for (const {night} of kept) await importNight(tx, night, lease.host);
    // A job that was given up in the meantime gets its result after all.
    if (state === 'failed') await hub.boss.retry(queueOf(lease.host), job, {db: tx.db});
    const end = {db: tx.db, includeQueued: true};
    await hub.boss.complete(queueOf(lease.host), job, {sessions: ids, answer}, end);
  });
  hub.refresh();
  return {stored: true, sessions: ids};
};

/** A job has one result: the first. */
const checkNew = async (tx: Transaction, job: string): Promise<void> => {
  const {rowCount} = await tx.query('select from fleet.result where job = $1', [job]);
  if (rowCount !== 0)
    throw new HubRefusal(
      409,
      `The result of job ${job} is stored already.`,
      'A job has one result, the first.',
      'stored',
    );
};

const wantedJob = async (
  tx: Transaction,
  host: string,
  job: string,
): Promise<JobData & {state: string}> => {
  const {rows} = await tx.query<{data: JobData; state: string}>(
    'select data, state::text from boss.job_common where name = $1 and id = $2',
    [queueOf(host), job],
  );
  if (rows.length === 0) throw new HubRefusal(403, `Job ${job} is not a job of host ${host}.`);
  const [{data, state}] = rows;
  if (state === 'cancelled')
    throw new HubRefusal(410, `Job ${job} was cancelled.`, undefined, 'cancelled');
  return {...data, state};
};

/** Stores a session that a host measured without a job, or that an earlier hub knew. */
export const keepPushed = async (
  hub: Hub,
  caller: Caller,
  {host, session: files}: v.InferOutput<typeof pushShape>,
): Promise<{session: string; added: boolean}> => {
  if (caller.role === 'agent') checkHost(caller, host);
  const origin = {host, job: null};
  const added = await keepFiles(hub, files, origin);
  await forKnownHost(hub, host, (tx) =>
    indexSession(tx, added, readOrigin(added.folder) ?? origin),
  );
  return {session: added.session.id, added: added.added};
};

/** Stores the record of a night that a host measured without a job. */
export const keepPushedNight = async (
  hub: Hub,
  caller: Caller,
  {host, night: text}: v.InferOutput<typeof pushNightShape>,
): Promise<{night: string; added: boolean}> => {
  if (caller.role === 'agent') checkHost(caller, host);
  const {night, added} = keepNight(hub, text);
  await forKnownHost(hub, host, (tx) => importNight(tx, night, host));
  return {night: night.id, added};
};

const forKnownHost = async (
  hub: Hub,
  host: string,
  work: (tx: Transaction) => Promise<void>,
): Promise<void> => {
  await hub.database.transaction(async (tx) => {
    await lockHost(tx, host);
    const {rowCount} = await tx.query('select from fleet.host where name = $1', [host]);
    if (rowCount === 0)
      throw new HubRefusal(404, `The hub does not know a host '${host}'.`, 'See jitstat hosts.');
    await work(tx);
  });
  hub.refresh();
};

const keepNight = (hub: Hub, text: string): ReturnType<typeof addNight> => {
  try {
    return addNight(hub.store, text);
  } catch (error) {
    throw asRefusal(error);
  }
};

const keepFiles = async (
  hub: Hub,
  files: Readonly<Record<string, string>>,
  origin: Origin,
): Promise<AddedSession> => {
  if (originFile in files)
    throw new HubRefusal(400, `'${originFile}' is written by the hub.`, 'Leave it out.');
  try {
    return await addSession(hub.store, withOrigin(decodeFiles(files), origin));
  } catch (error) {
    throw asRefusal(error);
  }
};

const asRefusal = (error: unknown): unknown =>
  error instanceof UserError && !('status' in error)
    ? new HubRefusal(400, error.message, error.hint)
    : error;
