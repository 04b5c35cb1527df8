// One event from two summaries (mean, standard error, runs): a Welch interval on the log ratio,
// widened for two separate sessions, or what the source itself states about the change.
import {eventInfo} from '../../events/events.ts';
import {normalTwoSided, studentQuantile, studentTwoSided} from '../../stats/distributions.ts';
import type {Estimate} from '../../stats/hodges-lehmann.ts';
import type {StatedChange, Warning} from '../../types.ts';
import type {RowDraft} from '../quads/row.ts';
import {sessionError} from '../session/session-error.ts';
import type {CountedPair} from './table-pairs.ts';
import type {Printed} from './printed.ts';
import {relativeError, statsOf} from './printed.ts';

/** Degrees of freedom of a standard error whose number of runs is not known. */
export const unknownRuns = 5;
/** Runs for a bound, which is known and not estimated. */
const manyRuns = 1e6;

export interface SummaryRowOptions {
  readonly margin: number | undefined;
  readonly level: number;
  /** Why a mean does not represent its side (spikes, a perf that prints the last run), or null. */
  readonly withheld: string | null;
  readonly warnings: readonly Warning[];
}

/** Draft of one row from what the two tables print for it. */
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
    ...(after.direction === undefined ? {} : {better: after.direction}),
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
  if (info.kind === 'exact' || (before.exact === true && after.exact === true))
    return exactly({...base, kind: 'exact', margin: 0}, value);
  if (after.stated !== undefined) return stated(base, value, after.stated, level);
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
    runsBehind(before),
    errors[1],
    runsBehind(after),
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

const runsBehind = ({n, isBound}: Printed): number =>
  isBound === true ? manyRuns : (n ?? unknownRuns);

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

/** A printed p of 0.000: less than three decimals can show. */
const smallestPrintedP = 0.0005;

/** The interval and the p that the source states, or only whether it calls it a difference. */
const stated = (
  base: RowDraft,
  value: number,
  {ratio, low, high, p, shown}: StatedChange,
  level: number,
): RowDraft => {
  const change = ratio === null || !(ratio > 0) ? value : Math.log(ratio);
  const mustClear = Math.log1p(base.margin);
  const direction = Math.sign(change);
  const open: RowDraft = {
    ...base,
    direction,
    mustClear,
    estimate: {value: change, low: -Infinity, high: Infinity},
  };
  if (low !== undefined && high !== undefined && low > 0) {
    const [from, to] = [Math.log(low), Math.log(high)];
    const error = (to - from) / 2 / 1.96;
    const half = studentQuantile(0.5 + (2 * level - 1) / 2, manyRuns) * error;
    return {
      ...open,
      units: 1,
      estimate: {value: change, low: from, high: to},
      equivalence: {value: change, low: change - half, high: change + half},
      p: base.note === null ? Math.max(p ?? 0, normalTwoSided(change / error)) : null,
    };
  }
  if (shown === false || Math.abs(change) <= mustClear)
    return {
      ...open,
      note:
        base.note ??
        (shown === false ? 'the source calls it no difference' : 'smaller than the margin'),
    };
  return {
    ...open,
    p: base.note !== null || p === undefined ? null : Math.max(p, smallestPrintedP),
    isStated: shown === true && base.note === null,
    note: base.note ?? (shown === true ? null : 'no spread is printed, no interval'),
  };
};

/** The reason of a row of two single runs. */
export const oneRun = 'one run a side, no interval';

/** Why a change has no interval. */
const noInterval = (before: Printed, after: Printed): string => {
  const isSingle = ({n, sem, sd}: Printed): boolean =>
    sem === null && sd === undefined && (n ?? 1) === 1;
  if (isSingle(before) && isSingle(after)) return oneRun;
  if (isSingle(before)) return 'one run before, no interval';
  if (isSingle(after)) return 'one run after, no interval';
  return before.sd === undefined && after.sd === undefined
    ? 'no spread is printed, no interval'
    : 'the number of runs is not printed, no interval';
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
    base.before.n ?? unknownRuns,
    after.sem,
    base.after.n ?? unknownRuns,
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
      base.note ??
      (isClear ? null : 'the interval in points contains "no change" or a very small change'),
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
