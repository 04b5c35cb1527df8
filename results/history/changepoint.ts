// Change points of one series: E-divisive in sliding windows with a relaxed limit, then merged
// under the published one.
import {followingOf} from './correlation.ts';
import type {Candidate} from './divisive.ts';
import {bestSplit} from './divisive.ts';
import type {Segment} from './ttest.ts';
import {segmentOf, tTestP} from './ttest.ts';

/**
 * `index` is the first point of the new regime; the segments reach to the neighbouring change
 * points.
 */
export interface FoundChange {
  readonly index: number;
  readonly p: number;
  readonly before: Segment;
  readonly after: Segment;
}

export interface ChangePointOptions {
  /** Points in a window; windows overlap by half. */
  readonly window: number;
  /** The largest p of a change point. Not a false alarm rate: it is the best of many splits. */
  readonly maxP: number;
  /** The larger of |after/before - 1| and |before/after - 1| must exceed this. */
  readonly minMagnitude: number;
  /** |after - before| must reach this, in the unit of the values (0). */
  readonly minStep?: number;
  /** A segment must last this many nights (1): shorter ones look like spikes. */
  readonly minNights?: number;
  /**
   * If nights depend on the night before, tests again with the larger error of the means. Only
   * drops points.
   */
  readonly following?: boolean;
  /**
   * After a point is dropped, tests again the points that Apache Otava 1ceb153 does: its right
   * neighbour and the next one, not the left.
   */
  readonly compatible?: boolean;
}

/**
 * p <= 0.0001 finds something in 1 to 4 % of one-year series of pure noise; 0.001, the usual
 * default, in 23 %.
 */
export const publishedOptions: ChangePointOptions = {
  window: 50,
  maxP: 0.0001,
  minMagnitude: 0,
  minNights: 2,
  following: true,
};

/**
 * The method of Fleming et al. 2023 ("Hunter") over all of `values` (finite numbers). Always for a
 * whole series: looking only at new points gives different answers. `weak` are the candidates
 * before merging. `nights`: when each value was measured, where nights between them are left out.
 */
export const findChangePoints = (
  values: ArrayLike<number>,
  options: ChangePointOptions = publishedOptions,
  nights: ArrayLike<number> | null = null,
): {found: FoundChange[]; weak: number[]} => {
  const relaxed =
    options.maxP < 0.05 ? options.maxP * 10 : options.maxP < 0.5 ? options.maxP * 2 : options.maxP;
  const weak = splitInWindows(values, options.window, relaxed);
  const found = mergeWeak(values, weak, options, nights, 0);
  const indexes = found.map(({index}) => index);
  const rho = options.following === true && found.length > 0 ? followingOf(values, indexes) : 0;
  return {found: rho === 0 ? found : mergeWeak(values, indexes, options, nights, rho), weak};
};

const magnitude = (before: number, after: number): number =>
  Math.max(
    before === 0 ? 0 : Math.abs(after / before - 1),
    after === 0 ? 0 : Math.abs(before / after - 1),
  );

/**
 * Change points of values[from..to) by repeated splitting, strongest first, until one is not
 * significant; ascending.
 */
export const divide = (
  values: ArrayLike<number>,
  from: number,
  to: number,
  maxP: number,
): number[] => {
  const bounds = [from, to];
  const known = new Map<number, Candidate & {readonly p: number}>();
  for (;;) {
    let best = -1;
    for (let part = 0; part + 1 < bounds.length; part++) {
      const [start, end] = [bounds[part], bounds[part + 1]];
      if (end - start < 2) continue;
      if (!known.has(start)) known.set(start, candidateIn(values, start, end));
      if (best === -1 || known.get(start)!.energy > known.get(bounds[best])!.energy) best = part;
    }
    if (best === -1) break;
    const {index, p} = known.get(bounds[best])!;
    if (p > maxP) break;
    known.delete(bounds[best]);
    bounds.splice(best + 1, 0, index);
  }
  return bounds.slice(1, -1);
};

const candidateIn = (
  values: ArrayLike<number>,
  start: number,
  end: number,
): Candidate & {p: number} => {
  const split = bestSplit(values, start, end);
  return {
    ...split,
    p: tTestP(segmentOf(values, start, split.index), segmentOf(values, split.index, end)),
  };
};

const splitInWindows = (values: ArrayLike<number>, window: number, maxP: number): number[] => {
  const found = new Set<number>();
  const step = Math.floor(window / 2);
  for (let start = 0; start < values.length;) {
    const inside = divide(values, start, Math.min(start + window, values.length), maxP);
    for (const index of inside) found.add(index);
    start = Math.max(inside.at(-1) ?? 0, start + step);
  }
  return [...found].sort((a, b) => a - b);
};

const mergeWeak = (
  values: ArrayLike<number>,
  weak: readonly number[],
  {maxP, minMagnitude, minStep = 0, minNights = 1, compatible}: ChangePointOptions,
  nights: ArrayLike<number> | null,
  rho: number,
): FoundChange[] => {
  const at = [...weak];
  const test = (position: number): FoundChange => {
    const before = segmentOf(values, at[position - 1] ?? 0, at[position]);
    const after = segmentOf(values, at[position], at[position + 1] ?? values.length);
    return {index: at[position], p: tTestP(before, after, rho), before, after};
  };
  const tested = at.map((_, position) => test(position));
  const size = (change: FoundChange): number => magnitude(change.before.mean, change.after.mean);
  const step = ({before, after}: FoundChange): number => Math.abs(after.mean - before.mean);
  const tooSmall = (change: FoundChange): boolean =>
    size(change) <= minMagnitude || step(change) < minStep;
  const night = (index: number): number =>
    nights === null ? index : index < values.length ? nights[index] : nights[index - 1] + 1;
  const tooShort = ({index, before, after}: FoundChange): boolean =>
    Math.min(night(index) - night(index - before.n), night(index + after.n) - night(index)) <
    minNights;
  /**
   * The least certain point is dropped first, then steps that are too small; segments that are too
   * short join the nearer level.
   */
  const next = (): number => {
    const leastSure = positionOfBest(tested, ({p}) => p);
    if (tested[leastSure].p >= maxP) return leastSure;
    const smallest = positionOfBest(tested, (change) => (tooSmall(change) ? 1 / size(change) : 0));
    if (tooSmall(tested[smallest])) return smallest;
    const short = positionOfBest(tested, (change) => (tooShort(change) ? 1 / step(change) : 0));
    return tooShort(tested[short]) ? short : -1;
  };
  while (at.length > 0) {
    const weakest = next();
    if (weakest === -1) break;
    at.splice(weakest, 1);
    tested.splice(weakest, 1);
    for (const neighbour of compatible === true ? [weakest, weakest + 1] : [weakest - 1, weakest]) {
      if (neighbour >= 0 && neighbour < at.length) tested[neighbour] = test(neighbour);
    }
  }
  return tested;
};

const positionOfBest = (
  changes: readonly FoundChange[],
  score: (change: FoundChange) => number,
): number =>
  changes.reduce(
    (best, change, position) => (score(change) > score(changes[best]) ? position : best),
    0,
  );
