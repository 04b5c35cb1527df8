// The Hodges-Lehmann estimate and its signed-rank interval, in O(n log n): Walsh averages are
// counted, never listed.
import {studentQuantile} from './distributions.ts';
import {meanOf, sdOf} from './moments.ts';
import {signedRankCut} from './signed-rank.ts';

export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Below this many values no signed-rank interval at 95 % exists, and a t interval is used. */
const fewest = 6;

/**
 * Median of all pairwise means (a value with itself included) with the interval that inverts the
 * signed-rank test at `level`. Between 2 and 5 values the interval is Student's; with one value it
 * is unbounded.
 */
export const hodgesLehmann = (values: ArrayLike<number>, level: number): Estimate => {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  const total = (n * (n + 1)) / 2;
  const middle =
    total % 2 === 1
      ? walshAverage(sorted, (total + 1) / 2)
      : (walshAverage(sorted, total / 2) + walshAverage(sorted, total / 2 + 1)) / 2;
  const cut = n < fewest ? -1 : signedRankCut(n, level);
  if (cut < 0) return {value: middle, ...studentInterval(sorted, middle, level)};
  return {
    value: middle,
    low: walshAverage(sorted, cut + 1),
    high: walshAverage(sorted, total - cut),
  };
};

const studentInterval = (
  values: Float64Array,
  centre: number,
  level: number,
): {low: number; high: number} => {
  const n = values.length;
  if (n < 2) return {low: -Infinity, high: Infinity};
  const mean = meanOf(values);
  const half = (studentQuantile(0.5 + level / 2, n - 1) * sdOf(values)) / Math.sqrt(n);
  return {low: Math.min(centre, mean - half), high: Math.max(centre, mean + half)};
};

/** The k-th smallest (from 1) of the pairwise means of sorted values, by bisection on the value. */
const walshAverage = (sorted: Float64Array, k: number): number => {
  let low = sorted[0];
  let high = sorted[sorted.length - 1];
  if (k <= 1) return low;
  if (k >= (sorted.length * (sorted.length + 1)) / 2) return high;
  for (let i = 0; i < 100; i++) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    if (countUpTo(sorted, 2 * middle) >= k) high = middle;
    else low = middle;
  }
  return countUpTo(sorted, 2 * low) >= k ? low : high;
};

/** Pairs i <= j with a sum of at most `limit`. */
const countUpTo = (sorted: Float64Array, limit: number): number => {
  let count = 0;
  let j = sorted.length - 1;
  for (let i = 0; i <= j; i++) {
    while (j >= i && sorted[i] + sorted[j] > limit) j--;
    count += j - i + 1;
  }
  return count;
};
