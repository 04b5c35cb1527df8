// A results database for the tests of one file: a PostgreSQL server for all of them, an empty
// schema for each, and made-up nights to import.
import {afterAll, beforeAll, beforeEach} from 'vitest';
import type {Session} from '../../../results/types.ts';
import {installPackages} from '../../testing/debian.ts';
import {importMade, madeSession} from '../../testing/fleet-sessions.ts';
import {noPostgres, startPostgres} from '../../testing/postgres-server.ts';
import type {PostgresServer} from '../../testing/postgres-server.ts';
import type {Connection} from './connect.ts';
import {connect} from './connect.ts';
import {migrate} from './migrate.ts';

/** Null if a server can be started, otherwise the reason to skip. */
export const noDatabase = (): string | null =>
  noPostgres() === null ? null : installPackages(['postgresql']);

export const night = (
  day: number,
  host: string,
  ratio: number,
  more: Partial<Session> = {},
  hour = '02',
): Session => madeSession({day, host, ratio, hour, more});

/** Set before the first test. */
interface Running {
  server: PostgresServer;
  db: Connection;
}

interface MadeDatabase extends Running {
  /** True if the database did not have the session yet. */
  readonly take: (session: Session, host?: string, commit?: string) => Promise<boolean>;
  /** Rows of a table. */
  readonly count: (table: string) => Promise<number>;
}

/** Call it inside `describe`. */
export const emptyDatabase = (): MadeDatabase => {
  const made: MadeDatabase = {
    ...({} as Running),
    take: (session, host, commit) => importMade(made.db, session, {host, commit}),
    count: async (table) => {
      const {rows} = await made.db.query<{n: number}>(
        `select count(*)::int as n from jitstat.${table}`,
      );
      return rows[0].n;
    },
  };
  beforeAll(async () => {
    made.server = await startPostgres();
    made.db = await connect(made.server.url);
  });
  afterAll(async () => {
    await made.db?.end();
    await made.server?.stop();
  });
  beforeEach(async () => {
    await made.db.query('drop schema if exists jitstat cascade');
    await migrate(made.db);
  });
  return made;
};
