// The shape of a level over a session: trend, step, or a period that was disturbed.
import {normalTwoSided} from '../../stats/distributions.ts';
import {median, robustSpread} from '../../stats/robust.ts';
import type {Finding} from '../../types.ts';
import {finding, ratioPercent} from '../findings.ts';

/**
 * Levels in execution order (natural logs); each covers `size` quads, or runs if sides were
 * measured apart.
 */
export interface Levels {
  readonly values: Float64Array;
  readonly unit: 'quad' | 'run';
  readonly size: number;
}

/** A trend is reported only with a p below this, since a session has many numbers. */
const strict = 0.0005;
/** Changes of level smaller than this (natural log) are not named. */
const least = 0.01;

/**
 * A trend or a step of the level, whichever explains more; null if neither is both large and
 * certain.
 */
export const levelShape = (
  {values: levels, ...at}: Levels,
  effect: string,
  event: string,
  isClock: boolean,
): Finding[] => {
  const n = levels.length;
  if (n < 8) return [];
  const centre = median(levels);
  const distance = (fitted: (i: number) => number): number =>
    levels.reduce((sum, value, i) => sum + Math.abs(value - fitted(i)), 0);
  const flat = distance(() => centre);
  const slope = theilSen(levels);
  const line = distance((i) => centre + slope * (i - (n - 1) / 2));
  const step = bestStep(levels, distance);
  const jump = step.after - step.before;
  if (Math.abs(jump) >= least && step.distance < 0.6 * flat && step.distance < 0.8 * line) {
    const place = placeOf(at, step.at);
    if (isClock)
      return [
        finding(
          'clock-step',
          {from: ghz(step.before), to: ghz(step.after), place, effect},
          {place, change: jump},
        ),
      ];
    return [
      finding(
        'level-step',
        {event, percent: ratioPercent(jump), place, effect},
        {event, place, change: jump},
      ),
    ];
  }
  const total = slope * (n - 1);
  if (Math.abs(total) >= least && line < 0.75 * flat && trendP(levels) < strict) {
    return [
      finding(
        'drift',
        {event: isClock ? 'the clock' : event, percent: ratioPercent(total), effect},
        {event, change: total},
      ),
    ];
  }
  return [];
};

/** Median slope between points half a session apart: robust, and O(n). */
const theilSen = (values: Float64Array): number => {
  const half = Math.floor(values.length / 2);
  return median(
    Float64Array.from(
      {length: values.length - half},
      (_, i) => (values[i + half] - values[i]) / half,
    ),
  );
};

/** Mann-Kendall's p against the order of up to 200 points. */
const trendP = (values: Float64Array): number => {
  const stride = Math.ceil(values.length / 200);
  const points = values.filter((_, i) => i % stride === 0);
  const n = points.length;
  let score = 0;
  for (let i = 0; i < n; i++)
    for (let j = i + 1; j < n; j++) score += Math.sign(points[j] - points[i]);
  return normalTwoSided(score / Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18));
};

const bestStep = (
  levels: Float64Array,
  distance: (fitted: (i: number) => number) => number,
): {at: number; before: number; after: number; distance: number} => {
  const n = levels.length;
  const margin = Math.max(4, Math.floor(n / 7));
  const stride = Math.max(1, Math.floor(n / 100));
  let best = {at: 0, before: 0, after: 0, distance: Infinity};
  for (let at = margin; at <= n - margin; at += stride) {
    const [before, after] = [median(levels.subarray(0, at)), median(levels.subarray(at))];
    const total = distance((i) => (i < at ? before : after));
    if (total < best.distance) best = {at, before, after, distance: total};
  }
  return best;
};

/**
 * Runs of quads far above their neighbourhood: at least two in a row, at most a fifth of the
 * session.
 */
export const bursts = (
  {values: levels, ...at}: Levels,
  event: string,
  effect: string,
): Finding[] => {
  const n = levels.length;
  if (n < 12) return [];
  const around = levels.map((_, i) => median(levels.subarray(Math.max(0, i - 10), i + 11)));
  const residual = levels.map((value, i) => value - around[i]);
  const limit = Math.max(2 * least, 5 * robustSpread(residual));
  const found: Finding[] = [];
  for (let i = 0; i < n; i++) {
    let end = i;
    while (end < n && residual[end] > limit) end++;
    if (end - i >= 2 && end - i <= n / 5) {
      const height = median(residual.subarray(i, end));
      const [from, to] = [placeOf(at, i), placeOf(at, end - 1)];
      found.push(
        finding(
          'burst',
          {from, to, event, percent: ratioPercent(height), effect},
          {event, from, to, change: height},
        ),
      );
    }
    i = Math.max(i, end);
  }
  return found.slice(0, 3);
};

/** `quad 17`: where in the session entry `i` begins, counted from 1. */
const placeOf = ({unit, size}: Omit<Levels, 'values'>, i: number): string =>
  `${unit} ${i * size + 1}`;

const ghz = (log: number): string => Math.exp(log).toFixed(3);
