// SQL over a store by DuckDB, where the optional package @duckdb/node-api is installed.
import {existsSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join, resolve} from 'node:path';
import {pathToFileURL} from 'node:url';
import {UserError} from '../../jit/error.ts';
import {listSessions} from '../../results/store/index.ts';

/** The part of @duckdb/node-api that is used. */
interface DuckDb {
  readonly DuckDBInstance: {readonly create: (path: string) => Promise<{readonly connect: () => Promise<Connection>}>};
}

interface Connection {
  readonly run: (sql: string) => Promise<unknown>;
  readonly runAndReadAll: (sql: string) => Promise<{readonly columnNames: () => string[]; readonly getRowObjectsJson: () => Record<string, unknown>[]}>;
}

/**
 * Runs `query` (SQL, or the name of a file that holds it) and returns a tab-separated table, or JSON. Tables:
 * `sessions` (one row a session.json) and `rows` (one a session, event and side: value, mean, sem, spikes ...).
 */
export const querySql = async (store: string, cwd: string, query: string, json: boolean): Promise<string> => {
  const sql = existsSync(resolve(cwd, query)) ? readFileSync(resolve(cwd, query), 'utf8') : query;
  const {DuckDBInstance} = await loadDuckDb(cwd);
  if (listSessions(store).entries.length === 0) throw new UserError(`There are no sessions in ${store}.`, 'jitstat nightly or jitstat ab fills a store.');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  for (const statement of viewsOf(store)) await connection.run(statement);
  try {
    const result = await connection.runAndReadAll(sql);
    const rows = result.getRowObjectsJson();
    if (json) return `${JSON.stringify(rows)}\n`;
    const names = result.columnNames();
    return `${[names, ...rows.map((row) => names.map((name) => shown(row[name])))].map((cells) => cells.join('\t')).join('\n')}\n`;
  } catch (error) {
    throw new UserError(`DuckDB: ${error instanceof Error ? error.message : String(error)}`, 'describe sessions, describe rows: what the tables hold.');
  }
};

const viewsOf = (store: string): string[] => {
  const files = join(store, 'data', '*', '*', '*', '*', 'session.json').replaceAll("'", "''");
  return [
    `create table sessions as select * from read_json('${files}', format = 'auto', union_by_name = true, filename = true, ignore_errors = true, maximum_object_size = 67108864)`,
    `create table rows as
       select s.id as session, s.created::timestamp as created, s.night, s.workload, s.host.name as machine, side, r.event, r.unit, r.verdict, r.change.ratio as ratio,
              case side when 'before' then r.before else r.after end as stats
       from sessions s, unnest(s.comparison.rows) as t(r), unnest(['before', 'after']) as u(side)`,
  ];
};

/** Looked for beside jitstat and in the working folder. */
const loadDuckDb = async (cwd: string): Promise<DuckDb> => {
  for (const base of [import.meta.url, pathToFileURL(join(cwd, 'package.json')).href]) {
    try {
      return await import(pathToFileURL(createRequire(base).resolve('@duckdb/node-api')).href) as DuckDb;
    } catch {
      // Not there; the next place may have it.
    }
  }
  throw new UserError('--sql needs DuckDB, which is not installed.', 'npm install @duckdb/node-api (70 MB), here or beside jitstat; everything else works without it.');
};

const shown = (value: unknown): string => (typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? ''));
