// npm run bench:fleet: a year of 20 hosts in the results database; prints load time, size and the
// times of the five queries. Options: --db URL (an empty database; by default a temporary server),
// --series, --nights, --hosts, --seed.
import {readFileSync} from 'node:fs';
import {parseArgs} from 'node:util';
import {cpus, loadavg} from 'node:os';
import {connect} from '../fleet/db/connect.ts';
import {migrate} from '../fleet/db/migrate.ts';
import {alertList} from '../fleet/db/queries/alert-list.ts';
import {compareSessions} from '../fleet/db/queries/compare-sessions.ts';
import {hostList} from '../fleet/db/queries/host-list.ts';
import {lastNight} from '../fleet/db/queries/last-night.ts';
import {oneCommit} from '../fleet/db/queries/one-commit.ts';
import {oneSeries} from '../fleet/db/queries/one-series.ts';
import type {Queryable} from '../fleet/db/queryable.ts';
import {refreshHistory} from '../fleet/db/refresh-history.ts';
import {endOnSignals} from '../host/signals.ts';
import {importMade, madeSession} from '../testing/fleet-sessions.ts';
import {noPostgres, postgresProgram, startPostgres} from '../testing/postgres-server.ts';
import {commitOfNight, loadYear, sessionName} from './fleet-year.ts';
import type {FleetYear} from './fleet-year.ts';

const {values} = parseArgs({
  options: {
    db: {type: 'string'},
    series: {type: 'string', default: '500'},
    nights: {type: 'string', default: '365'},
    hosts: {type: 'string', default: '20'},
    seed: {type: 'string', default: '1'},
  },
});
const year: FleetYear = {
  series: Number(values.series),
  nights: Number(values.nights),
  hosts: Number(values.hosts),
  seed: Number(values.seed),
};

const repetitions = 11;
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const megabytes = (bytes: string | number): string => `${Math.round(Number(bytes) / 1e6)} MB`;

const elapsed = async (work: () => Promise<unknown>): Promise<number> => {
  const begun = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - begun) / 1e6;
};

/** CPU seconds of a process and of its ended children; 0 if it is not on this machine. */
const cpuOf = (pid: number): {own: number; children: number} => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    const seconds = (at: number): number => (Number(fields[at]) + Number(fields[at + 1])) / 100;
    return {own: seconds(11), children: seconds(13)};
  } catch {
    return {own: 0, children: 0};
  }
};

/**
 * CPU seconds of this process, the server's process for this connection, and its parallel workers.
 */
const cpuNow = (backend: number, server: number): number => {
  const {user, system} = process.cpuUsage();
  return (user + system) / 1e6 + cpuOf(backend).own + cpuOf(server).children;
};

type Timed = (name: string, wanted: number | null, work: () => Promise<unknown>) => Promise<void>;

/** The first run, the median and worst of the others, and the CPU time of one, in milliseconds. */
const timer =
  (backend: number, server: number): Timed =>
  async (name, wanted, work) => {
    const first = await elapsed(work);
    const others: number[] = [];
    const before = cpuNow(backend, server);
    for (let run = 1; run < repetitions; run++) others.push(await elapsed(work));
    const cpu = ((cpuNow(backend, server) - before) * 1000) / others.length;
    others.sort((a, b) => a - b);
    const [median, worst] = [others[Math.floor(others.length / 2)], others.at(-1)!];
    const goal =
      wanted === null ? '' : `   wanted ${wanted}: ${median < wanted ? 'met' : 'not met'}`;
    const cells = [first, median, worst, cpu].map((one) => one.toFixed(1).padStart(9)).join('');
    print(`${name.padEnd(34)}${cells}${goal}`);
  };

const sizes = async (db: Queryable): Promise<void> => {
  const {rows} = await db.query<Record<'points' | 'indexes' | 'all' | 'count', string>>(
    `select pg_table_size('jitstat.point') as points, pg_indexes_size('jitstat.point') as indexes,
       pg_database_size(current_database()) as all, (select count(*) from jitstat.point) as count`,
  );
  const [{points, indexes, all, count}] = rows;
  print(
    `${Number(count).toLocaleString('en-US')} points: ${megabytes(points)}, their indexes ` +
      `${megabytes(indexes)}; whole database ${megabytes(all)}`,
  );
};

const measure = async (db: Queryable, url: string, psql: string, server: number): Promise<void> => {
  const {rows: own} = await db.query<{pid: number}>('select pg_backend_pid() as pid');
  const timed = timer(own[0].pid, server);
  await migrate(db);
  const {copy, indexes} = await loadYear(db, url, psql, year);
  print(`COPY ${copy.toFixed(1)} s, indexes and statistics ${indexes.toFixed(1)} s`);
  await sizes(db);
  const [last, before] = [year.nights - 1, year.nights - 2];
  const view = await lastNight(db);
  const changes = view.groups.length + view.left.groups;
  print(`the last night has ${changes} changes on ${view.hosts.length} hosts\n`);
  const titles = ['first', 'median', 'worst', 'CPU'].map((one) => one.padStart(9));
  print(`${'milliseconds'.padEnd(34)}${titles.join('')}`);
  await timed('front page: last night', 200, () => lastNight(db));
  await timed(`one series on ${year.hosts} hosts`, 100, () => oneSeries(db, 7));
  await timed('two sessions', null, () =>
    compareSessions(db, sessionName(before, 0, 0), sessionName(last, 0, 0)),
  );
  await timed(`one commit on ${year.hosts} hosts`, null, () => oneCommit(db, commitOfNight(last)));
  await timed('hosts', null, () => hostList(db));
  await timed('open alerts', null, () => alertList(db, ['new', 'ack']));
  const made = Array.from({length: 60}, (_, at) =>
    madeSession({day: 1 + (at % 28), host: `made${at}`, ratio: 1}),
  );
  const imported = await elapsed(async () => {
    for (const session of made) await importMade(db, session, {host: 'host1'});
  });
  print(`\nimport of a session file of 2 events: ${(imported / made.length).toFixed(1)} ms`);
  await db.query('delete from jitstat.stale');
  await db.query('insert into jitstat.stale select 7, id from jitstat.host order by id limit 20');
  const refreshed = await elapsed(() => refreshHistory(db, Infinity));
  print(
    `history of a series on one host, recomputed: ${(refreshed / Math.min(20, year.hosts)).toFixed(1)} ms`,
  );
  await timed(`one series with its history`, 100, () => oneSeries(db, 7));
};

const run = async (): Promise<void> => {
  const reason = noPostgres();
  const psql = postgresProgram('psql');
  if (psql === null || (reason !== null && values.db === undefined)) {
    process.stderr.write(`bench:fleet: ${reason ?? 'psql is not installed'}\n`);
    process.exitCode = 2;
    return;
  }
  const server = values.db === undefined ? await startPostgres() : null;
  const url = values.db ?? server!.url;
  try {
    const db = await connect(url);
    print(
      `${year.series} series, ${year.nights} nights, ${year.hosts} hosts; ` +
        `${cpus().length} cores, load ${loadavg()[0].toFixed(1)}`,
    );
    await measure(db, url, psql, server?.pid ?? 0).finally(() => db.end());
    print(`load average at the end ${loadavg()[0].toFixed(1)}`);
  } finally {
    await server?.stop();
  }
};

if (Object.values(year).every((one) => Number.isInteger(one) && one > 0) && year.nights > 1) {
  endOnSignals();
  await run();
} else {
  process.stderr.write('bench:fleet: --series, --nights, --hosts and --seed take whole numbers\n');
  process.exitCode = 2;
}
