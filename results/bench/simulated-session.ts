// Small helpers of the validity program: one conclusion of a simulated session, and the same runs
// under other labels.
import {compareRows} from '../compare/samples.ts';
import {rateInterval} from '../stats/distributions.ts';
import {valuesOf} from '../samples/side-stats.ts';
import type {Random} from '../stats/random.ts';
import type {ComparisonRow, Samples} from '../types.ts';
import {sidesOf} from './noise.ts';
import type {Rule} from './peer-rules.ts';

const anyone = {before: {label: 'before'}, after: {label: 'after'}} as const;

export const conclude = (
  samples: Samples,
  design: 'abba' | 'blocked' = 'abba',
  level = 0.95,
): readonly ComparisonRow[] => compareRows(samples, {...anyone, design, level});

export const claimed = (verdict: string): boolean => verdict === 'more' || verdict === 'less';

/** Any false claim in the whole table. */
export const anyClaim = (rows: readonly ComparisonRow[]): boolean =>
  rows.some((row) => claimed(row.verdict));

export const anyRule = (samples: Samples, rule: Rule): boolean =>
  samples.events.some((series) => rule(valuesOf(samples, series, 0), valuesOf(samples, series, 1)));

/** The same runs, as if one side had been measured completely before the other. */
export const relabelled = (samples: Samples, random: Random): Samples => ({
  ...samples,
  side: sidesOf(random, samples.runs, 'blocked'),
});

/** `3.2 [1.7, 5.4]`: percent with its exact 95 % interval. */
export const rate = (hits: number, trials: number): string => {
  const {low, high} = rateInterval(hits, trials);
  return `${((100 * hits) / trials).toFixed(1)} [${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`;
};
