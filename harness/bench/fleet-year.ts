// A year of a whole fleet as rows of the results database, written by COPY: 500 series, 365 nights and
// 20 hosts by default. Every number follows from the seed.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {randomFrom} from '../../results/stats/random.ts';
import {testHost} from '../../results/testdata/session.ts';
import type {Queryable} from '../fleet/db/queryable.ts';

export interface FleetYear {
  readonly series: number;
  readonly nights: number;
  readonly hosts: number;
  readonly seed: number;
}

/** Events that a session counts. */
const eventsOfSession = 20;
const firstNight = Date.parse('2025-01-01');
const dayMs = 86_400_000;
const cpus = [
  'AMD EPYC 7763 64-Core Processor',
  'AMD EPYC 7402P 24-Core Processor',
  'Intel(R) Xeon(R) Gold 6148 CPU @ 2.40GHz',
  'Intel(R) Xeon(R) Platinum 8375C CPU @ 2.90GHz',
];

/**
 * The probability that a series changes in a night, and in the last one, which gives the front page
 * work.
 */
const changes = {usual: 0.004, last: 0.1};

const nightText = (night: number): string =>
  new Date(firstNight + night * dayMs).toISOString().slice(0, 10);
export const commitOfNight = (night: number): string =>
  night.toString(16).padStart(8, '0').repeat(5);
export const sessionName = (night: number, host: number, group: number): string =>
  `${nightText(night).replaceAll('-', '')}-02${String(group).padStart(2, '0')}00000-h${host}`;

/** Begins a COPY; `end` ends it. */
const into = (table: string, columns: string): string =>
  `copy jitstat.${table} (${columns}) from stdin;\n`;
const end = '\\.\n';
const row = (...cells: readonly (string | number)[]): string => `${cells.join('\t')}\n`;

/** Lines for `psql`, one COPY after the other. */
function* copies(year: FleetYear): Generator<string> {
  yield* hostLines(year);
  yield* seriesLines(year);
  yield* sessionLines(year);
  yield* hostNightLines(year);
  yield* pointLines(year);
}

const groupsOf = ({series}: FleetYear): number => Math.ceil(series / eventsOfSession);

function* hostLines({hosts}: FleetYear): Generator<string> {
  yield into('host', 'name');
  for (let host = 0; host < hosts; host++) yield row(`host${host}`);
  yield end + into('host_record', 'host, digest, record');
  for (let host = 0; host < hosts; host++)
    for (const microcode of ['0x1', '0x2']) {
      const record = {...testHost, name: `host${host}`, cpu: cpus[host % cpus.length], microcode};
      yield row(host + 1, microcode, JSON.stringify(record));
    }
  yield end;
}

function* seriesLines({series}: FleetYear): Generator<string> {
  yield into('series', 'workload, repeat, before, after, event, unit, kind, margin');
  for (let at = 0; at < series; at++) {
    const workload = `workload${Math.floor(at / eventsOfSession)}`;
    const event = `event${at % eventsOfSession}`;
    yield row(workload, 1000, 'v58', 'rfc1', event, '', 'positive', 0.01);
  }
  yield end;
}

const sessionColumns =
  'name, checksum, host, record, night, at, kind, status, workload, before, after, commit, ' +
  'suite, aa_changed, aa_rows';

function* sessionLines(year: FleetYear): Generator<string> {
  yield into('session', sessionColumns);
  for (let night = 0; night < year.nights; night++)
    for (let host = 0; host < year.hosts; host++)
      for (let group = 0; group < groupsOf(year); group++)
        // prettier-ignore
        yield row(
          sessionName(night, host, group), 'sum', host + 1, recordOf(night, host),
          nightText(night), timeOf(night, group), 'ab', 'finished', `workload${group}`,
          'v58', 'rfc1', commitOfNight(night), 'nightly', 0, 20,
        );
  yield end;
}

const hostNightColumns =
  'host, night, first_at, last_at, record, record_before, commit, sessions, refused, ' +
  'aa_changed, aa_rows';

function* hostNightLines(year: FleetYear): Generator<string> {
  const groups = groupsOf(year);
  yield into('host_night', hostNightColumns);
  for (let night = 0; night < year.nights; night++)
    for (let host = 0; host < year.hosts; host++)
      // prettier-ignore
      yield row(
        host + 1, nightText(night), timeOf(night, 0), timeOf(night, groups - 1),
        recordOf(night, host), changedRecord(night, host), commitOfNight(night),
        groups, 0, 0, 20 * groups,
      );
  yield end;
}

