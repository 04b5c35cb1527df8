// The jobs of a fleet as people see and change them: list, cancel, try again.
import type {AlertJob, AlertLine} from '../../../results/fleet/views.ts';
import type {Queryable} from '../db/queryable.ts';
import type {JobData, ListedJob} from '../protocol/messages.ts';
import {actorOf, HubRefusal} from './hub-context.ts';
import type {Caller, Hub} from './hub-context.ts';
import type {Transaction} from './database.ts';
import {lockHost, wakeHost} from './database.ts';
import {hostOfQueue, queueOf} from './queue.ts';

export interface JobFilter {
  readonly host: string | null;
  readonly state: string | null;
  readonly limit: number;
}

interface Row {
  readonly id: string;
  readonly name: string;
  readonly data: JobData;
  readonly state: string;
  readonly priority: number;
  readonly attempt: number;
  readonly created: Date;
  readonly started: Date | null;
  readonly ended: Date | null;
  readonly output: {message?: string; value?: {message?: string}; answer?: string | null} | null;
}

const columns =
  'id, name, data, state::text, priority, retry_count as attempt, created_on as created, ' +
  'started_on as started, completed_on as ended, output';

/**
 * Running and waiting jobs first, in the order in which they will run; then the newest of the
 * others.
 */
export const listJobs = (
  hub: Hub,
  caller: Caller,
  {host, state, limit}: JobFilter,
): Promise<readonly ListedJob[]> =>
  hub.database.transaction(async (tx) => {
    await tx.actAs(actorOf(caller));
    const {rows} = await tx.query<Row>(
      `select ${columns} from boss.job_common
       where name like 'host/%' and ($1::text is null or name = 'host/' || $1)
         and ($2::text is null or state::text = $2)
       order by state > 'active', state <> 'active',
         case when state < 'active' then -priority end, case when state < 'active' then created_on end,
         coalesce(completed_on, created_on) desc
       limit $3`,
      [host, state, limit],
    );
    return rows.map(listed);
  });

/** Newest first: jobs for the alert's suite and host, at its commit and at the one before. */
export const jobsOfAlert = async (
  db: Queryable,
  {host, suite, variant, commit, commitBefore}: AlertLine,
): Promise<readonly AlertJob[]> => {
  const {rows} = await db.query<Row>(
    `select ${columns} from boss.job_common
     where name = $1 and data->>'suite' = $2 and data->>'variant' is not distinct from $3
       and data->>'commit' = any ($4)
     order by created_on desc limit 20`,
    [queueOf(host), suite, variant, [commit, commitBefore]],
  );
  return rows.map(listed).map(({submitter, good, ...job}) => ({
    ...job,
    by: submitter,
    good: good ?? null,
  }));
};

const listed = (row: Row): ListedJob => ({
  ...row.data,
  id: row.id,
  host: hostOfQueue(row.name),
  state: row.state,
  priority: row.priority,
  attempt: row.attempt,
  created: row.created.toISOString(),
  started: row.started?.toISOString() ?? null,
  ended: row.ended?.toISOString() ?? null,
  message: row.state === 'completed' ? (row.output?.answer ?? null) : messageOf(row),
});

const messageOf = ({output}: Row): string | null =>
  output?.message ?? output?.value?.message ?? null;

/** Cancels a job that waits or is being measured; its agent then ends it. */
export const cancelJob = (hub: Hub, caller: Caller, id: string): Promise<{state: string}> =>
  changeJob(hub, caller, id, async (tx, row) => {
    if (!['created', 'retry', 'active'].includes(row.state))
      throw new HubRefusal(409, `Job ${id} is ${row.state}; nothing is left to cancel.`);
    await hub.boss.cancel(row.name, id, {db: tx.db});
    return {state: 'cancelled'};
  });

/** Queues a failed or cancelled job again. */
export const retryJob = (hub: Hub, caller: Caller, id: string): Promise<{state: string}> =>
  changeJob(hub, caller, id, async (tx, row) => {
    if (!['failed', 'cancelled'].includes(row.state))
      throw new HubRefusal(
        409,
        `Job ${id} is ${row.state}; only failed and cancelled jobs are tried again.`,
        'jitstat submit measures the same once more.',
      );
    if (row.state === 'failed') await hub.boss.retry(row.name, id, {db: tx.db});
    else await hub.boss.resume(row.name, id, {db: tx.db});
    return {state: 'retry'};
  });

const changeJob = (
  hub: Hub,
  caller: Caller,
  id: string,
  change: (tx: Transaction, row: Row) => Promise<{state: string}>,
): Promise<{state: string}> =>
  hub.database.transaction(async (tx) => {
    const row = await findJob(tx, id);
    const host = hostOfQueue(row.name);
    await lockHost(tx, host);
    if (caller.role !== 'admin' && row.data.submitter !== caller.name)
      throw new HubRefusal(403, `Job ${id} is of ${row.data.submitter}.`, 'Ask an admin.');
    await tx.actAs(actorOf(caller));
    const changed = await change(tx, row);
    await wakeHost(tx, host);
    return changed;
  });

const findJob = async (tx: Transaction, id: string): Promise<Row> => {
  const {rows} = await tx.query<Row>(
    `select ${columns} from boss.job_common where id = $1 and name like 'host/%'`,
    [id],
  );
  if (rows.length > 0) return rows[0];
  throw new HubRefusal(404, `The hub does not know a job ${id}.`, 'jitstat jobs lists them.');
};
