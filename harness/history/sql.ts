// SQL over a store with DuckDB, if the optional package @duckdb/node-api is installed.
import {existsSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join, resolve} from 'node:path';
import {pathToFileURL} from 'node:url';
import {UserError} from '../../results/error.ts';
import {removeScratch, scratchFolder} from '../host/scratch.ts';
import {csv} from '../../results/exports/csv.ts';
import type {SessionEntry, SessionHead} from '../../results/store/index.ts';
import {listSessions} from '../../results/store/index.ts';
import type {Session} from '../../results/types.ts';
import {readUserFile} from '../../workloads/user/read-file.ts';

/** The part of @duckdb/node-api that is used. */
interface DuckDb {
  readonly DuckDBInstance: {
    readonly create: (path: string) => Promise<{readonly connect: () => Promise<Connection>}>;
  };
}

interface Connection {
  readonly run: (sql: string) => Promise<unknown>;
  readonly runAndReadAll: (sql: string) => Promise<{
    readonly columnNames: () => string[];
    readonly getRowObjectsJson: () => Record<string, unknown>[];
  }>;
}

/**
 * Runs `query` (SQL, or the name of a file that holds it) and returns a tab-separated table, or
 * JSON. Tables: `sessions` (one row per session: id, created, night, machine, workload, status ...)
 * and `rows` (the columns of the CSV export, one row per session, event and side). Damaged sessions
 * are left out.
 */
export const querySql = async (
  store: string,
  cwd: string,
  query: string,
  json: boolean,
): Promise<string> => {
  const file = resolve(cwd, query);
  const sql = existsSync(file) ? readUserFile(file, 'Name a file of SQL.').toString() : query;
  const {DuckDBInstance} = await loadDuckDb(cwd);
  const {entries} = listSessions(store);
  if (entries.length === 0)
    throw new UserError(
      `There are no sessions in ${store}.`,
      'jitstat nightly or jitstat ab fills a store.',
    );
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const folder = scratchFolder('sql');
  try {
    writeFileSync(
      join(folder, 'sessions.json'),
      entries.map(({head}) => `${JSON.stringify(sessionRow(head))}\n`).join(''),
    );
    writeFileSync(
      join(folder, 'rows.csv'),
      csv.write({sessions: entries.flatMap(readable), night: null}),
    );
    await connection.run(
      `create table sessions as select * from read_json('${folder}/sessions.json', ` +
        `format = 'newline_delimited', sample_size = -1)`,
    );
    await connection.run(
      `create table rows as select * from read_csv('${folder}/rows.csv', header = true, sample_size = -1)`,
    );
    const result = await connection.runAndReadAll(sql);
    const rows = result.getRowObjectsJson();
    if (json) return `${JSON.stringify(rows)}\n`;
    const names = result.columnNames();
    const table = [names, ...rows.map((row) => names.map((name) => shown(row[name])))];
    return `${table.map((cells) => cells.join('\t')).join('\n')}\n`;
  } catch (error) {
    throw new UserError(
      `DuckDB: ${error instanceof Error ? error.message : String(error)}`,
      'describe sessions and describe rows show what the tables hold.',
    );
  } finally {
    removeScratch(folder);
  }
};

const sessionRow = ({
  id,
  created,
  night,
  kind,
  status,
  reason,
  workload,
  before,
  after,
  host,
  plan,
}: SessionHead) => ({
  id,
  created,
  night: night ?? null,
  kind,
  status,
  reason: reason ?? null,
  workload,
  before: before.label,
  after: after?.label ?? null,
  machine: host.name,
  host_id: host.id,
  cpu: host.cpu,
  microcode: host.microcode,
  kernel: host.kernel,
  perf: host.perf,
  quads: plan.quads,
  runs_per_block: plan.runsPerBlock,
  repeat: plan.repeat,
});

const readable = (entry: SessionEntry): {session: Session; samples: null}[] => {
  try {
    return [{session: entry.session, samples: null}];
  } catch {
    return [];
  }
};

/** Looked for next to jitstat and in the working folder. */
const loadDuckDb = async (cwd: string): Promise<DuckDb> => {
  for (const base of [import.meta.url, pathToFileURL(join(cwd, 'package.json')).href]) {
    try {
      return (await import(
        pathToFileURL(createRequire(base).resolve('@duckdb/node-api')).href
      )) as DuckDb;
    } catch {
      // Not installed there; the next place may have it.
    }
  }
  throw new UserError(
    '--sql needs DuckDB, which is not installed.',
    'npm install @duckdb/node-api (70 MB), here or next to jitstat; everything else works without it.',
  );
};

const shown = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '');
