// The mean of process means with its interval: the question is about the average over placements
// and time; placements are skewed, so a median would answer a different question.
import {studentQuantile, studentTwoSided} from '../../stats/distributions.ts';
import type {Estimate} from '../../stats/hodges-lehmann.ts';
import {meanOf, sdOf} from '../../stats/moments.ts';
import {median, robustSpread} from '../../stats/robust.ts';

/**
 * Values further than this many robust standard deviations from the median are moved there: a
 * process that was disturbed as a whole.
 */
const reach = 4;
/** Fewer values than this show no spread to measure distances by. */
const fewest = 6;

interface Moments {
  readonly mean: number;
  readonly error: number;
  readonly degrees: number;
}

/** Winsorised mean with Student's interval; unbounded with one value. */
export const averageOf = (values: readonly number[], level: number): Estimate => {
  const {mean, error, degrees} = momentsOf(values);
  if (degrees < 1) return {value: mean, low: -Infinity, high: Infinity};
  const half = studentQuantile(0.5 + level / 2, degrees) * error;
  return {value: mean, low: mean - half, high: mean + half};
};

/**
 * Two-sided p for an average of zero. Equal values, such as exact counts, say nothing about the
 * noise: then the p is that of their signs.
 */
export const averageP = (values: readonly number[]): number => {
  const {mean, error, degrees} = momentsOf(values);
  if (degrees < 1) return 1;
  if (error === 0) return mean === 0 ? 1 : 2 ** (1 - values.length);
  return studentTwoSided(mean / error, degrees);
};

const momentsOf = (values: readonly number[]): Moments => {
  const used = winsorised(values);
  const n = used.length;
  return {mean: meanOf(used), error: sdOf(used) / Math.sqrt(n), degrees: n - 1};
};

const winsorised = (values: readonly number[]): readonly number[] => {
  if (values.length < fewest) return values;
  const centre = median(values);
  const limit = reach * robustSpread(values, centre);
  return limit === 0
    ? values
    : values.map((one) => Math.min(centre + limit, Math.max(centre - limit, one)));
};
