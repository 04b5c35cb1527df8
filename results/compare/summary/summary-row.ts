// One event from two summaries (mean, standard error, runs): a Welch interval on the log ratio,
// widened for two separate sessions.
import {eventInfo} from '../../events/events.ts';
import {studentQuantile, studentTwoSided} from '../../stats/distributions.ts';
import type {ImportRow, SideStats, Warning} from '../../types.ts';
import {secondsPer} from '../decompose/roles.ts';
import type {RowDraft} from '../quads/row.ts';
import {sessionError} from '../session/session-error.ts';

/** One side of one event as printed; `sem` in the event's unit, null = not known. */
export interface Printed {
  readonly mean: number;
  readonly sem: number | null;
  readonly n: number | null;
  readonly running: number | null;
  readonly unit: string;
}

/** perf leaves `( +- )` out where it would print 0.00 %. */
const smallestPrintedError = 0.005 / 100;
/** Degrees of freedom of a standard error whose number of runs is not known. */
const unknownRuns = 5;

/**
 * The figures of a row of a table of `runs` runs; null where it was not counted. Times come out in
 * seconds x 1000 (msec).
 */
export const printed = (row: ImportRow, runs: number | null): Printed | null => {
  if (row.value === null || row.status !== 'ok' || row.group === true) return null;
  const seconds = secondsPer(row.event, row.unit, row.value);
  const scale = seconds === null || row.unit === 'sec' ? 1 : seconds * 1000;
  const mean = row.value * scale;
  const relative = row.sem ?? (runs !== null && runs > 1 ? 100 * smallestPrintedError : null);
  const running = row.running === null ? null : row.running / 100;
  return {
    mean,
    sem: relative === null ? null : (mean * relative) / 100,
    n: runs,
    running,
    unit: seconds === null || row.unit === 'sec' ? row.unit : 'msec',
  };
};

export const statsOf = (side: Printed): SideStats => ({
  n: side.n,
  mean: side.mean,
  median: null,
  sem: side.sem,
  sd: side.sem === null || side.n === null ? null : side.sem * Math.sqrt(side.n),
  running: side.running,
});

/** Relative standard error of a printed mean, with what rounding the print may have added. */
export const relativeError = (side: Printed): number | null => {
  if (side.sem === null || !(side.mean > 0)) return null;
  const step = side.unit === '' ? 1 : side.unit === 'msec' ? 0.01 : 0;
  return Math.hypot(side.sem, step / Math.sqrt(12)) / side.mean;
};

/**
 * Draft of one row; `withheld` says why a mean does not stand for its side (spikes, a perf that
 * prints the last run).
 */
export const draftSummaryRow = (
  event: string,
  before: Printed,
  after: Printed,
  margin: number | undefined,
  level: number,
  withheld: string | null,
  warnings: readonly Warning[] = [],
): RowDraft => {
  const info = eventInfo(event);
  const base: RowDraft = {
    event,
    unit: after.unit,
    kind: info.kind,
    before: statsOf(before),
    after: statsOf(after),
    estimate: null,
    equivalence: null,
    direction: 0,
    p: null,
    units: 0,
    margin: margin ?? info.margin,
    mustClear: 0,
    note: withheld,
    warnings,
  };
  if (before.mean <= 0 || after.mean <= 0)
    return {
      ...base,
      note:
        withheld ??
        (before.mean === after.mean ? 'both sides print 0' : 'no ratio with a printed 0'),
    };
  const value = Math.log(after.mean / before.mean);
  const exact = info.kind === 'exact';
  if (exact) {
    const estimate = {value, low: value, high: value};
    return {
      ...base,
      units: 1,
      estimate,
      equivalence: estimate,
      direction: Math.sign(value),
      p: value === 0 ? 1 : 0,
      note: value === 0 ? 'the same count on both sides' : 'exact counts that differ',
    };
  }
  const errors = [relativeError(before), relativeError(after)];
  if (errors[0] === null || errors[1] === null)
    return {
      ...base,
      estimate: {value, low: -Infinity, high: Infinity},
      note: withheld ?? 'one run a side, or no standard error: the spread is not known',
    };
  const session = sessionError(base.margin);
  const error = Math.hypot(errors[0], errors[1], session);
  const degrees = welchDegrees(
    errors[0],
    before.n ?? unknownRuns,
    errors[1],
    after.n ?? unknownRuns,
    session,
  );
  const interval = (at: number): {value: number; low: number; high: number} => {
    const half = studentQuantile(0.5 + at / 2, degrees) * error;
    return {value, low: value - half, high: value + half};
  };
  const row = {
    ...base,
    units: Math.min(before.n ?? 0, after.n ?? 0),
    estimate: interval(level),
    equivalence: interval(2 * level - 1),
    direction: Math.sign(value),
    mustClear: Math.log1p(base.margin),
  };
  return withheld === null
    ? {...row, p: studentTwoSided(value / error, degrees)}
    : {...row, equivalence: null};
};

/** Welch-Satterthwaite; the error between sessions counts as known. */
export const welchDegrees = (
  error1: number,
  n1: number,
  error2: number,
  n2: number,
  known: number,
): number => {
  const total = error1 ** 2 + error2 ** 2 + known ** 2;
  const parts = error1 ** 4 / Math.max(1, n1 - 1) + error2 ** 4 / Math.max(1, n2 - 1);
  return parts === 0 ? 1e6 : Math.min(1e6, total ** 2 / parts);
};
