// A store of years of nights for benchmarks: a few built sessions per workload, their figures moved
// from night to night. Written without flushing, since losing it would not matter.
import {mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {buildSession, host} from '../../dashboards/testdata/build.ts';
import type {Night} from '../../results/history/index.ts';
import {sealDocument, sha256} from '../../results/store/checksum.ts';
import {encodeRuns} from '../../results/store/runs-file.ts';
import {sessionFolder} from '../../results/store/store-layout.ts';
import {seededNormal} from '../../results/testdata/random.ts';
import type {Samples, Session, SideStats} from '../../results/types.ts';

export interface YearsPlan {
  readonly workloads: readonly string[];
  readonly nights: number;
  /** Whether runs are kept as well; without them a session is only its summary. */
  readonly runs: boolean;
}

/** What `perf stat -ddd` counts: event, level, spread, after / before. */
// prettier-ignore
const events = [
  ['task-clock', 700, 0.004, 1.02], ['duration_time', 7.1e8, 0.01, 1.02],
  ['context-switches', 3, 0.3, 1], ['cpu-migrations', 1, 0.5, 1], ['page-faults', 120, 0.005, 1],
  ['cycles', 2.5e9, 0.004, 1.02], ['instructions', 6.1e9, 0.0002, 1.03],
  ['branches', 1.2e9, 0.0002, 1.01], ['branch-misses', 2.2e5, 0.05, 1],
  ['L1-dcache-loads', 1.9e9, 0.001, 1.04], ['L1-dcache-load-misses', 8e5, 0.1, 1],
  ['LLC-loads', 9e4, 0.1, 1], ['LLC-load-misses', 900, 0.4, 1],
  ['L1-icache-load-misses', 6e5, 0.1, 1], ['dTLB-loads', 1.9e9, 0.001, 1.04],
  ['dTLB-load-misses', 4e3, 0.2, 1], ['iTLB-loads', 2e3, 0.3, 1], ['iTLB-load-misses', 480, 0.3, 1],
] as const;

/** Steps of all levels: night and factor. */
const steps = [
  [60, 1.02],
  [200, 0.97],
  [300, 1.03],
] as const;

/** Fills `store` and returns the number of sessions. */
export const fillYears = (store: string, {workloads, nights, runs}: YearsPlan): number => {
  const built = workloads.map((workload, position) =>
    buildSession({
      seed: position + 1,
      workload,
      quads: 15,
      runsPerBlock: 2,
      placements: 8,
      events: events.map(([event, base, noise, effect]) => ({event, base, noise, effect})),
    }),
  );
  const normal = seededNormal(7);
  for (let night = 0; night < nights; night++) {
    const begun = new Date(Date.UTC(2016, 0, 1 + night, 2));
    const name = `${stamp(begun)}-nite`;
    const sessions = built.map(({session, samples}, position) => {
      const created = new Date(begun.getTime() + 60_000 * (position + 1));
      const one = moved(session, night, normal);
      return put(
        store,
        {
          ...one,
          id: `${stamp(created)}-s${String(position).padStart(3, '0')}`,
          created: created.toISOString(),
          night: name,
          placements: [],
        },
        runs ? samples : null,
      );
    });
    writeUnflushed(store, nightOf(name, begun, sessions));
  }
  return nights * workloads.length;
};

const stamp = (date: Date): string =>
  date
    .toISOString()
    .replace(/[-:.Z]/g, '')
    .replace('T', '-');

/** Levels follow the steps and wander by 0.3 %; a ratio by the width of its interval. */
const moved = (session: Session, night: number, normal: () => number): Session => {
  const level =
    Math.exp(0.003 * normal()) *
    steps.reduce((product, [from, factor]) => (night >= from ? product * factor : product), 1);
  const scaled = (stats: SideStats, factor: number): SideStats => ({
    ...stats,
    mean: times(stats.mean, factor),
    median: times(stats.median, factor),
    sem: times(stats.sem, factor),
    sd: times(stats.sd, factor),
  });
  const comparison = session.comparison!;
  return {
    ...session,
    comparison: {
      ...comparison,
      rows: comparison.rows.map((row) => {
        const {change} = row;
        const width = change?.high == null ? 0 : Math.log(change.high / change.ratio) / 2;
        const shift = Math.exp(Math.min(0.2, width) * normal());
        return {
          ...row,
          before: scaled(row.before, level),
          after: scaled(row.after, level * shift),
          change:
            change === null
              ? null
              : {
                  ...change,
                  ratio: change.ratio * shift,
                  low: times(change.low, shift),
                  high: times(change.high, shift),
                },
        };
      }),
    },
  };
};

const times = (value: number | null, factor: number): number | null =>
  value === null ? null : value * factor;

const put = (store: string, session: Session, samples: Samples | null): Session => {
  const folder = sessionFolder(store, session);
  mkdirSync(folder, {recursive: true});
  const runs =
    samples === null
      ? null
      : encodeRuns(session.id, {samples, aaSamples: null, placements: session.placements});
  if (runs !== null) writeFileSync(join(folder, 'runs.json.gz'), runs);
  writeFileSync(
    join(folder, 'session.json'),
    sealDocument({...session, runsChecksum: runs === null ? null : sha256(runs)}),
  );
  return session;
};

const nightOf = (id: string, begun: Date, sessions: readonly Session[]): Night => ({
  schema: 'jitstat/night/1',
  id,
  night: begun.toISOString().slice(0, 10),
  created: begun.toISOString(),
  finished: sessions.at(-1)!.created,
  status: 'finished',
  machine: host.name,
  host,
  suite: 'lab',
  aa: {session: sessions[0].id, bad: false, events: []},
  workloads: sessions.map(({id: session, workload}) => ({name: workload!, session})),
  alerts: [],
  notes: [],
  exitCode: 0,
});

const writeUnflushed = (store: string, night: Night): void => {
  const path = join(store, 'nights', night.machine, night.night.slice(0, 4), `${night.id}.json`);
  mkdirSync(dirname(path), {recursive: true});
  writeFileSync(path, sealDocument(night));
};
