// Order statistics on typed arrays, and the few robust figures everything else is made of.
import {medianSorted, quantileSorted} from 'simple-statistics';

/** A sorted copy without NaN. */
export const sortedFinite = (values: ArrayLike<number>): Float64Array => {
  const copy = Float64Array.from(values).filter((value) => !Number.isNaN(value));
  return copy.sort();
};

/** Median; NaN when empty. NaN values are left out. */
export const median = (values: ArrayLike<number>): number => {
  const sorted = sortedFinite(values);
  return sorted.length === 0 ? Number.NaN : medianSorted(sorted as unknown as number[]);
};

/** Quantile `q` of sorted values (type 7). */
export const quantile = (sorted: Float64Array, q: number): number => quantileSorted(sorted as unknown as number[], q);

/** 1.4826 x the median distance from `centre`: the standard deviation where the bulk is normal. */
export const robustSpread = (values: ArrayLike<number>, centre = 0): number => {
  const distances = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) distances[i] = Math.abs(values[i] - centre);
  return 1.4826 * median(distances);
};

/** Correlation of neighbours. */
export const neighbourCorrelation = (values: ArrayLike<number>): number => {
  const n = values.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += values[i] / n;
  let product = 0;
  let square = 0;
  for (let i = 0; i < n; i++) {
    const distance = values[i] - mean;
    square += distance * distance;
    if (i > 0) product += distance * (values[i - 1] - mean);
  }
  return square === 0 ? 0 : product / square;
};
