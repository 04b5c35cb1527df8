// Ratios of two events, computed by us with intervals from the runs; and which of perf's "% of all
// ..." are not shares of a whole.
import {sum} from 'simple-statistics';
import {studentQuantile} from '../stats/distributions.ts';
import {secondsPer} from './clock-unit.ts';
import type {ImportRow, ImportTable, Samples} from '../types.ts';

/**
 * `part`: `yes` = the numerator's events are among the denominator's; `no` = two different kinds of
 * events; `nearly` = some of them are not.
 */
export interface RatioInfo {
  readonly name: string;
  readonly above: string;
  readonly below: string;
  /** What the quotient is multiplied by, and the unit of the result. */
  readonly scale: number;
  readonly unit: string;
  readonly part: 'yes' | 'nearly' | 'no';
  /** The reason, for those that perf prints as a share. */
  readonly note: string;
}

const row = (
  name: string,
  above: string,
  below: string,
  scale: number,
  unit: string,
  part: RatioInfo['part'],
  note: string,
): RatioInfo => ({name, above, below, scale, unit, part, note});

/**
 * Times are in msec, `duration_time` in ns. Event meanings: the kernel's tables for Intel since
 * Skylake and AMD Zen.
 */
export const ratios: readonly RatioInfo[] = [
  row(
    'instructions per cycle',
    'instructions',
    'cycles',
    1,
    '',
    'no',
    'Instructions are not a share of cycles.',
  ),
  row('clock', 'cycles', 'task-clock', 1e-6, 'GHz', 'no', ''),
  row('CPUs utilised', 'task-clock', 'duration_time', 1e6, '', 'no', ''),
  row(
    'branch miss rate',
    'branch-misses',
    'branches',
    100,
    '%',
    'yes',
    'Mispredicted branches are branches; above 100 % the two were counted in different slices, ' +
      'or one on another kind of core.',
  ),
  row(
    'L1d load miss rate',
    'L1-dcache-load-misses',
    'L1-dcache-loads',
    100,
    '%',
    'nearly',
    'On Intel the misses are lines replaced, by prefetches too, and not all of them loads.',
  ),
  row(
    'LLC load miss rate',
    'LLC-load-misses',
    'LLC-loads',
    100,
    '%',
    'nearly',
    'Both are requests that left the core, prefetches may be in one and not in the other.',
  ),
  row(
    'L1i miss rate',
    'L1-icache-load-misses',
    'L1-icache-loads',
    100,
    '%',
    'yes',
    'Fetches that missed are fetches, if the CPU counts fetches at all (Intel does not).',
  ),
  row(
    'dTLB load miss rate',
    'dTLB-load-misses',
    'dTLB-loads',
    100,
    '%',
    'nearly',
    'On Intel the loads are retired ones and the misses page walks, speculative ones too; on AMD ' +
      'Zen the loads are first-level misses only.',
  ),
  row(
    'iTLB walks per second-level hit',
    'iTLB-load-misses',
    'iTLB-loads',
    100,
    '%',
    'no',
    'On Intel since Skylake and on AMD Zen iTLB-loads counts translations that hit the second ' +
      'level and iTLB-load-misses those that missed both: neither is part of the other.',
  ),
  row(
    'cache miss rate',
    'cache-misses',
    'cache-references',
    100,
    '%',
    'yes',
    'Misses of the last level are references to it; above 100 % the two were counted in ' +
      'different slices.',
  ),
  row(
    'front end idle',
    'stalled-cycles-frontend',
    'cycles',
    100,
    '%',
    'nearly',
    'Stalled cycles are cycles, though some CPUs count slots.',
  ),
  row(
    'back end idle',
    'stalled-cycles-backend',
    'cycles',
    100,
    '%',
    'nearly',
    'Stalled cycles are cycles, though some CPUs count slots.',
  ),
];

/** The ratios of misses to what they are misses of, and of nothing else. */
export const missRatios: readonly RatioInfo[] = ratios.filter(
  ({above, unit}) => unit === '%' && above.endsWith('misses'),
);

const bare = (event: string): string => {
  if (event === 'cpu-cycles') return 'cycles';
  if (!event.includes('/') && !event.includes(':')) return event;
  return event
    .replace(/^cpu_(?:core|atom)\/(.+)\/[a-zA-Z]*$/, '$1')
    .replace(/:[a-zA-Z]+$/, '')
    .replace(/^cpu-cycles$/, 'cycles');
};

/**
 * Why the "% of all ..." after this event may pass 100; a general sentence for events not in the
 * table.
 */
