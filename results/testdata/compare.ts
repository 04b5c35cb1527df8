// Helpers of the tests of comparisons: noise, a comparison of interleaved samples, and its parts.
import {compareSamples} from '../compare/samples.ts';
import {randomFrom} from '../stats/random.ts';
import type {Comparison, ComparisonRow, Samples} from '../types.ts';

const sides = {before: {label: 'before'}, after: {label: 'after'}, design: 'abba'} as const;
export const conclude = (samples: Samples, more = {}): Comparison =>
  compareSamples(samples, {...sides, ...more});
export const rowOf = (comparison: Comparison, event: string): ComparisonRow =>
  comparison.rows.find((row) => row.event === event)!;
export const codes = (comparison: Comparison): string[] =>
  comparison.findings.map((finding) => finding.code);

/** Values around 1 with a spread of `spread`, changed by `effect` on the after side. */
export const noisy = (seed: number, spread: number, effect = 0, level = 1) => {
  const random = randomFrom(seed);
  return (_: number, side: number): number =>
    level * Math.exp(spread * random.normal() + side * effect);
};
