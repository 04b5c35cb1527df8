// The verdict rules of peers, rewritten from their sources: does this pair of series count as
// changed?
import {binomialCdf, studentQuantile, studentTwoSided} from '../stats/distributions.ts';
import {rankSumTest} from '../stats/rank-sum.ts';
import {median} from '../stats/robust.ts';
import {describe} from '../samples/side-stats.ts';

/** Before and after in execution order, equally long. */
export type Rule = (before: Float64Array, after: Float64Array) => boolean;

export const peerRules: readonly {readonly name: string; readonly rule: Rule}[] = [
  {name: 'benchstat', rule: (a, b) => rankSumTest(a, b).p <= 0.05},
  {name: 'hyperfine', rule: (a, b) => welch(a, b) <= 0.05},
  {name: 'poop', rule: (a, b) => poop(a, b)},
  {name: 'nanobench', rule: (a, b) => signTest(a, b)},
  {name: 'lkp', rule: (a, b) => outsideRange(a, b) || outsideRange(b, a)},
];

/** hyperfine's scripts/welch_ttest.py. */
const welch: (a: Float64Array, b: Float64Array) => number = (a, b) => {
  const [x, y] = [describe(a), describe(b)];
  const [u, v] = [(x.sem ?? 0) ** 2, (y.sem ?? 0) ** 2];
  if (u + v === 0) return x.mean === y.mean ? 1 : 0;
  const degrees = (u + v) ** 2 / (u ** 2 / (a.length - 1) + v ** 2 / (b.length - 1));
  return studentTwoSided(((x.mean ?? 0) - (y.mean ?? 0)) / Math.sqrt(u + v), degrees);
};

/** poop: the whole 95 % interval of the pooled t beyond 1 % of the first mean. */
const poop: Rule = (a, b) => {
  const [x, y] = [describe(a), describe(b)];
  const n = a.length;
  const pooled = Math.sqrt(((x.sd ?? 0) ** 2 + (y.sd ?? 0) ** 2) / 2);
  const half = studentQuantile(0.975, 2 * n - 2) * pooled * Math.sqrt(2 / n);
  const difference = (y.mean ?? 0) - (x.mean ?? 0);
  return Math.abs(difference) - half > 0.01 * (x.mean ?? 0);
};

/** nanobench compare(): exact sign test on the ratios of neighbours, 95 %. */
const signTest: Rule = (a, b) => {
  let up = 0;
  let n = 0;
  for (let i = 0; i < a.length; i++) {
    if (a[i] === b[i]) continue;
    n++;
    if (b[i] > a[i]) up++;
  }
  return n > 0 && 2 * binomialCdf(Math.min(up, n - up), n, 0.5) <= 0.05;
};

/** lkp-tests: the median of one side beyond the extreme of the other, and the other way round. */
const outsideRange: Rule = (low, high) =>
  median(high) > Math.max(...low) && Math.min(...high) > median(low);
