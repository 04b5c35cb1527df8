// Wilcoxon's signed-rank distribution: exact counts, exact p with ties, and where the matching
// interval cuts the Walsh averages.
import {sum} from 'simple-statistics';
import {normalQuantile, normalTwoSided} from './distributions.ts';

/**
 * Up to here the null distribution is exact; beyond, the normal approximation with continuity
 * (within 3 % of the p).
 */
const exactUpTo = 120;
const exactUpToWithTies = 60;

const cumulative = new Map<number, Float64Array>();

/** P(W <= w) for n values without ties or zeros; W = sum of the ranks of the positive ones. */
export const signedRankCdf = (w: number, n: number): number => {
  if (w < 0) return 0;
  if (w >= (n * (n + 1)) / 2) return 1;
  return cumulativeFor(n)[Math.floor(w)];
};

const cumulativeFor = (n: number): Float64Array => {
  const known = cumulative.get(n);
  if (known !== undefined) return known;
  const ranks = Array.from({length: n}, (_, i) => i + 1);
  const table = flipDistribution(ranks);
  for (let i = 1; i < table.length; i++) table[i] += table[i - 1];
  cumulative.set(n, table);
  return table;
};

/**
 * Probability of each sum when every score is counted with probability one half; scores are whole
 * numbers.
 */
const flipDistribution = (scores: readonly number[]): Float64Array => {
  const total = sum(scores);
  const table = new Float64Array(total + 1);
  table[0] = 1;
  let top = 0;
  for (const score of scores) {
    top += score;
    for (let s = top; s >= score; s--) table[s] = 0.5 * (table[s] + table[s - score]);
    for (let s = Math.min(score - 1, top); s >= 0; s--) table[s] *= 0.5;
  }
  return table;
};

/**
 * Result of the test that `values` are symmetric around zero; zeros are left out, ties share their
 * mean rank.
 */
export interface SignedRank {
  readonly p: number;
  /** Values that are not zero. */
  readonly n: number;
  /** All of them have one sign: no smaller p exists for this n. */
  readonly oneSign: boolean;
}

export const signedRankTest = (values: ArrayLike<number>): SignedRank => {
  const used = Array.from(values).filter((value) => value !== 0 && !Number.isNaN(value));
  const n = used.length;
  if (n === 0) return {p: 1, n, oneSign: false};
  used.sort((a, b) => Math.abs(a) - Math.abs(b));
  const doubled = doubledRanks(used);
  let positive = 0;
  let total = 0;
  let squares = 0;
  let ties = false;
  for (let i = 0; i < n; i++) {
    total += doubled[i];
    squares += doubled[i] * doubled[i];
    if (used[i] > 0) positive += doubled[i];
    if (doubled[i] !== 2 * (i + 1)) ties = true;
  }
  const smaller = Math.min(positive, total - positive);
  const oneSign = smaller === 0;
  if (!ties && n <= exactUpTo)
    return {p: Math.min(1, 2 * signedRankCdf(smaller / 2, n)), n, oneSign};
  if (ties && n <= exactUpToWithTies)
    return {p: Math.min(1, 2 * lowerTail(doubled, smaller)), n, oneSign};
  const distance = Math.max(0, total / 2 - smaller - 1);
  return {p: normalTwoSided(distance / Math.sqrt(squares / 4)), n, oneSign};
};

const lowerTail = (doubled: readonly number[], smaller: number): number => {
  const table = flipDistribution(doubled);
  let sum = 0;
  for (let s = 0; s <= smaller; s++) sum += table[s];
  return sum;
};

/** Twice the mean rank of each of the values, which are sorted by size. */
const doubledRanks = (sorted: readonly number[]): number[] => {
  const ranks: number[] = [];
  for (let start = 0; start < sorted.length;) {
    let end = start + 1;
    while (end < sorted.length && Math.abs(sorted[end]) === Math.abs(sorted[start])) end++;
    for (let i = start; i < end; i++) ranks.push(start + 1 + end);
    start = end;
  }
  return ranks;
};

/**
 * How many of the n(n+1)/2 sorted Walsh averages are outside the interval on each side at `level`;
 * -1 if n is too small for that level. The interval runs from average number k + 1 to number N -
 * k.
 */
export const signedRankCut = (n: number, level: number): number => {
  const tail = (1 - level) / 2;
  const total = (n * (n + 1)) / 2;
  if (n > exactUpTo) {
    const sd = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24);
    return Math.floor(total / 2 + normalQuantile(tail) * sd - 0.5);
  }
  const table = cumulativeFor(n);
  let k = -1;
  while (table[k + 1] <= tail) k++;
  return k;
};
