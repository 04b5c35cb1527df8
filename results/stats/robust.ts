// Order statistics on typed arrays, and the few robust figures everything else is made of.
import {medianSorted, quickselect} from 'simple-statistics';

/** A sorted copy without NaN. */
export const sortedFinite = (values: ArrayLike<number>): Float64Array => finite(values).sort();

const finite = (values: ArrayLike<number>): Float64Array => {
  const copy = new Float64Array(values.length);
  let n = 0;
  for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i])) copy[n++] = values[i];
  return copy.subarray(0, n);
};

/** From this many values on, selecting is worth it over sorting. */
const many = 1000;

/**
 * Median; NaN when empty. NaN values are left out. simple-statistics sorts or selects; its own
 * `median` would copy and sort a million values.
 */
export const median = (values: ArrayLike<number>): number => {
  if (values.length < many) {
    const sorted = sortedFinite(values);
    return sorted.length === 0 ? Number.NaN : medianSorted(sorted as unknown as number[]);
  }
  const copy = finite(values);
  if (copy.length === 0) return Number.NaN;
  const half = copy.length >> 1;
  quickselect(copy as unknown as number[], half);
  return copy.length % 2 === 1 ? copy[half] : (copy[half] + largest(copy, half)) / 2;
};

const largest = (values: Float64Array, end: number): number => {
  let most = -Infinity;
  for (let i = 0; i < end; i++) if (values[i] > most) most = values[i];
  return most;
};

/** This many evenly picked values are enough if a median only aligns things. */
const enough = 50_000;

/** At most 50,000 values, evenly picked. */
export const thinned = (values: Float64Array): Float64Array => {
  const step = Math.ceil(values.length / enough);
  if (step <= 1) return values;
  return Float64Array.from({length: Math.floor(values.length / step)}, (_, i) => values[i * step]);
};

/**
 * 1.4826 x the median distance from `centre`: the standard deviation if the bulk is normal. Long
 * series are thinned. Not medianAbsoluteDeviation of simple-statistics, which measures distances
 * from the median only: residuals have a known centre.
 */
export const robustSpread = (values: ArrayLike<number>, centre = 0): number => {
  const step = Math.max(1, Math.ceil(values.length / enough));
  const distances = new Float64Array(Math.ceil(values.length / step));
  for (let i = 0; i < distances.length; i++) distances[i] = Math.abs(values[i * step] - centre);
  return 1.4826 * median(distances);
};

/** Natural logs; NaN if a value is not above zero. */
export const logsOf = (values: Float64Array): Float64Array => {
  const logs = new Float64Array(values.length);
  for (let i = 0; i < logs.length; i++) logs[i] = values[i] > 0 ? Math.log(values[i]) : Number.NaN;
  return logs;
};

/**
 * Autocorrelation at lag 1, with one mean for the whole series. sampleCorrelation of
 * simple-statistics would take a separate mean for each of the two shifted halves.
 */
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

/**
 * Median of values[from..to) by insertion into a small buffer: it runs once per quad, and a copy
 * and a sort by simple-statistics would take most of the time of a long session.
 */
export const medianOfFew = (values: Float64Array, from: number, to: number): number => {
  const n = to - from;
  const window = n <= buffer.length ? buffer : new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const value = values[from + i];
    let j = i;
    for (; j > 0 && window[j - 1] > value; j--) window[j] = window[j - 1];
    window[j] = value;
  }
  return n % 2 === 1 ? window[n >> 1] : (window[n / 2 - 1] + window[n / 2]) / 2;
};

const buffer = new Float64Array(64);
