// The mean over hosts against published figures, and its promises by simulation.
import {expect, test} from 'vitest';
import {seededNormal} from '../testdata/random.ts';
import {effectOf, meanOver, randomEffects} from './random-effects.ts';

/** Colditz et al. 1994, thirteen trials of BCG: cases and others, vaccinated and not. */
const bcg = [
  [4, 119, 11, 128],
  [6, 300, 29, 274],
  [3, 228, 11, 209],
  [62, 13536, 248, 12619],
  [33, 5036, 47, 5761],
  [180, 1361, 372, 1079],
  [8, 2537, 10, 619],
  [505, 87886, 499, 87892],
  [29, 7470, 45, 7232],
  [17, 1699, 65, 1600],
  [186, 50448, 141, 27197],
  [5, 2493, 3, 2338],
  [27, 16886, 29, 17825],
].map(([a, b, c, d]) => ({
  value: Math.log(a / (a + b) / (c / (c + d))),
  error: Math.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)),
}));

test('thirteen trials of BCG: the published variance between them, mean, interval and share', () => {
  const {tau, i2, pSame, mean} = randomEffects(bcg);
  expect(tau * tau).toBeCloseTo(0.3181, 4);
  expect(i2).toBeCloseTo(0.9212, 4);
  expect(pSame).toBeLessThan(1e-4);
  expect(mean!.value).toBeCloseTo(-0.715, 3);
  // Hartung and Knapp's interval as published for the restricted likelihood's variance.
  const published = meanOver(bcg, 0.3132);
  expect([published.value, published.low, published.high].map((one) => one.toFixed(4))).toEqual([
    '-0.7145',
    '-1.1084',
    '-0.3206',
  ]);
  expect(published.p).toBeCloseTo(0.0019, 4);
});

test('the variance between hosts makes the weighted squares equal their degrees of freedom', () => {
  const {tau, mean} = randomEffects(bcg);
  const squares = bcg.reduce(
    (sum, {value, error}) => sum + (value - mean!.value) ** 2 / (error * error + tau * tau),
    0,
  );
  expect(squares).toBeCloseTo(12, 8);
});

test('one host has no mean over hosts; two have one, with a wide interval', () => {
  expect(randomEffects([{value: 0.1, error: 0.01}])).toMatchObject({
    count: 1,
    mean: null,
    pSame: 1,
  });
  const two = randomEffects([
    {value: 0.1, error: 0.01},
    {value: 0.1, error: 0.01},
  ]);
  // Student's t with one degree of freedom: two hosts say little about others.
  expect(two.mean!.high - two.mean!.value).toBeCloseTo((12.7062 * 0.01) / Math.SQRT2, 4);
});

test('equal values never give an interval of width 0 if the hosts are noisy', () => {
  const {mean} = randomEffects([0.05, 0.05, 0.05].map((value) => ({value, error: 0.01})));
  expect(mean!.high - mean!.low).toBeGreaterThan(0.02);
});

test('exact counts: equal ratios are a fact, different ones a spread', () => {
  const equal = randomEffects([0.1, 0.1].map((value) => ({value, error: 0})));
  expect(equal.tau).toBe(0);
  expect(equal.pSame).toBeCloseTo(1, 6);
  expect(equal.mean!.high - equal.mean!.low).toBeLessThan(1e-6);
  expect(randomEffects([0.1, 0.2].map((value) => ({value, error: 0}))).pSame).toBe(0);
});

test('from an interval to an error; without one, none', () => {
  expect(effectOf({ratio: 1.1, low: 1.0787, high: 1.1218})!.error).toBeCloseTo(0.01, 3);
  expect(effectOf({ratio: 1.1, low: null, high: null})).toBeNull();
  expect(effectOf({ratio: 1.1, low: 0, high: Infinity})).toBeNull();
});

test('hosts of one mean: the interval misses it in at most 7 % of 600 fleets, few hosts and many', () => {
  const normal = seededNormal(5);
  for (const [hosts, tau] of [
    [3, 0],
    [3, 0.02],
    [8, 0.01],
  ]) {
    let missed = 0;
    for (let fleet = 0; fleet < 600; fleet++) {
      const {mean} = randomEffects(
        Array.from({length: hosts}, (_, host) => {
          const error = 0.005 * (1 + host);
          return {value: tau * normal() + error * normal(), error};
        }),
      );
      if (mean!.low > 0 || mean!.high < 0) missed++;
    }
    expect({hosts, tau, few: missed / 600 <= 0.07}).toEqual({hosts, tau, few: true});
  }
});
