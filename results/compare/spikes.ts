// Runs that stand far outside their series: found by a gap above the tail, named, never deleted.
import {fisherExact, rateInterval} from '../stats/distributions.ts';
import {weightedHolm} from '../stats/holm.ts';
import {median, medianOfFew, robustSpread, sortedFinite, thinned} from '../stats/robust.ts';
import {valuesOf} from '../samples/side-stats.ts';
import type {EventSeries, Finding, PlacementRecord, Samples, SideName, Spike} from '../types.ts';
import {count, finding, share} from './findings.ts';

/** Runs in a neighbourhood whose median is the level a run is held against. */
const neighbourhood = 25;
/** Fewer runs than this have no tail to stand out from. */
const fewestRuns = 8;
/** From this many runs on the tail itself is known well enough to name smaller spikes. */
const knownTail = 200;
/** Spacings below a gap that say how long the tail is there. */
const spacings = 20;
/** A gap is this many times what an exponential tail (on the log scale) would leave: about one in 90 by chance, and only far out. */
const gapFactor = 4.5;
/** Least distance of a spike from its neighbourhood: times its level, and robust spreads. */
const least = {short: {times: 4, spreads: 5}, long: {times: 2.5, spreads: 3.5}} as const;
/** More runs than this share are a mode, not spikes. */
const mostShare = 0.2;
/** Neighbourhoods that differ by more than this (natural log) have a step between them. */
const largeStep = Math.log(1.5);
/** Small counts are compared from one and a half up, so that 0 -> 1 is no spike. */
const countOffset = 1.5;

const smallest = 1e-12;

/** Residuals of one event on the log scale, NaN where not counted or warm-up; `levelOf` a run in the event's unit. */
export interface Residuals {
  readonly event: string;
  readonly residual: Float64Array;
  readonly spread: number;
  readonly levelOf: (run: number) => number;
}

/** Each run against the median of its neighbours of both sides, sides lined up by their medians. */
export const residualsOf = (samples: Samples, series: EventSeries): Residuals => {
  const offset = series.unit === '' ? countOffset : 0;
  const sideLevel = [0, 1].map((side) => {
    const level = median(thinned(valuesOf(samples, series, side)));
    return Number.isNaN(level) ? 0 : Math.log(Math.max(level + offset, smallest));
  });
  const residual = new Float64Array(samples.runs).fill(Number.NaN);
  const used = new Int32Array(samples.runs);
  let n = 0;
  for (let i = 0; i < samples.runs; i++) {
    if (samples.warmup[i] === 1 || Number.isNaN(series.value[i])) continue;
    residual[i] = Math.log(Math.max(series.value[i] + offset, smallest)) - sideLevel[samples.side[i]];
    used[n++] = i;
  }
  const level = new Float64Array(samples.runs);
  const groups = Math.max(1, Math.round(n / neighbourhood));
  const members = new Float64Array(2 * neighbourhood);
  const first = (g: number): number => Math.floor((g * n) / groups);
  const medians = Float64Array.from({length: groups}, (_, g) => {
    for (let u = first(g); u < first(g + 1); u++) members[u - first(g)] = residual[used[u]];
    return medianOfFew(members, 0, first(g + 1) - first(g));
  });
  for (let g = 0; g < groups; g++) {
    // Beside a step of the level, or between two modes, a run is held against the higher level.
    const around = Math.max(medians[Math.max(0, g - 1)], medians[Math.min(groups - 1, g + 1)]);
    const middle = around - medians[g] > largeStep ? around : medians[g];
    for (let u = first(g); u < first(g + 1); u++) {
      residual[used[u]] -= middle;
      level[used[u]] = middle;
    }
  }
  return {event: series.event, residual, spread: robustSpread(residual), levelOf: (run) => Math.max(0, Math.exp(sideLevel[samples.side[run]] + level[run]) - offset)};
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
  if (n < fewestRuns || largest < floor) return [];
  const values = sortedFinite(residuals.residual);
  const window = Math.min(spacings, Math.ceil(n / 4));
  for (let i = Math.max(window, Math.ceil((1 - mostShare) * n)); i < n; i++) {
    if (values[i] < floor) continue;
    let tail = 0;
    for (let s = i - window; s < i; s++) tail += ((n - s) * (values[s] - values[Math.max(0, s - 1)])) / window;
    if ((n - i) * (values[i] - values[i - 1]) > gapFactor * tail) {
      const limit = values[i];
      return [...residuals.residual.keys()].filter((run) => residuals.residual[run] >= limit);
    }
  }
  return [];
};

/** All spikes of a session: by event and side, and the sentences about them. */
export interface SpikeLedger {
  readonly of: (event: string) => { readonly before: readonly Spike[]; readonly after: readonly Spike[] };
  readonly findings: readonly Finding[];
}

/** More spikes of one side than this are told in one sentence. */
const mostNamed = 3;
/** An event that moved in the same run: robust spreads and least change. */
const moved = {spreads: 4, change: 0.02} as const;

/** What is known of the session besides its samples: placements by index, program executions of one run by side. */
export interface SpikeContext {
  readonly placements?: readonly PlacementRecord[];
  readonly executions?: { readonly before?: number; readonly after?: number };
}

