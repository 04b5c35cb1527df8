// What a mean and its standard error reveal about the runs.
import {describe, expect, test} from 'vitest';
import {
  table,
  tailcallsWithout,
  tailcallsWith,
  flowWithout,
  flowWith,
  found,
} from '../../testdata/thread.ts';
import {carriedByFewRuns, countsBehindZero, sharedBase} from './forensics.ts';
import {compareTables} from './tables.ts';

describe('forensics', () => {
  test.each([
    ['one spike', 1000, 50, 1, 400_000],
    ['three spikes', 1000, 50, 3, 100_000],
    ['one of ten runs', 10, 5000, 1, 200_000],
    ['two of 200 over a quiet base', 200, 490, 2, 3_000_000],
    ['five of 200 over a quiet base', 200, 490, 5, 2_000_000],
  ])('%s is recovered from its mean and error', (_, n, base, k, size) => {
    const values = Array.from({length: n}, (__, i) => (i < k ? base + size : base));
    const mean = values.reduce((sum, value) => sum + value, 0) / n;
    const sem = Math.sqrt(
      values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1) / n,
    );
    const result = carriedByFewRuns(mean, sem, n, {mean: base * 1.02, sem: base * 0.01});
    expect(result?.solutions[0].runs).toBe(k);
    expect(result!.solutions[0].size / size).toBeCloseTo(1, 6);
    expect(result!.solutions[0].base / mean).toBeLessThan(1);
  });

  test('two unequal spikes', () => {
    const n = 1024;
    const values = Array.from({length: n}, (_, i) => 500 + (i === 0 ? 9e6 : i === 1 ? 2e6 : 0));
    const mean = values.reduce((sum, value) => sum + value, 0) / n;
    const sem = Math.sqrt(
      values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1) / n,
    );
    const {solutions, unequal} = carriedByFewRuns(mean, sem, n, {mean: 500, sem: 5})!;
    expect(solutions).toEqual([]);
    expect(unequal!.larger / 9e6).toBeCloseTo(1, 6);
    expect(unequal!.smaller / 2e6).toBeCloseTo(1, 6);
  });

  test('seven spikes of different sizes: at least six', () => {
    const values = Array.from({length: 200}, (_, i) => 500 + (i < 7 ? 5e5 * (i + 1) : 0));
    const mean = values.reduce((sum, value) => sum + value, 0) / 200;
    const sem = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 199 / 200);
    expect(carriedByFewRuns(mean, sem, 200, {mean: 500, sem: 5})).toMatchObject({
      solutions: [],
      unequal: null,
      fewest: {runs: 6, base: 500},
    });
  });

  test.each([
    ['ordinary noise', 1000, 10, 100],
    ['a printed small count', 2, 1, 10],
    ['no error at all', 100, 0, 10],
    ['a mean of zero', 0, 1, 10],
  ])('%s is not a spike', (_, mean, sem, n) =>
    expect(carriedByFewRuns(mean, sem, n, {mean, sem: 1})).toBeNull(),
  );

  test('the base is taken from another paste of the workload', () => {
    expect(
      sharedBase([
        {mean: 12_267, sem: 11_786, n: 1024},
        {mean: 571, sem: 17.7, n: 1024},
      ]),
    ).toMatchObject({mean: 571});
    expect(sharedBase([{mean: 12_267, sem: 11_786, n: 1024}])).toBeNull();
    const spiky = table(1024, [['iTLB-load-misses', 20_000, 98]]);
    const both = compareTables(spiky, flowWith, {others: [flowWithout]});
    expect(both.findings.filter((finding) => finding.code === 'one-run-spike')).toHaveLength(2);
  });

  test('counts that print as zero', () => {
    expect(countsBehindZero(22.15)).toBeCloseTo(20.4, 1);
    expect(
      found(compareTables(tailcallsWithout, tailcallsWith), 'recovered-count')?.text,
    ).toContain('about 20.4 in all 1024 runs before and about 11.1 in all 1024 after');
  });
});
