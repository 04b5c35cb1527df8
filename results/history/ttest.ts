// Student's t test of two segments from their means and population standard deviations, as
// E-divisive with a t test uses it.
import {studentTwoSided} from '../stats/distributions.ts';
import {varianceOfMean} from './correlation.ts';

/** Mean and population (ddof 0) standard deviation of `n` values. */
export interface Segment {
  readonly n: number;
  readonly mean: number;
  readonly sd: number;
}

/** Of values[from..to), in two passes; simple-statistics would need a copy. */
export const segmentOf = (values: ArrayLike<number>, from: number, to: number): Segment => {
  const n = to - from;
  let sum = 0;
  for (let at = from; at < to; at++) sum += values[at];
  const mean = sum / n;
  let squares = 0;
  for (let at = from; at < to; at++) squares += (values[at] - mean) ** 2;
  return {n, mean, sd: Math.sqrt(squares / n)};
};

/**
 * Two-sided p, equal variances; the population standard deviations go in where the sample's belong,
 * as Apache Otava does, so that the limits published for it hold. 1 if fewer than three values are
 * there or nothing differs. `rho`: how much a value follows the one before it; the means of such
 * values vary more.
 */
export const tTestP = (left: Segment, right: Segment, rho = 0): number => {
  const freedom = left.n + right.n - 2;
  if (freedom <= 0 || left.mean === right.mean) return 1;
  const pooled = ((left.n - 1) * left.sd ** 2 + (right.n - 1) * right.sd ** 2) / freedom;
  return pooled === 0
    ? 0
    : studentTwoSided(
        (left.mean - right.mean) /
          Math.sqrt(
            pooled *
              (varianceOfMean(left.n, rho) / left.n + varianceOfMean(right.n, rho) / right.n),
          ),
        freedom,
      );
};
