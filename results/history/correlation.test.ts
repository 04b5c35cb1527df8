// Nights that depend on the night before: how much, and what that does to change points.
import {describe, expect, test} from 'vitest';
import {seededNormal} from '../testdata/random.ts';
import {findChangePoints, publishedOptions} from './changepoint.ts';
import {followingOf, varianceOfMean} from './correlation.ts';

describe('nights that depend on the night before', () => {
  const correlated = (seed: number, rho: number, nights = 365): number[] => {
    const normal = seededNormal(seed);
    let last = normal();
    return Array.from(
      {length: nights},
      () => 1000 * Math.exp(0.005 * (last = rho * last + Math.sqrt(1 - rho * rho) * normal())),
    );
  };

  test('the variance of a mean is that of the sum of all covariances', () => {
    for (const [n, rho] of [
      [1, 0.5],
      [2, 0.3],
      [7, 0.6],
      [40, 0.9],
    ]) {
      let sum = 0;
      for (let i = 0; i < n; i++) for (let k = 0; k < n; k++) sum += rho ** Math.abs(i - k);
      expect(varianceOfMean(n, rho)).toBeCloseTo(sum / n, 10);
    }
    expect(varianceOfMean(10, 0)).toBe(1);
  });

  test('their correlation is found after steps are subtracted, and noise has none', () => {
    const long = correlated(1, 0.6, 5000).map((value, at) => (at < 2000 ? value : 1.1 * value));
    expect(Math.abs(followingOf(long, [2000]) - 0.6)).toBeLessThan(0.05);
    expect(followingOf(correlated(2, 0, 5000), [])).toBe(0);
    expect(followingOf([5, 5, 5, 5], [])).toBe(0);
  });

  test(
    "show steps in at most 5 % of series without one, where independent nights' test shows " +
      'twice that',
    () => {
      const series = Array.from({length: 60}, (_, seed) => correlated(seed, 0.6));
      const wrong = (following: boolean): number =>
        series.filter(
          (values) =>
            findChangePoints(values, {...publishedOptions, following, minMagnitude: 0.01}).found
              .length > 0,
        ).length;
      expect(wrong(true) / 60).toBeLessThanOrEqual(0.05);
      expect(wrong(false)).toBeGreaterThan(2 * wrong(true));
    },
  );
});
