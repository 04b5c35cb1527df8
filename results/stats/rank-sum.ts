// Mann-Whitney's rank-sum distribution: exact counts for small samples without ties, else the
// normal approximation.
import {normalTwoSided} from './distributions.ts';

const exactUpTo = 50;
const tables = new Map<string, Float64Array>();

/** P(U <= u) for samples of `n` and `m` without ties; U = pairs in which the first is larger. */
export const rankSumCdf = (u: number, n: number, m: number): number => {
  if (u < 0) return 0;
  if (u >= n * m) return 1;
  return cumulativeFor(n, m)[Math.floor(u)];
};

/**
 * Counts by the recursion over the number of ways to choose n ranks of n + m: a product of Gaussian
 * binomials.
 */
const cumulativeFor = (n: number, m: number): Float64Array => {
  const key = `${n}/${m}`;
  const known = tables.get(key);
  if (known !== undefined) return known;
  const size = n * m;
  let counts = new Float64Array(size + 1);
  counts[0] = 1;
  for (let i = 1; i <= n; i++) {
    // Multiply by 1 - x^(m + i), divide by 1 - x^i; probabilities stay in range when scaled by i /
    // (m + i).
    for (let s = size; s >= m + i; s--) counts[s] -= counts[s - m - i];
    for (let s = i; s <= size; s++) counts[s] += counts[s - i];
    counts = counts.map((value) => (value * i) / (m + i));
  }
  for (let s = 1; s <= size; s++) counts[s] += counts[s - 1];
  tables.set(key, counts);
  return counts;
};

/**
 * Two-sided test that both samples come from one distribution; `u` counts pairs in which the first
 * is larger, ties half.
 */
export const rankSumTest = (
  first: ArrayLike<number>,
  second: ArrayLike<number>,
): {readonly p: number; readonly u: number} => {
  const n = first.length;
  const m = second.length;
  const [a, b] = [Float64Array.from(first).sort(), Float64Array.from(second).sort()];
  let rankSum = 0;
  let tied = 0;
  for (let i = 0, j = 0; i < n || j < m;) {
    const value = j >= m || a[i] <= b[j] ? a[i] : b[j];
    const start = i + j;
    const mine = i;
    while (i < n && a[i] === value) i++;
    while (j < m && b[j] === value) j++;
    const size = i + j - start;
    tied += size ** 3 - size;
    rankSum += ((i - mine) * (start + 1 + i + j)) / 2;
  }
  const u = rankSum - (n * (n + 1)) / 2;
  const smaller = Math.min(u, n * m - u);
  if (tied === 0 && n <= exactUpTo && m <= exactUpTo)
    return {p: Math.min(1, 2 * rankSumCdf(smaller, n, m)), u};
  const total = n + m;
  const variance = ((n * m) / 12) * (total + 1 - tied / (total * (total - 1)));
  if (variance <= 0) return {p: 1, u};
  return {p: normalTwoSided(Math.max(0, (n * m) / 2 - smaller - 0.5) / Math.sqrt(variance)), u};
};
