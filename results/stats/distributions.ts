// Distributions built on the special functions: normal, Student t, F, binomial, and the exact
// intervals made from them.
import {betaI, gammaP, gammaQ, logBeta} from './special.ts';

/** P(Z <= z) for a standard normal. */
export const normalCdf = (z: number): number =>
  z < 0 ? 0.5 * gammaQ(0.5, (z * z) / 2) : 1 - 0.5 * gammaQ(0.5, (z * z) / 2);

/** P(|Z| >= |z|). */
export const normalTwoSided = (z: number): number => gammaQ(0.5, (z * z) / 2);

/** z with P(Z <= z) = p, 0 < p < 1. */
export const normalQuantile = (p: number): number => {
  if (Math.abs(p - 0.5) < 0.1) return quantileNearMedian(p - 0.5);
  if (p > 0.5) return -normalQuantile(1 - p);
  // Start from the rational approximation 26.2.23 of Abramowitz and Stegun, then Newton steps on
  // the log scale.
  const t = Math.sqrt(-2 * Math.log(p));
  let z = -(
    t -
    (2.515517 + t * (0.802853 + t * 0.010328)) /
      (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
  );
  for (let i = 0; i < 4; i++) {
    const value = normalCdf(z);
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    z -= (Math.log(value) - Math.log(p)) * (value / density);
  }
  return z;
};

/**
 * z with P(0 < Z <= z) = `excess` (of either sign): near the median the distance from one half is
 * what counts.
 */
const quantileNearMedian = (excess: number): number => {
  let z = excess * Math.sqrt(2 * Math.PI);
  for (let i = 0; i < 4; i++) {
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    z -= (Math.sign(z) * 0.5 * gammaP(0.5, (z * z) / 2) - excess) / density;
  }
  return z;
};

/** P(|T| >= |t|) for Student's t with `df` degrees of freedom. */
export const studentTwoSided = (t: number, df: number): number =>
  Number.isFinite(t) ? betaI(df / 2, 0.5, df / (df + t * t), (t * t) / (df + t * t)) : 0;

export const studentCdf = (t: number, df: number): number => {
  const tail = 0.5 * studentTwoSided(t, df);
  return t < 0 ? tail : 1 - tail;
};

/** t with P(T <= t) = p: Newton steps on the logarithm of the tail, from the normal quantile. */
export const studentQuantile = (p: number, df: number): number => {
  if (p === 0.5) return 0;
  const tail = 2 * Math.min(p, 1 - p);
  return p < 0.5 ? -upperStudent(tail, df) : upperStudent(tail, df);
};

/** t > 0 with P(|T| >= t) = tail. */
const upperStudent = (tail: number, df: number): number => {
  const scale = (2 * Math.exp(-logBeta(df / 2, 0.5))) / Math.sqrt(df);
  let t = -normalQuantile(tail / 2);
  for (let i = 0; i < 200; i++) {
    const value = studentTwoSided(t, df);
    const density = scale * Math.exp((-(df + 1) / 2) * Math.log1p((t * t) / df));
    const step = (Math.log(value) - Math.log(tail)) * (value / density);
    t += step;
    if (Math.abs(step) <= 1e-14 * t) break;
  }
  return t;
};

/** P(F <= f) with `d1` and `d2` degrees of freedom. */
export const fCdf = (f: number, d1: number, d2: number): number =>
  f <= 0 ? 0 : betaI(d1 / 2, d2 / 2, (d1 * f) / (d1 * f + d2));

/** f with P(F <= f) = p. */
export const fQuantile = (p: number, d1: number, d2: number): number => {
  let high = 2;
  const isBelow = (f: number): boolean =>
    p < 0.5 ? fCdf(f, d1, d2) < p : betaI(d2 / 2, d1 / 2, d2 / (d1 * f + d2)) > 1 - p;
  while (isBelow(high)) high *= 2;
  return bisect(0, high, isBelow);
};

/** P(X <= k) of k successes in n trials. */
export const binomialCdf = (k: number, n: number, p: number): number => {
  if (k < 0) return 0;
  if (k >= n) return 1;
  return betaI(n - k, k + 1, 1 - p);
};

/** Exact (Clopper-Pearson) interval of a rate: `k` of `n` at `level`. */
export const rateInterval = (
  k: number,
  n: number,
  level = 0.95,
): {readonly low: number; readonly high: number} => {
  const tail = (1 - level) / 2;
  return {
    low: k === 0 ? 0 : bisect(0, 1, (p) => betaI(k, n - k + 1, p) < tail),
    high: k === n ? 1 : bisect(0, 1, (p) => binomialCdf(k, n, p) > tail),
  };
};

/**
 * Two-sided exact (Fisher) p that `k1` of `n1` and `k2` of `n2` have one rate: the sum over tables
 * no likelier than this one.
 */
export const fisherExact = (k1: number, n1: number, k2: number, n2: number): number => {
  const hits = k1 + k2;
  const logChoose = (n: number, k: number): number => -Math.log(n + 1) - logBeta(k + 1, n - k + 1);
  const logP = (k: number): number =>
    logChoose(n1, k) + logChoose(n2, hits - k) - logChoose(n1 + n2, hits);
  const here = logP(k1);
  let p = 0;
  for (let k = Math.max(0, hits - n2); k <= Math.min(n1, hits); k++) {
    const other = logP(k);
    if (other <= here + 1e-7) p += Math.exp(other);
  }
  return Math.min(1, p);
};

/** The point in [low, high] where `below` turns from true to false. */
const bisect = (low: number, high: number, below: (x: number) => boolean): number => {
  let a = low;
  let b = high;
  for (let i = 0; i < 200; i++) {
    const middle = (a + b) / 2;
    if (middle === a || middle === b) break;
    if (below(middle)) a = middle;
    else b = middle;
  }
  return (a + b) / 2;
};
