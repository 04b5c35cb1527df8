// Who measures on a host: one agent at a time, until it is started again or, after a silence,
// another agent takes over. Every request of an agent renews its lease or finds it lost.
import type {Hello, Lease, ListedHost} from '../protocol/messages.ts';
import {actorOf, HubRefusal} from './hub-context.ts';
import type {Caller, Hub} from './hub-context.ts';
import type {Transaction} from './database.ts';
import {lockHost, wakeHost} from './database.ts';
import {ensureQueue, queueOf} from './queue.ts';

/** Throws HubRefusal if the caller's token is for another host. */
export const checkHost = (caller: Caller, host: string): void => {
  if (caller.host !== host)
    throw new HubRefusal(
      403,
      `The token of ${caller.name} is not for host ${host}.`,
      `Every host has its own token: jitstat hub token agent --host ${host} --db URL.`,
    );
};

/**
 * Gives the host to this start of this agent. A later start from the same folder takes over at
 * once, because the folder's lock shows that the earlier one is dead; another agent has to wait for
 * a silence.
 */
export const takeLease = async (hub: Hub, caller: Caller, hello: Hello): Promise<void> => {
  checkHost(caller, hello.host);
  await ensureQueue(hub.boss, hello.host, hub.heartbeatSeconds);
  await hub.database.transaction(async (tx) => {
    await lockHost(tx, hello.host);
    const {rowCount} = await tx.query(
      `update fleet.host set agent = $2, epoch = $3, seen = now(), class = $4, suites = $5,
         record = $6
       where name = $1 and (agent is null or (agent = $2 and epoch <= $3)
         or seen < now() - $7 * interval '1 second')`,
      [
        hello.host,
        hello.agent,
        hello.epoch,
        hello.class,
        hello.suites,
        hello.record,
        hub.heartbeatSeconds,
      ],
    );
    if (rowCount === 0)
      throw new HubRefusal(
        409,
        `Host ${hello.host} has another agent, which was heard of in the last ` +
          `${hub.heartbeatSeconds} s.`,
        'One agent measures on a host; stop the other one, or wait until it counts as gone.',
        'lease',
      );
    await wakeHost(tx, hello.host);
  });
};

/**
 * Renews the lease and returns whether the host is drained; locks the host for the transaction.
 * Throws HubRefusal if another agent has the lease by now, as a paused agent finds when it wakes.
 */
export const renewLease = async (
  tx: Transaction,
  caller: Caller,
  {host, agent, epoch}: Lease,
): Promise<{drained: boolean}> => {
  checkHost(caller, host);
  await lockHost(tx, host);
  const {rows} = await tx.query<{drained: boolean}>(
    `update fleet.host set seen = now() where name = $1 and agent = $2 and epoch = $3
     returning drained`,
    [host, agent, epoch],
  );
  if (rows.length === 0)
    throw new HubRefusal(
      409,
      `Host ${host} has another agent by now.`,
      'This one was silent for too long; what it measured stays in its store.',
      'lease',
    );
  return rows[0];
};

export const setDrained = async (
  hub: Hub,
  host: string,
  drained: boolean,
): Promise<{host: string; drained: boolean}> =>
  hub.database.transaction(async (tx) => {
    const {rowCount} = await tx.query('update fleet.host set drained = $2 where name = $1', [
      host,
      drained,
    ]);
    if (rowCount === 0) throw unknownHost(host);
    await wakeHost(tx, host);
    return {host, drained};
  });

export const unknownHost = (host: string): HubRefusal =>
  new HubRefusal(404, `The hub does not know a host '${host}'.`, 'jitstat hosts lists them.');

export const listHosts = (hub: Hub, caller: Caller): Promise<readonly ListedHost[]> =>
  hub.database.transaction(async (tx) => {
    await tx.actAs(actorOf(caller));
    const {rows} = await tx.query<ListedHost & {active: number; silent: boolean | null}>(
      `select h.name, h.class, h.drained, h.seen, h.suites,
         h.seen < now() - $1 * interval '1 second' as silent,
         (select count(*)::int from boss.job_common j
           where j.name = 'host/' || h.name and j.state < 'active') as queued,
         (select count(*)::int from boss.job_common j
           where j.name = 'host/' || h.name and j.state = 'active') as active
       from fleet.host h order by h.name`,
      [hub.heartbeatSeconds],
    );
    return rows.map(({active, silent, ...host}) => ({
      ...host,
      state:
        silent === null ? 'never seen' : silent ? 'gone' : active > 0 ? 'measuring' : 'waiting',
    }));
  });

/** The job a host measures now, if any, with its attempt. */
export const activeJob = async (
  tx: Transaction,
  host: string,
): Promise<{id: string; retryCount: number; data: unknown} | null> => {
  const {rows} = await tx.query<{id: string; retryCount: number; data: unknown}>(
    `select id, retry_count as "retryCount", data from boss.job_common
     where name = $1 and state = 'active'`,
    [queueOf(host)],
  );
  return rows[0] ?? null;
};
