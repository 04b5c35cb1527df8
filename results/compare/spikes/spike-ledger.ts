// All spikes of a session by event and side, what moved with them, their rates, and the sentences
// about them.
import {valuesOf} from '../../samples/side-stats.ts';
import {fisherExact, rateInterval} from '../../stats/distributions.ts';
import {weightedHolm} from '../../stats/holm.ts';
import {median} from '../../stats/robust.ts';
import type {EventSeries, Finding, PlacementRecord, Samples, SideName, Spike} from '../../types.ts';
import {count, finding, share} from '../findings.ts';
import type {Residuals} from './spikes.ts';
import {residualsOf, standingOut} from './spikes.ts';

/** All spikes of a session: by event and side, and the sentences about them. */
export interface SpikeLedger {
  readonly of: (event: string) => {
    readonly before: readonly Spike[];
    readonly after: readonly Spike[];
  };
  readonly findings: readonly Finding[];
}

/** More spikes of one side than this are named in one sentence. */
const mostNamed = 3;
/** An event that moved in the same run: robust spreads and least change. */
const moved = {spreads: 4, change: 0.02} as const;

/**
 * What is known about the session in addition to its samples: placements by index, program
 * executions of one run by side.
 */
export interface SpikeContext {
  readonly placements?: readonly PlacementRecord[];
  readonly executions?: {readonly before?: number; readonly after?: number};
}

export const spikeLedger = (samples: Samples, context: SpikeContext = {}): SpikeLedger => {
  const all = samples.events.map((series) => residualsOf(samples, series));
  const numbers = runNumbers(samples);
  const ledger = new Map<string, {before: Spike[]; after: Spike[]}>();
  const findings: Finding[] = [];
  samples.events.forEach((series, e) => {
    const runs = standingOut(all[e]);
    const spikes = runs.map((i): Spike => {
      const together = all
        .filter((other, o) => o !== e && movedIn(other, i))
        .map((other) => other.event);
      return {
        run: numbers[i],
        value: series.value[i],
        times:
          series.value[i] / Math.max(all[e].levelOf(i), series.unit === '' ? 1 : Number.MIN_VALUE),
        ...(samples.placement[i] >= 0 ? {placement: samples.placement[i]} : {}),
        ...(together.length > 0 ? {with: together} : {}),
      };
    });
    const bySide = {
      before: spikes.filter((_, s) => samples.side[runs[s]] === 0),
      after: spikes.filter((_, s) => samples.side[runs[s]] === 1),
    };
    ledger.set(series.event, bySide);
    for (const side of ['before', 'after'] as const) {
      if (bySide[side].length === 0) continue;
      const own = runs.filter((i) => samples.side[i] === (side === 'before' ? 0 : 1));
      findings.push(
        ...named(series, side, bySide[side], sideRuns(samples, series, side), context),
        ...scaled(samples, series, side, own, numbers),
      );
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
  for (let i = 0; i < samples.runs; i++)
    if (samples.warmup[i] === 0) numbers[i] = next[samples.side[i]]++;
  return numbers;
};

const movedIn = (other: Residuals, run: number): boolean =>
  Math.abs(other.residual[run]) > Math.max(moved.change, moved.spreads * other.spread);

const sideRuns = (samples: Samples, series: EventSeries, side: SideName): number =>
  valuesOf(samples, series, side === 'before' ? 0 : 1).length;

const named = (
  series: EventSeries,
  side: SideName,
  spikes: readonly Spike[],
  n: number,
  context: SpikeContext,
): Finding[] => {
  const rate = rateInterval(spikes.length, Math.max(1, n));
  const data = {
    event: series.event,
    side,
    n,
    rate: {...rate, value: spikes.length / Math.max(1, n)},
  };
  if (spikes.length > mostNamed) {
    const worst = spikes.reduce((a, b) => (b.times > a.times ? b : a));
    return [
      finding(
        'spikes',
        {
          event: series.event,
          side,
          k: spikes.length,
          n,
          low: share(rate.low),
          high: share(rate.high),
          run: worst.run,
          value: amount(worst.value, series.unit),
          times: count(worst.times),
        },
        {...data, spikes},
      ),
    ];
  }
  const executions = series.unit === '' ? context.executions?.[side] : undefined;
  return spikes.map((spike) =>
    finding(
      'spike',
      {
        perExecution:
          executions === undefined
            ? ''
            : ` (${count(spike.value / executions, 4)} per program execution)`,
        event: series.event,
        side,
        run: spike.run,
        value: amount(spike.value, series.unit),
        times: count(spike.times),
        placement:
          spike.placement === undefined
            ? ''
            : ` (placement ${context.placements?.[spike.placement]?.text ?? spike.placement})`,
        together:
          spike.with === undefined
            ? '; no other event moved with it'
            : `; with it moved ${spike.with.join(', ')}`,
      },
      {...data, ...spike},
    ),
  );
};

const amount = (value: number, unit: string): string =>
  `${count(value)}${unit === '' ? '' : ` ${unit}`}`;

/** Spikes of runs that were counted for less than half of the usual share of their time. */
const scaled = (
  samples: Samples,
  series: EventSeries,
  side: SideName,
  runs: readonly number[],
  numbers: Int32Array,
): Finding[] => {
  const {enabled, running} = series;
  if (enabled === null || running === null || runs.length === 0) return [];
  const shareOf = (i: number): number => running[i] / enabled[i];
  const usual = median(
    Float64Array.from({length: samples.runs}, (_, i) =>
      samples.warmup[i] === 0 ? shareOf(i) : Number.NaN,
    ),
  );
  return runs
    .filter((i) => shareOf(i) < usual / 2)
    .slice(0, mostNamed)
    .map((i) =>
      finding('scaling-spike', {
        event: series.event,
        side,
        run: numbers[i],
        running: share(shareOf(i)),
        usual: share(usual),
      }),
    );
};

/** Spike rates that differ between the sides, corrected over the events that have spikes. */
const changedRates = (
  samples: Samples,
  ledger: ReadonlyMap<
    string,
    {readonly before: readonly Spike[]; readonly after: readonly Spike[]}
  >,
): Finding[] => {
  const events = samples.events.filter((series) => {
    const spikes = ledger.get(series.event);
    return spikes !== undefined && spikes.before.length + spikes.after.length > 0;
  });
  const tests = events.map((series) => {
    const spikes = ledger.get(series.event) ?? {before: [], after: []};
    const [kBefore, kAfter] = [spikes.before.length, spikes.after.length];
    const [nBefore, nAfter] = [
      sideRuns(samples, series, 'before'),
      sideRuns(samples, series, 'after'),
    ];
    return {
      event: series.event,
      kBefore,
      nBefore,
      kAfter,
      nAfter,
      p: fisherExact(kBefore, nBefore, kAfter, nAfter),
    };
  });
  const adjusted = weightedHolm(
    tests.map((test) => test.p),
    tests.map(() => 1),
  );
  return tests.flatMap((test, i) => {
    const p = adjusted[i] ?? 1;
    if (p > 0.05) return [];
    const rates = {
      before: rateInterval(test.kBefore, Math.max(1, test.nBefore)),
      after: rateInterval(test.kAfter, Math.max(1, test.nAfter)),
    };
    return [
      finding('spike-rate-changed', {...test, p: p.toPrecision(2)}, {...test, pAdjusted: p, rates}),
    ];
  });
};
