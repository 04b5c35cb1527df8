// Rank distributions against exact counts, published critical values and enumeration;
// Hodges-Lehmann against listing all averages.
import {expect, test} from 'vitest';
import {hodgesLehmann} from './hodges-lehmann.ts';
import {budget, weightedHolm} from './holm.ts';
import {randomFrom} from './random.ts';
import {rankSumCdf, rankSumTest} from './rank-sum.ts';
import {signedRankCdf, signedRankCut, signedRankTest} from './signed-rank.ts';
import {median, medianOfFew, neighbourCorrelation, robustSpread, sortedFinite} from './robust.ts';

test('signed-rank counts for n = 5', () => {
  const counts = [1, 1, 1, 2, 2, 3, 3, 3, 3, 3, 3, 2, 2, 1, 1, 1];
  let sum = 0;
  counts.forEach((count, w) => {
    sum += count;
    expect(signedRankCdf(w, 5)).toBeCloseTo(sum / 32, 15);
  });
});

// Two-sided 0.05 (McCornack 1965; Hollander and Wolfe, table A.4): the largest W that is
// significant.
test.each([
  [6, 0],
  [7, 2],
  [8, 3],
  [9, 5],
  [10, 8],
  [11, 10],
  [12, 13],
  [15, 25],
  [20, 52],
  [25, 89],
  [30, 137],
  [50, 434],
])('critical value for n = %i is %i', (n, critical) => {
  expect(2 * signedRankCdf(critical, n)).toBeLessThanOrEqual(0.05);
  expect(2 * signedRankCdf(critical + 1, n)).toBeGreaterThan(0.05);
  expect(signedRankCut(n, 0.95)).toBe(critical);
});

test('no interval exists below six values', () => {
  expect(signedRankCut(5, 0.95)).toBe(-1);
  expect(signedRankCut(6, 0.95)).toBe(0);
});

test('depression scores of Hollander and Wolfe, table 3.1', () => {
  const x = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3];
  const y = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];
  const d = x.map((value, i) => value - y[i]);
  expect(signedRankTest(d).p).toBeCloseTo(0.0390625, 12);
  expect(hodgesLehmann(d, 0.95).value).toBeCloseTo(0.46, 2);
  expect(hodgesLehmann(d, 0.96).low).toBeCloseTo(0.01, 3);
  expect(hodgesLehmann(d, 0.96).high).toBeCloseTo(0.786, 3);
});

test('p with ties and zeros equals the enumeration of all signs', () => {
  const random = randomFrom(3);
  for (let trial = 0; trial < 20; trial++) {
    const values = Array.from({length: 9}, () => Math.round(3 * random.normal()));
    const used = values.filter((value) => value !== 0);
    const sizes = used.map(Math.abs);
    const ranks = sizes.map(
      (size) =>
        sizes.filter((other) => other < size).length +
        (sizes.filter((other) => other === size).length + 1) / 2,
    );
    const total = ranks.reduce((sum, rank) => sum + rank, 0);
    const seen = used.reduce((sum, value, i) => sum + (value > 0 ? ranks[i] : 0), 0);
    let asExtreme = 0;
    for (let signs = 0; signs < 2 ** used.length; signs++) {
      const w = ranks.reduce((sum, rank, i) => sum + ((signs >> i) & 1) * rank, 0);
      if (Math.min(w, total - w) <= Math.min(seen, total - seen)) asExtreme++;
    }
    expect(signedRankTest(values).p).toBeCloseTo(
      used.length === 0 ? 1 : asExtreme / 2 ** used.length,
      12,
    );
  }
});

test('beyond the exact range the approximation joins on', () => {
  const random = randomFrom(4);
  const values = Array.from({length: 120}, () => random.normal() + 0.2);
  const exact = signedRankTest(values).p;
  const approximate = signedRankTest([...values, 1e-9]).p;
  expect(Math.abs(Math.log(approximate / exact))).toBeLessThan(0.1);
});

