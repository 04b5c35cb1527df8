// Student's t test of two stretches from their means and population standard deviations, as E-divisive with a t test uses it.

/** Mean and population (ddof 0) standard deviation of `n` values. */
export interface Stretch {
  readonly n: number;
  readonly mean: number;
  readonly sd: number;
}

/** Of values[from..to), in two passes. */
export const stretchOf = (values: ArrayLike<number>, from: number, to: number): Stretch => {
  const n = to - from;
  let sum = 0;
  for (let at = from; at < to; at++) sum += values[at];
  const mean = sum / n;
  let squares = 0;
  for (let at = from; at < to; at++) squares += (values[at] - mean) ** 2;
  return {n, mean, sd: Math.sqrt(squares / n)};
};

/**
 * Two-sided p, equal variances; the population standard deviations go in where the sample's belong, as Apache Otava does, so that
 * the limits published for it hold. 1 where fewer than three values are there or nothing differs.
 */
export const tTestP = (left: Stretch, right: Stretch): number => {
  const freedom = left.n + right.n - 2;
  if (freedom <= 0 || left.mean === right.mean) return 1;
  const pooled = ((left.n - 1) * left.sd ** 2 + (right.n - 1) * right.sd ** 2) / freedom;
  if (pooled === 0) return 0;
  const t = (left.mean - right.mean) / Math.sqrt(pooled * (1 / left.n + 1 / right.n));
  return regularizedBeta(freedom / (freedom + t * t), freedom / 2, 0.5);
};

/** I_x(a, b) by its continued fraction (modified Lentz; NIST DLMF 8.17.22). */
const regularizedBeta = (x: number, a: number, b: number): number => {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - regularizedBeta(1 - x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b)) / a;
  const tiny = 1e-300;
  const keep = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / keep(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 1000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / keep(1 + even * d);
    c = keep(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / keep(1 + odd * d);
    c = keep(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return front * fraction;
};

/** ln of the gamma function for x > 0: Stirling's series (NIST DLMF 5.11.1) after shifting x above 15. */
const logGamma = (x: number): number => {
  let shift = 0;
  let z = x;
  for (; z < 15; z++) shift += Math.log(z);
  const series = 1 / (12 * z) - 1 / (360 * z ** 3) + 1 / (1260 * z ** 5) - 1 / (1680 * z ** 7) + 1 / (1188 * z ** 9);
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - shift;
};
