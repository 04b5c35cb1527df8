// Runs that stand far outside their series: found by a gap above the tail, named, never deleted.
import {meanOf} from '../../stats/moments.ts';
import {median, medianOfFew, robustSpread, sortedFinite, thinned} from '../../stats/robust.ts';
import {gammaP} from '../../stats/special.ts';
import {valuesOf} from '../../samples/side-stats.ts';
import type {EventSeries, Samples} from '../../types.ts';

/** The size of a neighbourhood, whose median is the level that a run is compared with. */
const neighbourhood = 25;
/** Fewer runs than this have no tail to stand out from. */
const fewestRuns = 8;
/** From this many runs on the tail itself is known well enough to name smaller spikes. */
const knownTail = 200;
/** How many spacings below a gap show how long the tail is there. */
const spacings = 20;
/**
 * A gap is this many times what an exponential tail (on the log scale) would leave: one in twenty
 * by chance, and only far out.
 */
const gapFactor = 3;
/** Least distance of a spike from its neighbourhood: times its level, and robust spreads. */
const least = {short: {times: 4, spreads: 5}, long: {times: 3.5, spreads: 3.5}} as const;
/**
 * This far out a run is a spike whatever the tail below it looks like, unless there are more than a
 * few such runs: then they are a separate tail.
 */
const outright = {times: 7, spreads: 4.25, few: 2, share: 0.02} as const;
/** More runs than this share are a mode, not spikes. */
const mostShare = 0.2;
/** Neighbourhoods that differ by more than this (natural log) have a step between them. */
const largeStep = Math.log(1.5);
/**
 * Zeros in this share of the runs, next to counts of at least this many, are runs in which the
 * event did not happen: spikes stand out from the others.
 */
const apart = {least: 0.2, most: 0.95, counts: 3} as const;
/**
 * Up to this median, medians of a neighbourhood jump between whole counts, and the level of the
 * side is the better one.
 */
const smallCounts = 4;
/** A count that a Poisson process reaches in one of this many sessions is not a spike. */
const byChance = 0.05;
/** Above this mean the Poisson check is skipped: chance adds too little. */
const mostByChance = 30;
/** Small counts are compared from one and a half up, so that 0 -> 1 is not a spike. */
const countOffset = 1.5;

const smallest = 1e-12;
/** Share of a normal distribution below one standard deviation above its mean. */
const oneSigma = 0.8413;

/**
 * Residuals of one event on the log scale, NaN if not counted or warm-up; `levelOf` a run in the
 * event's unit, and the distance on that scale of `times` the usual level (counts below one are
 * taken for one).
 */
export interface Residuals {
  readonly event: string;
  readonly residual: Float64Array;
  readonly spread: number;
  readonly levelOf: (run: number) => number;
  readonly distanceOf: (times: number) => number;
  /** False for small counts that can occur by chance, however far above the level they are. */
  readonly isBeyondChance: (run: number) => boolean;
}

/** Each run against the median of its neighbours of both sides, sides lined up by their medians. */
export const residualsOf = (samples: Samples, series: EventSeries): Residuals => {
  const isCount = series.unit === '';
  const offset = isCount ? countOffset : 0;
  const ownValues = [0, 1].map((side) => thinned(valuesOf(samples, series, side)));
  const zerosApart = isCount && haveZerosApart(ownValues);
  const levels = ownValues.map((values) =>
    median(zerosApart ? values.filter((value) => value > 0) : values),
  );
  const sideLevel = levels.map((level) =>
    Number.isNaN(level) ? 0 : Math.log(Math.max(level + offset, smallest)),
  );
  const isSmall = isCount && !levels.some((level) => level > smallCounts);
  const {side, warmup} = samples;
  const {value} = series;
  const residual = new Float64Array(samples.runs).fill(Number.NaN);
  const used = new Int32Array(samples.runs);
  let n = 0;
  for (let i = 0; i < residual.length; i++) {
    if (warmup[i] === 1 || Number.isNaN(value[i]) || (zerosApart && value[i] === 0)) continue;
    residual[i] = Math.log(Math.max(value[i] + offset, smallest)) - sideLevel[side[i]];
    used[n++] = i;
  }
  const level = new Float64Array(samples.runs);
  const groups = Math.max(1, Math.round(n / neighbourhood));
  const members = new Float64Array(2 * neighbourhood);
  const first = (g: number): number => Math.floor((g * n) / groups);
  const medians = new Float64Array(groups);
  for (let g = 0; g < groups; g++) {
    const [from, to] = [first(g), first(g + 1)];
    for (let u = from; u < to; u++) members[u - from] = residual[used[u]];
    medians[g] = isSmall ? 0 : medianOfFew(members, 0, to - from);
  }
  for (let g = 0; g < groups; g++) {
    const [from, to] = [first(g), first(g + 1)];
    // Next to a step of the level, or between two modes, a run is compared with the higher level.
    const around = Math.max(medians[Math.max(0, g - 1)], medians[Math.min(groups - 1, g + 1)]);
    const middle = around - medians[g] > largeStep ? around : medians[g];
    for (let u = from; u < to; u++) {
      residual[used[u]] -= middle;
      level[used[u]] = middle;
    }
  }
  const usual = Math.exp(Math.max(...sideLevel));
  const least = isCount ? Math.max(...ownValues.map((values) => beyondChance(values, n))) : 0;
  return {
    event: series.event,
    residual,
    spread: robustSpread(residual),
    levelOf: (run) => Math.max(0, Math.exp(sideLevel[samples.side[run]] + level[run]) - offset),
    distanceOf: (times) =>
      offset === 0
        ? Math.log(times)
        : Math.log((times * Math.max(1, usual - offset) + offset) / usual),
    isBeyondChance: (run) => value[run] >= least,
  };
};

