// Answers to agents: the next job, whether the one being measured is still wanted, and what becomes
// of one that could not be measured.
import type * as v from 'valibot';
import type {
  FleetJob,
  JobData,
  Lease,
  failedShape,
  nextShape,
  watchShape,
} from '../protocol/messages.ts';
import {actorOf, HubRefusal} from './hub-context.ts';
import type {Caller, Hub} from './hub-context.ts';
import type {Transaction} from './database.ts';
import {activeJob, renewLease} from './leases.ts';
import {queueOf} from './queue.ts';

/** Jobs that return to the queue (after a lost agent or a delay) are found within this time. */
const lookAgainMs = 5000;

/**
 * The next job of a host, or null if none comes within the wait. An agent that asks is not
 * measuring, so a job that was given out already is given to it again: it was lost with an earlier
 * start.
 */
export const nextJob = (
  hub: Hub,
  caller: Caller,
  {waitSeconds, ...lease}: v.InferOutput<typeof nextShape>,
  signal: AbortSignal,
): Promise<FleetJob | null> =>
  repeatUntil(hub, lease.host, waitSeconds, signal, () =>
    hub.database.transaction(async (tx) => {
      const {drained} = await renewLease(tx, caller, lease);
      // From here on with the rights of the agent's role: the rows of its own host only.
      await tx.actAs(actorOf(caller));
      const active = await activeJob(tx, lease.host);
      if (active !== null) {
        await hub.boss.touch(queueOf(lease.host), active.id, {db: tx.db});
        return jobOf(active);
      }
      if (drained) return null;
      const [job] = await hub.boss.fetch<JobData>(queueOf(lease.host), {
        db: tx.db,
        includeMetadata: true,
      });
      return job === undefined ? null : jobOf(job);
    }),
  );

const jobOf = (job: {id: string; retryCount: number; data: unknown}): FleetJob => ({
  ...(job.data as JobData),
  id: job.id,
  attempt: job.retryCount,
});

const unwanted: readonly string[] = ['cancelled', 'completed', 'unknown'];

/**
 * Null while the job is wanted, otherwise what became of it; the request is the job's heartbeat.
 */
export const watchJob = (
  hub: Hub,
  caller: Caller,
  {waitSeconds, job, ...lease}: v.InferOutput<typeof watchShape>,
  signal: AbortSignal,
): Promise<{state: string} | null> =>
  repeatUntil(hub, lease.host, waitSeconds, signal, () =>
    hub.database.transaction(async (tx) => {
      await renewLease(tx, caller, lease);
      await tx.actAs(actorOf(caller));
      const active = await activeJob(tx, lease.host);
      if (active?.id === job) {
        await hub.boss.touch(queueOf(lease.host), job, {db: tx.db});
        return null;
      }
      // The result of a job that counted as lost while the hub was away is still welcome.
      const state = await stateOf(tx, lease, job);
      return unwanted.includes(state) ? {state} : null;
    }),
  );

const stateOf = async (tx: Transaction, {host}: Lease, job: string): Promise<string> => {
  const {rows} = await tx.query<{state: string}>(
    'select state::text from boss.job_common where name = $1 and id = $2',
    [queueOf(host), job],
  );
  return rows[0]?.state ?? 'unknown';
};

/** A failed job is tried again within its limit; a job that the host refuses is not. */
export const failJob = (
  hub: Hub,
  caller: Caller,
  {job, how, message, ...lease}: v.InferOutput<typeof failedShape>,
): Promise<{state: string}> =>
  hub.database.transaction(async (tx) => {
    await renewLease(tx, caller, lease);
    const active = await activeJob(tx, lease.host);
    if (active?.id !== job)
      throw new HubRefusal(409, `Job ${job} is not being measured on ${lease.host}.`);
    if (how === 'refused')
      await tx.query(
        'update boss.job_common set retry_limit = retry_count where name = $1 and id = $2',
        [queueOf(lease.host), job],
      );
    await hub.boss.fail(queueOf(lease.host), job, {message}, {db: tx.db});
    const {host} = lease;
    const refused = how === 'refused';
    hub.log({who: caller.name, action: 'failed', host, job, refused, detail: message});
    return {state: await stateOf(tx, lease, job)};
  });

/** Looks now, and again at all news of the host, until there is something or the time is up. */
const repeatUntil = async <T>(
  hub: Hub,
  host: string,
  waitSeconds: number,
  signal: AbortSignal,
  look: () => Promise<T | null>,
): Promise<T | null> => {
  const end = Date.now() + waitSeconds * 1000;
  for (;;) {
    const left = end - Date.now();
    const news = left > 0 ? hub.waiters.wait(host, Math.min(left, lookAgainMs), signal) : null;
    const found = await look();
    if (found !== null || news === null || signal.aborted) return found;
    await news;
  }
};
