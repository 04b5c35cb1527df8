// A request to measure becomes one job per host: names only, once per suite, variant and commit, and
// in turns between submitters.
import {createHash} from 'node:crypto';
import type {JobData, Submission, Submitted} from '../protocol/messages.ts';
import {actorOf, HubRefusal} from './hub-context.ts';
import type {Caller, Hub} from './hub-context.ts';
import type {Transaction} from './database.ts';
import {lockHost, wakeHost} from './database.ts';
import {unknownHost} from './leases.ts';
import {ensureQueue, queueOf} from './queue.ts';

/** Jobs that somebody is waiting for go before all others. */
const interactivePriority = 1_000_000;

interface Target {
  readonly name: string;
  readonly drained: boolean;
  readonly suites: readonly string[] | null;
}

export const submitJobs = async (
  hub: Hub,
  caller: Caller,
  request: Submission,
): Promise<Submitted> => {
  const targets = await findTargets(hub, request);
  const skipped = targets.flatMap((target) => {
    const reason = whyNot(target, request);
    return reason === null ? [] : [{host: target.name, reason}];
  });
  const hosts = targets.filter(({name}) => skipped.every(({host}) => host !== name));
  if (hosts.length === 0)
    throw new HubRefusal(
      403,
      `No job was made: ${skipped.map(({host, reason}) => `${host} ${reason}`).join('; ')}.`,
      'jitstat hosts shows what each host runs; its owner lists more in its suites file.',
    );
  const jobs: Submitted['jobs'][number][] = [];
  for (const host of hosts) jobs.push(await addJob(hub, caller, request, host.name));
  return {jobs, skipped};
};

const findTargets = async (hub: Hub, {host, class: of}: Submission): Promise<readonly Target[]> => {
  if ((host === null) === (of === null))
    throw new HubRefusal(400, 'A job is for one host or for one class.', 'Give one of the two.');
  const {rows} = await hub.database.pool.query<Target>(
    'select name, drained, suites from fleet.host where name = $1 or class = $2 order by name',
    [host, of],
  );
  if (rows.length > 0) return rows;
  if (host !== null) throw unknownHost(host);
  throw new HubRefusal(404, `No host is of class '${of}'.`, 'jitstat hosts lists the classes.');
};

/** A drained host still takes jobs that are for it alone: they wait. */
const whyNot = ({drained, suites}: Target, request: Submission): string | null => {
  if (suites !== null && !suites.includes(request.suite))
    return `does not run a suite '${request.suite}'`;
  return drained && request.host === null ? 'is drained' : null;
};

const addJob = async (
  hub: Hub,
  caller: Caller,
  request: Submission,
  host: string,
): Promise<Submitted['jobs'][number]> => {
  await ensureQueue(hub.boss, host, hub.heartbeatSeconds);
  return hub.database.transaction(async (tx) => {
    await lockHost(tx, host);
    const {suite, variant, commit, good} = request;
    const data: JobData = {suite, variant, commit, good, submitter: caller.name};
    const singletonKey = [suite, variant ?? '', commit, ...(good === null ? [] : [good])].join('/');
    const id = jobId(request.request, host);
    await tx.actAs(actorOf(caller));
    const known = await findJob(tx, host, id, singletonKey);
    if (known !== null) return {host, id: known, duplicate: known !== id};
    const turn = await waitingJobs(tx, host, caller.name);
    const priority = (request.interactive ? interactivePriority : 0) - turn;
    await hub.boss.send(queueOf(host), data, {id, priority, singletonKey, db: tx.db});
    await wakeHost(tx, host);
    return {host, id, duplicate: false};
  });
};

/** The same request makes the same job, however often it is sent. */
const jobId = (request: string, host: string): string => {
  const hex = createHash('sha256').update(`${request} ${host}`).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join('-');
};

const findJob = async (
  tx: Transaction,
  host: string,
  id: string,
  singletonKey: string,
): Promise<string | null> => {
  const {rows} = await tx.query<{id: string}>(
    `select id from boss.job_common where name = $1
       and (id = $2 or (singleton_key = $3 and state <= 'active')) order by id = $2 desc limit 1`,
    [queueOf(host), id, singletonKey],
  );
  return rows[0]?.id ?? null;
};

/**
 * How many jobs of this submitter already wait there. Each of them ranks one lower, so that the
 * first jobs of all submitters go before the second ones, and a hundred jobs of one submitter do
 * not hold up another.
 */
const waitingJobs = async (tx: Transaction, host: string, who: string): Promise<number> => {
  const {rows} = await tx.query<{count: number}>(
    `select count(*)::int as count from boss.job_common
     where name = $1 and state < 'active' and data->>'submitter' = $2`,
    [queueOf(host), who],
  );
  return rows[0].count;
};