test('rank-sum counts for 3 and 3, critical values of Mann and Whitney at two-sided 0.05', () => {
  let sum = 0;
  [1, 1, 2, 3, 3, 3, 3, 2, 1, 1].forEach((count, u) => {
    sum += count;
    expect(rankSumCdf(u, 3, 3)).toBeCloseTo(sum / 20, 14);
  });
  for (const [n, m, critical] of [
    [5, 5, 2],
    [8, 10, 17],
    [10, 10, 23],
    [20, 20, 127],
  ]) {
    expect(2 * rankSumCdf(critical, n, m)).toBeLessThanOrEqual(0.05);
    expect(2 * rankSumCdf(critical + 1, n, m)).toBeGreaterThan(0.05);
  }
});

test('rank-sum p of separated and of equal samples', () => {
  expect(rankSumTest([1, 2, 3, 4], [5, 6, 7, 8]).p).toBeCloseTo(2 / 70, 14);
  expect(rankSumTest([1, 1, 1], [1, 1, 1]).p).toBe(1);
});

test('Hodges-Lehmann equals the listing of all Walsh averages', () => {
  const random = randomFrom(5);
  for (const n of [6, 7, 20, 25, 50]) {
    const values = Array.from({length: n}, () =>
      n === 20 ? Math.round(4 * random.normal()) : random.normal(),
    );
    const averages: number[] = [];
    for (let i = 0; i < n; i++)
      for (let j = i; j < n; j++) averages.push((values[i] + values[j]) / 2);
    const sorted = Float64Array.from(averages).sort();
    const cut = signedRankCut(n, 0.95);
    const {value, low, high} = hodgesLehmann(values, 0.95);
    expect(value).toBeCloseTo(median(sorted), 12);
    expect(low).toBeCloseTo(sorted[cut], 12);
    expect(high).toBeCloseTo(sorted[sorted.length - 1 - cut], 12);
  }
});

test('a constant series has a point for an interval', () => {
  expect(hodgesLehmann([0.5, 0.5, 0.5, 0.5, 0.5, 0.5], 0.95)).toEqual({
    value: 0.5,
    low: 0.5,
    high: 0.5,
  });
});

test('Hodges-Lehmann of many values does not list pairs', () => {
  const random = randomFrom(6);
  const {value, low, high} = hodgesLehmann(
    Float64Array.from({length: 20_000}, () => 3 + random.normal()),
    0.95,
  );
  expect(low).toBeLessThan(value);
  expect(high).toBeGreaterThan(value);
  expect((high - low) / 2).toBeCloseTo((1.96 * Math.sqrt(Math.PI / 3)) / Math.sqrt(20_000), 3);
});

test('weighted Holm: worked by hand', () => {
  // Weights 1/2, 1/4, 1/4: ordered p / weight are 0.02, 0.08, 0.16.
  expect(weightedHolm([0.01, 0.02, 0.04], [0.5, 0.25, 0.25])).toEqual([0.02, 0.04, 0.04]);
  expect(weightedHolm([null, 0.03, 0.5], [0.5, 0.25, 0.25])).toEqual([null, 0.06, 0.5]);
  expect(budget([true, false, false])).toEqual([0.5, 0.25, 0.25]);
  expect(budget([true])).toEqual([1]);
});

test('medians of long series are selected, not sorted, and are the same', () => {
  const random = randomFrom(7);
  for (const n of [1000, 4001]) {
    const values = Float64Array.from({length: n}, (_, i) =>
      i % 10 === 0 ? Number.NaN : Math.round(50 * random.normal()),
    );
    const sorted = sortedFinite(values);
    expect(median(values)).toBe(
      (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2,
    );
  }
  expect(median(new Float64Array(2000).fill(Number.NaN))).toBeNaN();
});

test('order statistics of small series', () => {
  const sorted = sortedFinite([4, Number.NaN, 1, 3, 2]);
  expect([...sorted]).toEqual([1, 2, 3, 4]);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(robustSpread([1, -1, 3, -3, 2])).toBeCloseTo(1.4826 * 2, 12);
  expect(medianOfFew(Float64Array.of(9, 5, 1, 3, 9), 1, 4)).toBe(3);
  expect(neighbourCorrelation([1, -1, 1, -1, 1, -1])).toBeCloseTo(-5 / 6, 12);
});
