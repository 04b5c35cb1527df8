// Spikes of a series: single nights far from their neighbours.
import {expect, test} from 'vitest';
import {flagSpikes} from './outliers.ts';

test('spikes are flagged on both sides and at the end, steps and single bytes are not', () => {
  const flagged = (values: number[], minSize = 0): number[] =>
    [...flagSpikes(values, {reach: 7, k: 6, minSize})].flatMap((flag, at) =>
      flag === 1 ? [at] : [],
    );
  const quiet = Array.from({length: 40}, (_, at) => 1000 + ((at * 7919) % 11));
  expect(flagged(quiet)).toEqual([]);
  expect(flagged(quiet.with(9, 3000).with(20, 300).with(39, 3000))).toEqual([9, 20, 39]);
  expect(flagged(quiet.map((value, at) => (at < 20 ? value : value * 1.5)))).toEqual([]);
  expect(flagged(Array<number>(30).fill(4096).with(12, 4097), 0.001)).toEqual([]);
  expect(flagged(Array<number>(30).fill(0).with(12, 5))).toEqual([12]);
});
