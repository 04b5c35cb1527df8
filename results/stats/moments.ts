// Mean, variance and what is derived from them, by simple-statistics; typed arrays are used
// directly.
import {mean, sampleVariance} from 'simple-statistics';

/** simple-statistics wants `number[]` and only reads: a typed array serves as well. */
const plain = (values: ArrayLike<number>): number[] => values as unknown as number[];

/**
 * Equal values have that value as their mean and no variance. simple-statistics divides a rounded
 * sum, so that about one in ten series of equal fractions would get a tiny spread: counts that
 * never vary must be seen as such.
 */
const isConstant = (values: ArrayLike<number>): boolean => {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
};

/** Arithmetic mean; NaN when empty. */
export const meanOf = (values: ArrayLike<number>): number =>
  values.length === 0 ? Number.NaN : isConstant(values) ? values[0] : mean(plain(values));

/** Variance of a sample (n - 1); NaN for fewer than two values. */
export const varianceOf = (values: ArrayLike<number>): number =>
  values.length < 2 ? Number.NaN : isConstant(values) ? 0 : sampleVariance(plain(values));

/** Standard deviation of a sample (n - 1); NaN for fewer than two values. */
export const sdOf = (values: ArrayLike<number>): number => Math.sqrt(varianceOf(values));