export const ratioNote = (event: string): string =>
  ratios.find((info) => info.above === bare(event) && info.unit === '%')?.note ??
  'It is the quotient of two estimates that nothing bounds to 100.';

/** A ratio with its interval at 0.95 (null: one run, or no runs known). */
export interface Ratio {
  readonly info: RatioInfo;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
}

/**
 * Ratio of means of one side (0 = before, 1 = after), warm-up left out; the interval is that of the
 * delta method over the runs, so that it includes the correlation of numerator and denominator.
 * Runs in which either was not counted are left out of both.
 */
export const sideRatios = (samples: Samples, side: 0 | 1): Ratio[] =>
  ratios.flatMap((info) => {
    const series = (name: string): Float64Array | undefined =>
      samples.events.find((one) => bare(one.event) === name)?.value;
    const above = series(info.above);
    const below = series(info.below);
    if (above === undefined || below === undefined) return [];
    const runs: number[] = [];
    for (let i = 0; i < samples.runs; i++) {
      if (
        samples.side[i] === side &&
        samples.warmup[i] === 0 &&
        !Number.isNaN(above[i]) &&
        !Number.isNaN(below[i])
      )
        runs.push(i);
    }
    const ratio = ofRuns(
      info,
      runs.map((i) => above[i]),
      runs.map((i) => below[i]),
    );
    return ratio === null ? [] : [ratio];
  });

/**
 * The ratios of an imported table: from its runs with an interval if it has them, else the
 * quotient of its rows without one.
 */
export const tableRatios = (table: ImportTable): Ratio[] => {
  const rows = new Map<string, ImportRow[]>();
  for (const one of table.rows) {
    if (one.value === null || one.aggregate !== undefined || one.time !== undefined) continue;
    const name = bare(one.event);
    const same = rows.get(name);
    if (same === undefined) rows.set(name, [one]);
    else same.push(one);
  }
  // Most tables have few of the events.
  return ratios
    .filter(({above}) => table.samples.length > 0 || rows.has(above))
    .flatMap((info) => tableRatio(table, rows, info));
};

const tableRatio = (
  table: ImportTable,
  rows: ReadonlyMap<string, readonly ImportRow[]>,
  info: RatioInfo,
): Ratio[] => {
  const runsOf = (name: string) =>
    table.samples.find((series) => bare(series.event) === name)?.values;
  const [above, below] = [runsOf(info.above), runsOf(info.below)];
  if (above !== undefined && below !== undefined) {
    const pairs = above
      .map((value, i) => [value, below[i] ?? null])
      .filter((pair): pair is [number, number] => pair[0] !== null && pair[1] !== null);
    const ratio = ofRuns(
      info,
      pairs.map(([value]) => value),
      pairs.map(([, value]) => value),
    );
    return ratio === null ? [] : [ratio];
  }
  const [tops, bottoms] = [rows.get(info.above) ?? [], rows.get(info.below) ?? []];
  // Two rows of one name (two kinds of cores, two metrics) have no one quotient.
  if (tops.length !== 1 || bottoms.length !== 1 || !((bottoms[0].value ?? 0) > 0)) return [];
  const value = (info.scale * inTableUnit(tops[0])) / inTableUnit(bottoms[0]);
  return [{info, value, low: null, high: null, n: 1}];
};

/**
 * The value in the unit the table of ratios expects: clocks in msec, whatever unit they have, or
 * none (perf 6.16 to 6.18 print nanoseconds).
 */
const inTableUnit = ({event, unit, value}: ImportRow): number => {
  const seconds = bare(event) === 'duration_time' ? null : secondsPer(event, unit, value ?? 0);
  return (value ?? 0) * (seconds === null ? 1 : 1000 * seconds);
};

const ofRuns = (
  info: RatioInfo,
  above: readonly number[],
  below: readonly number[],
): Ratio | null => {
  const n = above.length;
  const total = sum([...below]);
  if (n === 0 || total <= 0) return null;
  const quotient = sum([...above]) / total;
  const value = info.scale * quotient;
  if (n < 2) return {info, value, low: null, high: null, n};
  // Residuals of a line through zero with this slope: not a regression that simple-statistics has.
  const squares = sum(above.map((top, i) => (top - quotient * below[i]) ** 2));
  const error = (info.scale * Math.sqrt(squares / (n - 1) / n)) / (total / n);
  const half = studentQuantile(0.975, n - 1) * error;
  return {info, value, low: value - half, high: value + half, n};
};
