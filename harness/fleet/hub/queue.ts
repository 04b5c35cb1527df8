// The queue: pg-boss with one queue per host, jobs by suite, variant and commit, and a queue of those
// that failed for good.
import type {PgBoss} from 'pg-boss';
import type {Queryable} from '../db/queryable.ts';
import {loadBoss} from '../packages.ts';
import type {Database} from './database.ts';

export const queueOf = (host: string): string => `host/${host}`;
export const hostOfQueue = (queue: string): string => queue.slice('host/'.length);
const deadQueue = 'dead';

/** How many times a job is given out again after its agent was lost or its command failed. */
const retryLimit = 2;
/** A job that measures longer than a day is taken for stuck; pg-boss allows no more. */
const longestSeconds = 86_399;
const day = 86_400;

export interface QueueSettings {
  /** An agent that is silent for longer loses its job. */
  readonly heartbeatSeconds: number;
  readonly onError: (error: Error) => void;
}

/** pg-boss on the hub's own pool; it watches for lost jobs, and does not register an instance. */
export const startQueue = async (
  database: Database,
  {heartbeatSeconds, onError}: QueueSettings,
): Promise<PgBoss> => {
  const {PgBoss: Boss} = await loadBoss();
  const boss = new Boss({
    db: {executeSql: (text, values) => database.pool.query(text, values)},
    schema: 'boss',
    migrate: false,
    schedule: false,
    supervise: true,
    superviseIntervalSeconds: Math.max(1, Math.min(30, Math.floor(heartbeatSeconds / 4))),
    monitorIntervalSeconds: Math.max(1, Math.min(30, Math.floor(heartbeatSeconds / 4))),
    registerInstance: false,
    // It would need to own the indexes.
    reindex: false,
    monitorVacuum: false,
  });
  boss.on('error', onError);
  await boss.start();
  if ((await boss.getQueue(deadQueue)) === null)
    await boss.createQueue(deadQueue, {retentionSeconds: 90 * day});
  return boss;
};

/** Makes the host's queue if it is missing; an existing one gets the current settings. */
export const ensureQueue = async (
  boss: PgBoss,
  host: string,
  heartbeatSeconds: number,
): Promise<void> => {
  const settings = {
    heartbeatSeconds,
    retryLimit,
    retryDelay: 0,
    expireInSeconds: longestSeconds,
    retentionSeconds: 30 * day,
    deleteAfterSeconds: 30 * day,
    deadLetter: deadQueue,
  };
  if ((await boss.getQueue(queueOf(host))) === null)
    await boss.createQueue(queueOf(host), {...settings, policy: 'exclusive'});
  else await boss.updateQueue(queueOf(host), settings);
};

/** Installs or migrates pg-boss's schema; needs the right to create it. */
export const migrateQueue = async (connection: Queryable): Promise<void> => {
  const {PgBoss: Boss} = await loadBoss();
  const boss = new Boss({
    db: {executeSql: (text, values) => connection.query(text, values)},
    schema: 'boss',
    supervise: false,
    schedule: false,
    registerInstance: false,
  });
  boss.on('error', () => {});
  await boss.start();
  await boss.stop({graceful: false});
};