const haveZerosApart = (sides: readonly Float64Array[]): boolean => {
  const [all, counts] = sides.reduce(
    ([runs, positive], values) => [
      runs + values.length,
      positive + values.filter((value) => value > 0).length,
    ],
    [0, 0],
  );
  const share = 1 - counts / all;
  return (
    share >= apart.least &&
    share <= apart.most &&
    counts >= 2 * fewestRuns &&
    sides.every((values) => !(median(values.filter((value) => value > 0)) < apart.counts))
  );
};

/**
 * The least count that independent events at the usual rate would hardly give any of `runs` runs; 0
 * for large counts.
 */
const beyondChance = (values: Float64Array, runs: number): number => {
  const sorted = values.slice().sort();
  const usual = sorted.subarray(0, Math.ceil((1 - outright.share) * sorted.length));
  const mean = meanOf(usual);
  if (!(mean > 0 && mean < mostByChance)) return 0;
  let count = Math.ceil(mean);
  while (runs * gammaP(count, mean) > byChance) count++;
  return count;
};

/** Indexes of the runs that stand out, in execution order. */
export const standingOut = (residuals: Residuals): number[] => {
  let n = 0;
  let largest = -Infinity;
  for (const value of residuals.residual) {
    if (Number.isNaN(value)) continue;
    n++;
    if (value > largest) largest = value;
  }
  const {times, spreads} = n < knownTail ? least.short : least.long;
  const floor = Math.max(Math.log(times), spreads * residuals.spread);
  if (n < fewestRuns || largest < Math.min(floor, residuals.distanceOf(outright.times))) return [];
  const values = sortedFinite(residuals.residual);
  // If a large share is that far out, the series has two modes, and the higher one is what a spike
  // stands out from.
  const mode = values[Math.floor((1 - mostShare) * n)];
  const limit = Math.min(
    gapAbove(values, n, mode < floor ? floor : mode + floor),
    outrightFrom(values, n, residuals),
  );
  return limit === Infinity
    ? []
    : [...residuals.residual.keys()].filter(
        (run) => residuals.residual[run] >= limit && residuals.isBeyondChance(run),
      );
};

/**
 * The lowest residual above a gap of the tail; Infinity if there is none. `values` ascending.
 */
const gapAbove = (values: Float64Array, n: number, floor: number): number => {
  const window = Math.min(spacings, Math.ceil(n / 4));
  for (let i = Math.max(window, Math.ceil((1 - mostShare) * n)); i < n; i++) {
    if (values[i] < floor) continue;
    let tail = 0;
    for (let s = i - window; s < i; s++)
      tail += ((n - s) * (values[s] - values[Math.max(0, s - 1)])) / window;
    if ((n - i) * (values[i] - values[i - 1]) > gapFactor * tail) return values[i];
  }
  return Infinity;
};

/**
 * The residual from which on a run is a spike outright; Infinity if more than a few are beyond it.
 * `values` ascending.
 */
const outrightFrom = (values: Float64Array, n: number, {spread, distanceOf}: Residuals): number => {
  // The upper half of small counts is narrower than their distance from zero makes them look, once
  // there are enough.
  const upper = values[Math.floor(oneSigma * n)] - values[n >> 1];
  const from =
    n < knownTail
      ? Math.max(Math.log(outright.times), outright.spreads * spread)
      : Math.max(distanceOf(outright.times), outright.spreads * Math.min(spread, upper));
  return values[n - 1 - Math.max(outright.few, Math.floor(outright.share * n))] < from
    ? from
    : Infinity;
};
