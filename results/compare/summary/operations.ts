// Counts per operation, for benchmarks that print how much they did while perf counted.
import type {ComparisonRow, Finding, ImportTable, Operations, SideName} from '../../types.ts';
import {finding, ratioPercent} from '../findings.ts';
import type {Pair} from './table-pairs.ts';
import type {Printed} from './printed.ts';

/** How much each side did, in the same kind of operation. */
export interface SideOperations {
  readonly before: number;
  readonly after: number;
  /** The operation in the singular. */
  readonly of: string;
  readonly isFixedTime: boolean;
}

/**
 * Operations of both sides while they were counted; null if one side does not say, if they count
 * different things, or if both did the same number (raw counts are then comparable).
 */
export const operationsOf = (before: ImportTable, after: ImportTable): SideOperations | null => {
  const [left, right] = [before.operations, after.operations];
  if (left === undefined || right === undefined) return null;
  if (left.of !== right.of || left.isRate !== right.isRate) return null;
  const counts = {before: totalOf(left, before), after: totalOf(right, after)};
  const isSame = Math.abs(Math.log(counts.after / counts.before)) < 1e-9;
  if (isSame || !Number.isFinite(Math.log(counts.before * counts.after))) return null;
  return {...counts, of: left.of, isFixedTime: before.fixedTime === true};
};

/** A rate times the elapsed time; without one, the rate itself: only the quotient matters then. */
const totalOf = ({count, isRate}: Operations, {elapsed}: ImportTable): number =>
  isRate ? count * (elapsed?.seconds ?? 1) : count;

/** Times and counts grow with what was done; rates, shares and benchmark results do not. */
const grows = (side: Printed): boolean =>
  (side.unit === '' || side.unit === 'msec') && side.direction === undefined;

const isPerOperation = ({event, before, after}: Pair): boolean =>
  event !== 'elapsed' && [before, after].every((side) => side === null || grows(side));

/**
 * The pairs with growing counts divided by the operations. Their standard errors stay relative:
 * the number of operations is taken as exact.
 */
export const perOperation = (
  pairs: readonly Pair[],
  operations: SideOperations | null,
): readonly Pair[] => {
  if (operations === null) return pairs;
  const divided = (side: Printed | null, by: number): Printed | null =>
    side === null
      ? null
      : {...side, mean: side.mean / by, sem: side.sem === null ? null : side.sem / by};
  return pairs.map((pair) =>
    isPerOperation(pair)
      ? {
          ...pair,
          before: divided(pair.before, operations.before),
          after: divided(pair.after, operations.after),
        }
      : pair,
  );
};

/** Rows under the names that say what they are divided by: `cycles/hit`. */
export const namedPerOperation = (
  rows: readonly ComparisonRow[],
  pairs: readonly Pair[],
  operations: SideOperations | null,
): readonly ComparisonRow[] =>
  operations === null
    ? rows
    : rows.map((row) => {
        const pair = pairs.find(({event}) => event === row.event);
        return pair === undefined || !isPerOperation(pair)
          ? row
          : {...row, event: `${row.event}/${operations.of}`};
      });

/** That the rows are per operation, and what the raw counts would have said. */
export const operationFindings = (
  pairs: readonly Pair[],
  operations: SideOperations | null,
): Finding[] => {
  if (operations === null) return [];
  const {before, after, of, isFixedTime} = operations;
  const raw = pairs.filter(isPerOperation).flatMap((pair) => {
    const [b, a] = (['before', 'after'] as const).map((side: SideName) => pair[side]?.mean ?? 0);
    return b > 0 && a > 0 ? [{event: pair.event, change: Math.log(a / b)}] : [];
  });
  if (raw.length === 0) return [];
  const list = raw
    .slice(0, 3)
    .map(({event, change}) => `${event} ${ratioPercent(change)} %`)
    .join(', ');
  return [
    finding(
      'per-operation',
      {
        of,
        operations: ratioPercent(Math.log(after / before)),
        why: isFixedTime ? 'the benchmark runs for a fixed time' : 'the sides did not do as many',
        list,
      },
      {of, before, after, raw: Object.fromEntries(raw.map((one) => [one.event, one.change]))},
    ),
  ];
};

/** A run that fails after one that succeeded: its smaller counts are not a gain. */
export const outcomeFindings = (before: ImportTable, after: ImportTable): Finding[] => {
  if (before.outcome === undefined || after.outcome === undefined) return [];
  if (before.outcome === after.outcome) return [];
  const meaning =
    after.outcome === 'failure'
      ? 'smaller counts are not a gain'
      : before.outcome === 'failure'
        ? 'larger counts are not a loss'
        : 'the counts are not of the same work';
  return [finding('outcome-changed', {before: before.outcome, after: after.outcome, meaning})];
};
