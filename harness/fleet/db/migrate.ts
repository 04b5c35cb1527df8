// Brings a database to this version's schema: plain SQL files in order, each once, in one transaction
// each, under a lock.
import {existsSync, readFileSync, readdirSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {UserError} from '../../../results/error.ts';
import {sha256} from '../../../results/store/checksum.ts';
import type {Queryable} from './queryable.ts';
import {inTransaction} from './queryable.ts';

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

/** Of `pg_advisory_lock`: two hubs that start at once must not both migrate. */
const lockKey = 0x6a697473;

const ledger = `
create schema if not exists jitstat;
create table if not exists jitstat.migration (
  number   integer primary key,
  name     text not null,
  checksum text not null,
  applied  timestamptz not null default now()
);`;

/** The SQL files stay where they are when the TypeScript is built into `dist/`. */
const sqlFolder = (): string => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (folder !== '/' && !existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return join(folder, 'harness', 'fleet', 'db', 'migrations');
};

/** `001-results.sql`, `002-…`: numbered without gaps. */
export const readMigrations = (folder = sqlFolder()): Migration[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file, at) => {
      const number = Number(/^(\d{3})-/.exec(file)?.[1]);
      if (number !== at + 1) throw new Error(`${file} is not migration ${at + 1}`);
      return {number, name: file.slice(4, -4), sql: readFileSync(join(folder, file), 'utf8')};
    });

/**
 * Applies missing migrations and returns their names. Throws a UserError if the database is newer
 * than this jitstat, or if the text of one of its migrations was different.
 */
export const migrate = async (
  db: Queryable,
  migrations: readonly Migration[] = readMigrations(),
): Promise<string[]> => {
  await db.query('select pg_advisory_lock($1)', [lockKey]);
  try {
    await db.query(ledger);
    const {rows} = await db.query<{number: number; name: string; checksum: string}>(
      'select number, name, checksum from jitstat.migration order by number',
    );
    for (const {number, name, checksum} of rows) {
      const own = migrations.find((one) => one.number === number);
      if (own === undefined)
        throw new UserError(
          `The database has migration ${number} (${name}), which this jitstat does not know.`,
          'Install the jitstat that made it, or a newer one.',
        );
      if (sha256(own.sql) !== checksum)
        throw new UserError(
          `Migration ${number} (${name}) of the database is not the one of this jitstat.`,
          'A development version made it: drop the schema jitstat and rebuild it from the files.',
        );
    }
    const missing = migrations.filter(({number}) => number > (rows.at(-1)?.number ?? 0));
    for (const {number, name, sql} of missing)
      await inTransaction(db, async () => {
        await db.query(sql);
        await db.query(
          'insert into jitstat.migration (number, name, checksum) values ($1, $2, $3)',
          [number, name, sha256(sql)],
        );
      });
    return missing.map(({name}) => name);
  } finally {
    await db.query('select pg_advisory_unlock($1)', [lockKey]).catch(() => {});
  }
};
