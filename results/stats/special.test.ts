// Special functions and distributions against published values and closed forms.
import {expect, test} from 'vitest';
import {
  binomialCdf,
  fCdf,
  fQuantile,
  fisherExact,
  normalCdf,
  normalQuantile,
  normalTwoSided,
  rateInterval,
  studentCdf,
  studentQuantile,
  studentTwoSided,
} from './distributions.ts';
import {betaI, gammaP, gammaQ, logGamma} from './special.ts';

/** Relative agreement, so that tails count as much as the middle. */
const agrees = (value: number, wanted: number, relative = 1e-10): void => {
  expect(Math.abs(value - wanted)).toBeLessThanOrEqual(
    relative * Math.max(Math.abs(wanted), 1e-300),
  );
};

test.each<[name: string, value: number, wanted: number]>([
  ['lgamma(1/2) = ln sqrt(pi)', logGamma(0.5), 0.5723649429247001],
  ['lgamma(10) = ln 9!', logGamma(10), 12.801827480081469],
  ['lgamma(101) = ln 100!', logGamma(101), 363.7393755555635],
  ['lgamma(1e-3)', logGamma(0.001), 6.907178885383854],
  ['erf(1) = P(1/2, 1)', gammaP(0.5, 1), 0.8427007929497149],
  ['erfc(3) = Q(1/2, 9)', gammaQ(0.5, 9), 2.209049699858544e-5],
  ['P(1, x) = 1 - exp(-x)', gammaP(1, 0.25), 1 - Math.exp(-0.25)],
  ['P(3, 2) closed form', gammaP(3, 2), 1 - 5 * Math.exp(-2)],
  ['I_0.5(2, 3) = 11/16', betaI(2, 3, 0.5), 0.6875],
  ['arcsine law', betaI(0.5, 0.5, 0.3), (2 / Math.PI) * Math.asin(Math.sqrt(0.3))],
  ['I_x(1, b)', betaI(1, 7.5, 0.2), 1 - 0.8 ** 7.5],
  ['normal 1.96', normalCdf(1.96), 0.9750021048517795],
  ['normal -5', normalCdf(-5), 2.866515718791939e-7],
  ['normal -10', normalCdf(-10), 7.619853024160527e-24],
  ['normal two-sided 3', normalTwoSided(3), 0.0026997960632601866],
  ['normal quantile 0.975', normalQuantile(0.975), 1.959963984540054],
  ['normal quantile 0.95', normalQuantile(0.95), 1.6448536269514722],
  ['normal quantile 1e-10', normalQuantile(1e-10), -6.361340902404056],
  ['t with 1 df is Cauchy', studentCdf(2.5, 1), 0.5 + Math.atan(2.5) / Math.PI],
  ['t with 2 df closed form', studentCdf(-1.3, 2), 0.5 - 1.3 / (2 * Math.sqrt(2 + 1.3 ** 2))],
  ['t quantile 0.975, 1 df', studentQuantile(0.975, 1), Math.tan(Math.PI * 0.475)],
  ['t quantile 0.975, 5 df', studentQuantile(0.975, 5), 2.570581835636314],
  ['t quantile 0.995, 30 df', studentQuantile(0.995, 30), 2.749995653567228],
  ['t two-sided at its quantile', studentTwoSided(2.228138851964939, 10), 0.05],
  ['F with 2 and d closed form', fQuantile(0.95, 2, 10), 5 * (0.05 ** (-2 / 10) - 1)],
  ['F is t squared', fCdf(2.570581835636314 ** 2, 1, 5), 0.95],
  ['tea tasting (Fisher 1935)', fisherExact(3, 4, 1, 4), 34 / 70],
])('%s', (_, value, wanted) => agrees(value, wanted));

test('binomial sums equal exact integer sums', () => {
  const choose = (n: bigint, k: bigint): bigint =>
    k === 0n ? 1n : (choose(n, k - 1n) * (n - k + 1n)) / k;
  for (const [k, n] of [
    [3, 20],
    [10, 30],
    [25, 50],
  ]) {
    let sum = 0n;
    for (let i = 0; i <= k; i++) sum += choose(BigInt(n), BigInt(i));
    agrees(binomialCdf(k, n, 0.5), Number(sum) / 2 ** n);
  }
});

test('exact intervals of rates as published (Clopper and Pearson)', () => {
  expect(rateInterval(10, 100).low).toBeCloseTo(0.0490047, 7);
  expect(rateInterval(10, 100).high).toBeCloseTo(0.1762226, 7);
  agrees(rateInterval(0, 30).high, 1 - 0.025 ** (1 / 30));
  expect(rateInterval(0, 30).low).toBe(0);
  expect(rateInterval(30, 30).high).toBe(1);
});

/** Worked out to 40 digits by mpmath 1.3 from the defining integrals. */
test.each<[name: string, value: number, wanted: number]>([
  ['t two-sided 1e-4, 1e5 df', studentTwoSided(1e-4, 1e5), 0.9999202117435236],
  ['t two-sided 2, 1e6 df', studentTwoSided(2, 1e6), 0.04550053385131921],
  ['t quantile 1e-20, 5 df', studentQuantile(1e-20, 5), -15683.92545436578],
  ['normal quantile just below a half', normalQuantile(0.5 - 2 ** -27), -1.8675835986666386e-8],
  ['Q(1e5, 1e5)', gammaQ(1e5, 1e5), 0.4995794778896348],
  ['F quantile 0.9999, 5 and 1 df', fQuantile(0.9999, 5, 1), 57640495.1831966],
])('far out: %s', (_, value, wanted) => agrees(value, wanted));

test('large arguments stay exact', () => {
  agrees(
    binomialCdf(500_000, 1_000_000, 0.5) - binomialCdf(499_999, 1_000_000, 0.5),
    1 / Math.sqrt(Math.PI * 500_000),
    1e-6,
  );
  expect(studentTwoSided(Infinity, 5)).toBe(0);
});