export const spikeLedger = (samples: Samples, context: SpikeContext = {}): SpikeLedger => {
  const all = samples.events.map((series) => residualsOf(samples, series));
  const numbers = runNumbers(samples);
  const ledger = new Map<string, { before: Spike[]; after: Spike[] }>();
  const findings: Finding[] = [];
  samples.events.forEach((series, e) => {
    const runs = standingOut(all[e]);
    const spikes = runs.map((i): Spike => {
      const together = all.filter((other, o) => o !== e && movedIn(other, i)).map((other) => other.event);
      return {
        run: numbers[i], value: series.value[i], times: series.value[i] / Math.max(all[e].levelOf(i), series.unit === '' ? 1 : Number.MIN_VALUE),
        ...(samples.placement[i] >= 0 ? {placement: samples.placement[i]} : {}),
        ...(together.length > 0 ? {with: together} : {}),
      };
    });
    const bySide = {before: spikes.filter((_, s) => samples.side[runs[s]] === 0), after: spikes.filter((_, s) => samples.side[runs[s]] === 1)};
    ledger.set(series.event, bySide);
    for (const side of ['before', 'after'] as const) {
      const own = runs.filter((i) => samples.side[i] === (side === 'before' ? 0 : 1));
      findings.push(...named(series, side, bySide[side], sideRuns(samples, series, side), context), ...scaled(samples, series, side, own, numbers));
    }
  });
  return {
    of: (event) => ledger.get(event) ?? {before: [], after: []},
    findings: [...changedRates(samples, ledger), ...findings],
  };
};

/** Number of each run within its side, from 1, warm-up left out. */
const runNumbers = (samples: Samples): Int32Array => {
  const numbers = new Int32Array(samples.runs);
  const next = [1, 1];
  for (let i = 0; i < samples.runs; i++) if (samples.warmup[i] === 0) numbers[i] = next[samples.side[i]]++;
  return numbers;
};

const movedIn = (other: Residuals, run: number): boolean =>
  Math.abs(other.residual[run]) > Math.max(moved.change, moved.spreads * other.spread);

const sideRuns = (samples: Samples, series: EventSeries, side: SideName): number => {
  let n = 0;
  for (let i = 0; i < samples.runs; i++) if (samples.side[i] === (side === 'before' ? 0 : 1) && samples.warmup[i] === 0 && !Number.isNaN(series.value[i])) n++;
  return n;
};

const named = (series: EventSeries, side: SideName, spikes: readonly Spike[], n: number, context: SpikeContext): Finding[] => {
  const rate = rateInterval(spikes.length, Math.max(1, n));
  const data = {event: series.event, side, n, rate: {...rate, value: spikes.length / Math.max(1, n)}};
  if (spikes.length > mostNamed) {
    const worst = spikes.reduce((a, b) => (b.times > a.times ? b : a));
    return [finding('spikes', {event: series.event, side, k: spikes.length, n, low: share(rate.low), high: share(rate.high), run: worst.run, value: amount(worst.value, series.unit), times: count(worst.times)}, {...data, spikes})];
  }
  const executions = series.unit === '' ? context.executions?.[side] : undefined;
  return spikes.map((spike) => finding('spike', {
    perExecution: executions === undefined ? '' : ` (${count(spike.value / executions, 4)} per program execution)`,
    event: series.event, side, run: spike.run, value: amount(spike.value, series.unit), times: count(spike.times),
    placement: spike.placement === undefined ? '' : ` (placement ${context.placements?.[spike.placement]?.text ?? spike.placement})`,
    together: spike.with === undefined ? '; no other event moved with it' : `; with it moved ${spike.with.join(', ')}`,
  }, {...data, ...spike}));
};

const amount = (value: number, unit: string): string => `${count(value)}${unit === '' ? '' : ` ${unit}`}`;

/** Spikes of runs that were counted for less than half of the usual share of their time. */
const scaled = (samples: Samples, series: EventSeries, side: SideName, runs: readonly number[], numbers: Int32Array): Finding[] => {
  const {enabled, running} = series;
  if (enabled === null || running === null || runs.length === 0) return [];
  const shareOf = (i: number): number => running[i] / enabled[i];
  const usual = median(Float64Array.from({length: samples.runs}, (_, i) => (samples.warmup[i] === 0 ? shareOf(i) : Number.NaN)));
  return runs.filter((i) => shareOf(i) < usual / 2).slice(0, mostNamed).map((i) =>
    finding('scaling-spike', {event: series.event, side, run: numbers[i], running: share(shareOf(i)), usual: share(usual)}));
};

/** Spike rates that differ between the sides, corrected over the events that have spikes. */
const changedRates = (samples: Samples, ledger: ReadonlyMap<string, { readonly before: readonly Spike[]; readonly after: readonly Spike[] }>): Finding[] => {
  const events = samples.events.filter((series) => {
    const spikes = ledger.get(series.event);
    return spikes !== undefined && spikes.before.length + spikes.after.length > 0;
  });
  const tests = events.map((series) => {
    const spikes = ledger.get(series.event) ?? {before: [], after: []};
    const [kBefore, kAfter] = [spikes.before.length, spikes.after.length];
    const [nBefore, nAfter] = [sideRuns(samples, series, 'before'), sideRuns(samples, series, 'after')];
    return {event: series.event, kBefore, nBefore, kAfter, nAfter, p: fisherExact(kBefore, nBefore, kAfter, nAfter)};
  });
  const adjusted = weightedHolm(tests.map((test) => test.p), tests.map(() => 1));
  return tests.flatMap((test, i) => {
    const p = adjusted[i] ?? 1;
    if (p > 0.05) return [];
    const rates = {before: rateInterval(test.kBefore, Math.max(1, test.nBefore)), after: rateInterval(test.kAfter, Math.max(1, test.nAfter))};
    return [finding('spike-rate-changed', {...test, p: p.toPrecision(2)}, {...test, pAdjusted: p, rates})];
  });
};