const pointColumns =
  'series, host, verdict, night, session, at, before_level, level, ratio, low, high, runs, ' +
  'spikes, is_new';

function* pointLines(year: FleetYear): Generator<string> {
  const {series, nights, hosts, seed} = year;
  const random = randomFrom(seed);
  const groups = groupsOf(year);
  yield into('point', pointColumns);
  // Per series and host: its current change.
  const offset = new Float64Array(series * hosts);
  for (let night = 0; night < nights; night++) {
    const isNew = new Uint8Array(series * hosts);
    for (let at = 0; at < series; at++)
      if (random.uniform() < (night === nights - 1 ? changes.last : changes.usual)) {
        const size = offset[at * hosts] === 0 ? 0.02 + 0.08 * random.uniform() : 0;
        for (let host = 0; host < hosts; host++)
          if (host % 4 < 2 || random.uniform() < 0.3) {
            offset[at * hosts + host] = size;
            if (size > 0) isNew[at * hosts + host] = 1;
          }
      }
    for (let host = 0; host < hosts; host++)
      for (let at = 0; at < series; at++) {
        const group = Math.floor(at / eventsOfSession);
        const session = (night * hosts + host) * groups + group + 1;
        const shift = offset[at * hosts + host];
        const ratio = 1 + shift + 0.006 * (random.uniform() - 0.5);
        const verdict = shift === 0 ? 'equal' : 'more';
        const level = 1e6 * (1 + at) * (1 + 0.01 * random.uniform());
        // prettier-ignore
        yield row(
          at + 1, host + 1, verdict, nightText(night), session, timeOf(night, group),
          level.toFixed(1), (level * ratio).toFixed(1), ratio.toFixed(6),
          (ratio - 0.006).toFixed(6), (ratio + 0.006).toFixed(6),
          40, 0, isNew[at * hosts + host],
        );
      }
  }
  yield end;
}

const recordOf = (night: number, host: number): number =>
  2 * host + 1 + (night > 200 + host ? 1 : 0);
const changedRecord = (night: number, host: number): string =>
  night > 0 && recordOf(night - 1, host) !== recordOf(night, host)
    ? String(recordOf(night - 1, host))
    : '\\N';
const timeOf = (night: number, group: number): string =>
  new Date(firstNight + night * dayMs + 7_200_000 + group * 60_000).toISOString();

/**
 * Seconds for the COPY, and for the indexes and foreign keys of points, which are made after it.
 */
export const loadYear = async (
  db: Queryable,
  url: string,
  psql: string,
  year: FleetYear,
): Promise<{copy: number; indexes: number}> => {
  const {rows: indexes} = await db.query<{name: string; text: string}>(
    `select indexname as name, indexdef as text from pg_indexes
     where schemaname = 'jitstat' and tablename = 'point'`,
  );
  const {rows: keys} = await db.query<{name: string; text: string}>(
    `select conname as name, pg_get_constraintdef(oid) as text from pg_constraint
     where conrelid = 'jitstat.point'::regclass and contype = 'f'`,
  );
  for (const {name} of keys) await db.query(`alter table jitstat.point drop constraint ${name}`);
  for (const {name} of indexes) await db.query(`drop index jitstat.${name}`);
  const begun = Date.now();
  const child = spawn(psql, ['-q', '-v', 'ON_ERROR_STOP=1', '-f', '-', url], {
    stdio: ['pipe', 'ignore', 'inherit'],
    env: {...process.env, PGOPTIONS: '-c client_min_messages=error'},
  });
  const ended = once(child, 'exit');
  let lines: string[] = [];
  const flush = async (): Promise<void> => {
    const text = lines.join('');
    lines = [];
    if (!child.stdin.write(text)) await Promise.race([once(child.stdin, 'drain'), ended]);
  };
  child.stdin.on('error', () => {});
  for (const line of copies(year)) {
    lines.push(line);
    if (lines.length >= 5000) {
      await flush();
      if (child.exitCode !== null) break;
    }
  }
  await flush();
  child.stdin.end();
  const [status] = (await ended) as [number | null];
  if (status !== 0) throw new Error(`psql ended with ${status}`);
  const copied = Date.now();
  for (const {text} of indexes) await db.query(text);
  for (const {name, text} of keys)
    await db.query(`alter table jitstat.point add constraint ${name} ${text}`);
  await db.query(`insert into jitstat.alert (id, series, host, night)
    select night || '.' || host || '.' || series, series, host, night from jitstat.point where is_new`);
  await db.query('vacuum analyze');
  return {copy: (copied - begun) / 1000, indexes: (Date.now() - copied) / 1000};
};
