// The hub's connections: a pool that has the hub's rights only, transactions with the narrower
// rights of the client the hub acts for, and one listener.
import {createHash} from 'node:crypto';
import type {Client, ClientConfig, Pool, PoolClient} from 'pg';
import {loadPg} from '../packages.ts';
import type {Queryable} from '../db/queryable.ts';
import type {TokenRole} from './fleet-schema.ts';

/** The client a transaction acts for, which the row policies check. */
export interface Actor {
  readonly role: TokenRole | 'hub';
  readonly who: string;
  readonly host: string | null;
}

/** A transaction; `db` is it in the form pg-boss takes. */
export interface Transaction extends Queryable {
  readonly db: {executeSql: (text: string, values?: unknown[]) => Promise<{rows: Row[]}>};
  /** Continues with the rights of `actor` until the end of the transaction. */
  readonly actAs: (actor: Actor) => Promise<void>;
}

// eslint-disable-next-line typescript/no-explicit-any -- a row has what its query asks for
type Row = any;

export interface Database {
  readonly pool: Pool;
  /** Commits all that `work` did, or nothing. */
  readonly transaction: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

/** Every connection takes this role when it starts, whoever logged in. */
const hubRole = '-c role=jitstat_hub';

export const openDatabase = async (
  config: ClientConfig,
  onError: (error: Error) => void,
): Promise<Database> => {
  const {default: pg} = await loadPg();
  const pool = new pg.Pool({...config, options: hubRole, max: 10, connectionTimeoutMillis: 5000});
  // Without these listeners a restart of the server would end the hub.
  pool.on('error', onError);
  pool.on('connect', (client) => client.on('error', onError));
  return {
    pool,
    transaction: (work) => inTransaction(pool, work),
    close: () => pool.end(),
  };
};

const inTransaction = async <T>(pool: Pool, work: (tx: Transaction) => Promise<T>): Promise<T> => {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await work(transactionOf(client));
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((failed: Error) => (broken = failed));
    throw error;
  } finally {
    client.release(broken);
  }
};

const transactionOf = (client: PoolClient): Transaction => ({
  query: client.query.bind(client) as Queryable['query'],
  db: {executeSql: async (text, values) => client.query(text, values)},
  actAs: async ({role, who, host}) => {
    await client.query(
      `select set_config('jitstat.who', $1, true), set_config('jitstat.host', $2, true),
              set_config('role', $3, true)`,
      [who, host ?? '', `jitstat_${role}`],
    );
  },
});

/** Holds the advisory lock of a host until the end of the transaction: its jobs change one by one. */
export const lockHost = async (tx: Transaction, host: string): Promise<void> => {
  const key = createHash('sha256').update(`jitstat/host/${host}`).digest().readInt32LE();
  await tx.query('select pg_advisory_xact_lock($1, $2)', [0x6a697473, key]);
};

const wakeChannel = 'jitstat_host';

/** Notifies every hub that something about a host changed, once the transaction is committed. */
export const wakeHost = async (tx: Transaction, host: string): Promise<void> => {
  await tx.query('select pg_notify($1, $2)', [wakeChannel, host]);
};

/** How long a lost listener waits before it connects again. */
const reconnectMs = 500;

/**
 * Calls `onHost` for every notification, and with null after each (re)connection, because
 * notifications in between were missed.
 */
export const listenToHosts = (
  config: ClientConfig,
  onHost: (host: string | null) => void,
): {close: () => Promise<void>} => {
  let current: Client | null = null;
  let closed = false;
  const connect = async (): Promise<void> => {
    const {default: pg} = await loadPg();
    const client = new pg.Client({...config, options: hubRole, keepAlive: true});
    current = client;
    const again = (): void => {
      if (closed || current !== client) return;
      current = null;
      setTimeout(() => void connect(), reconnectMs).unref();
    };
    client.on('error', again);
    client.on('end', again);
    client.on('notification', ({payload}) => onHost(payload ?? null));
    try {
      await client.connect();
      await client.query(`listen ${wakeChannel}`);
      onHost(null);
    } catch {
      client.end().catch(() => {});
      again();
    }
  };
  void connect();
  return {
    close: async () => {
      closed = true;
      await current?.end().catch(() => {});
    },
  };
};
