// One side of one event as a table prints it: mean, standard error, runs, and what else it says.
import type {Direction, ImportRow, ImportTable, SideStats, StatedChange} from '../../types.ts';
import {secondsPer} from '../../events/clock-unit.ts';

/** `sem` in the row's unit, null = not known; clocks are in msec. */
export interface Printed {
  readonly mean: number;
  readonly sem: number | null;
  readonly n: number | null;
  /** Standard deviation of one run, if it is known without n. */
  readonly sd?: number;
  /** The standard error is a bound, not an estimate: its degrees of freedom do not matter. */
  readonly isBound?: true;
  /** Share of the time it was counted, 0..1; null = not known. */
  readonly running: number | null;
  readonly unit: string;
  readonly exact?: true;
  readonly direction?: Direction | null;
  readonly stated?: StatedChange;
}

/** perf leaves `( +- )` out if it would print 0.00 %. */
const smallestPrintedError = 0.005 / 100;
/** The kernel test robot does not print its number of runs: three to six, so at least these. */
const robotRuns = 3;
/** A printed standard deviation is of two runs at least. */
const fewestWithSpread = 2;

/**
 * The fewest runs that the source must have made, if it does not print how many; null if nothing is
 * known. Short forms are written by hand and may be of anything.
 */
export const assumedRuns = (row: ImportRow, {format}: ImportTable): number | null => {
  if (format === 'robot report') return robotRuns;
  const isBench = row.sd !== undefined && row.sem === null && row.direction !== undefined;
  return isBench && (format === 'bpf bench' || format === 'perf stat') ? fewestWithSpread : null;
};

/** Clocks are brought to msec: versions of perf print them in different units, or in none. */
const isClock = (event: string): boolean =>
  /^(?:task|cpu)-clock\b|^(?:user|system)_time$/.test(event);

/** What the table says of the row; null if it was not counted. */
export const printed = (row: ImportRow, table: ImportTable): Printed | null => {
  if (row.value === null || row.status !== 'ok' || row.group === true) return null;
  const seconds = isClock(row.event) ? secondsPer(row.event, row.unit, row.value) : null;
  const isSeconds = seconds === null || row.unit === 'sec' || row.unit === 's';
  const scale = isSeconds ? 1 : seconds * 1000;
  const mean = row.value * scale;
  const n = row.runs ?? table.runs ?? assumedRuns(row, table);
  const relative = row.sem ?? (isPerfCount(row, table) && (n ?? 1) > 1 ? smallestPercent : null);
  const sem = relative === null ? null : (Math.abs(mean) * relative) / 100;
  const spread = spreadOf(row, n, sem, scale);
  return {
    mean,
    n: spread.sem === null && row.sd !== undefined ? null : n,
    running: row.running === null ? null : row.running / 100,
    unit: row.isShare === true ? '%' : isSeconds ? row.unit : 'msec',
    ...spread,
    ...(row.exact === true ? {exact: true} : {}),
    ...(row.direction === undefined ? {} : {direction: row.direction}),
    ...(row.stated === undefined ? {} : {stated: row.stated}),
  };
};

const smallestPercent = 100 * smallestPrintedError;

/** A count as perf prints it; a benchmark's own figure or a metric has no error left out. */
const isPerfCount = (row: ImportRow, {format}: ImportTable): boolean =>
  (format === undefined || format === 'perf stat') &&
  row.direction === undefined &&
  row.unit !== '%' &&
  row.sd === undefined;

type Spread = Pick<Printed, 'sem' | 'sd' | 'isBound'>;

const spreadOf = (row: ImportRow, n: number | null, sem: number | null, scale: number): Spread => {
  const {interval, sdAtMost} = row;
  const sd = row.sd === undefined ? {} : {sd: row.sd * scale};
  if (sem !== null) return {sem, ...sd};
  // An interval at 95 % reaches about two standard errors to each side.
  if (interval !== undefined) return {sem: ((interval.high - interval.low) / 2 / 1.96) * scale};
  if (sd.sd !== undefined) return {sem: n === null ? null : sd.sd / Math.sqrt(n), ...sd};
  if (sdAtMost !== undefined && n !== null)
    return {sem: (sdAtMost * scale) / Math.sqrt(n), isBound: true};
  return {sem: null};
};

export const statsOf = (side: Printed): SideStats => ({
  n: side.n,
  mean: side.mean,
  median: null,
  sem: side.sem,
  sd: side.sd ?? (side.sem === null || side.n === null ? null : side.sem * Math.sqrt(side.n)),
  running: side.running,
});

/** Relative standard error of a printed mean, with what rounding the print may have added. */
export const relativeError = (side: Printed): number | null => {
  if (side.sem === null || !(side.mean > 0)) return null;
  const isCount = side.unit === '' && Number.isInteger(side.mean);
  const step = isCount ? 1 : side.unit === 'msec' ? 0.01 : 0;
  return Math.hypot(side.sem, step / Math.sqrt(12)) / side.mean;
};
