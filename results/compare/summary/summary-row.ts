// One event from two summaries (mean, standard error, runs): a Welch interval on the log ratio,
// widened for two separate sessions.
import {eventInfo} from '../../events/events.ts';
import {studentQuantile, studentTwoSided} from '../../stats/distributions.ts';
import type {Estimate} from '../../stats/hodges-lehmann.ts';
import type {ImportRow, SideStats, Warning} from '../../types.ts';
import {secondsPer} from '../../events/clock-unit.ts';
import type {RowDraft} from '../quads/row.ts';
import {sessionError} from '../session/session-error.ts';
import type {CountedPair} from './pairs.ts';

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
export const unknownRuns = 5;

/**
 * The figures of a row of a table of `runs` runs; null where it was not counted. Times come out in
 * seconds x 1000 (msec).
 */
export const printed = (row: ImportRow, runs: number | null): Printed | null => {
  if (row.value === null || row.status !== 'ok' || row.group === true) return null;
  const seconds = secondsPer(row.event, row.unit, row.value);
  const scale = seconds === null || row.unit === 'sec' ? 1 : seconds * 1000;
  const mean = row.value * scale;
  // perf leaves the error of a count out if it would print as 0.00 %; a metric has none at all.
  const isCount = row.unit !== '%';
  const unprinted = isCount && runs !== null && runs > 1 ? 100 * smallestPrintedError : null;
  const relative = row.sem ?? unprinted;
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

export interface SummaryRowOptions {
  readonly margin: number | undefined;
  readonly level: number;
  /** Why a mean does not stand for its side (spikes, a perf that prints the last run), or null. */
  readonly withheld: string | null;
  readonly warnings: readonly Warning[];
}

/** Draft of one row from what the two tables print of it. */
export const draftSummaryRow = (
  {event, before, after}: CountedPair,
  {margin, level, withheld, warnings}: SummaryRowOptions,
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
  if (after.unit === '%') return inPoints(base, level);
  if (before.mean <= 0 || after.mean <= 0)
    return {
      ...base,
      note:
        withheld ??
        (before.mean === after.mean ? 'both sides print 0' : 'no ratio with a printed 0'),
    };
  const value = Math.log(after.mean / before.mean);
  if (info.kind === 'exact') return exactly(base, value);
  const errors = [relativeError(before), relativeError(after)];
  if (errors[0] === null || errors[1] === null)
    return {
      ...base,
      estimate: {value, low: -Infinity, high: Infinity},
      note: withheld ?? noInterval(before, after),
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
  const row = {
    ...base,
    units: Math.min(before.n ?? 0, after.n ?? 0),
    estimate: interval(value, error, degrees, level),
    equivalence: interval(value, error, degrees, 2 * level - 1),
    direction: Math.sign(value),
    mustClear: Math.log1p(base.margin),
  };
  return withheld === null
    ? {...row, p: studentTwoSided(value / error, degrees)}
    : {...row, equivalence: null};
};

const interval = (value: number, error: number, degrees: number, level: number): Estimate => {
  const half = studentQuantile(0.5 + level / 2, degrees) * error;
  return {value, low: value - half, high: value + half};
};

/** Every difference of exact counts is a fact. */
const exactly = (base: RowDraft, value: number): RowDraft => {
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
};

/** Why a change has no interval. */
const noInterval = (before: Printed, after: Printed): string => {
  const isSingle = ({n, sem}: Printed): boolean => sem === null && (n ?? 1) === 1;
  if (isSingle(before) && isSingle(after)) return 'one run a side, no interval';
  if (isSingle(before)) return 'one run before, no interval';
  return isSingle(after) ? 'one run after, no interval' : 'no spread is printed, no interval';
};

/** A percentage changes by points; a change is shown if it clears the margin of the larger one. */
const inPoints = (base: RowDraft, level: number): RowDraft => {
  const {before, after} = base;
  const [b, a] = [before.mean ?? 0, after.mean ?? 0];
  const value = a - b;
  if (before.sem === null || after.sem === null)
    return {
      ...base,
      points: {value, low: null, high: null},
      note: base.note ?? 'no spread is printed, no interval',
    };
  const larger = Math.max(Math.abs(a), Math.abs(b));
  const session = sessionError(base.margin) * larger;
  const error = Math.hypot(before.sem, after.sem, session);
  const degrees = welchDegrees(
    before.sem,
    before.n ?? unknownRuns,
    after.sem,
    after.n ?? unknownRuns,
    session,
  );
  const {low, high} = interval(value, error, degrees, level);
  const isClear = low > base.margin * larger || high < -base.margin * larger;
  return {
    ...base,
    points: {value, low, high},
    direction: Math.sign(value),
    p: isClear && base.note === null ? studentTwoSided(value / error, degrees) : null,
    note:
      base.note ?? (isClear ? null : 'the interval in points holds no change, or a very small one'),
  };
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
