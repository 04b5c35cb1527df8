// Doubts about counts themselves: misses above loads, values scaled up from a share of the time,
// and shares that differ between the sides.
import {max, min} from 'simple-statistics';
import {eventInfo} from '../events/events.ts';
import {missRatios} from '../events/ratios.ts';
import type {Finding, SideStats} from '../types.ts';
import {finding, share} from './findings.ts';

/** One side's figures of one event. */
export interface Counted {
  readonly event: string;
  readonly mean: number;
  /** Share of the time it was counted, 0..1; null = not known. */
  readonly running: number | null;
  /** Standard deviation of one run over the mean; null = not known. */
  readonly variation: number | null;
}

/** Below this share of the time a single figure is doubtful. */
const low = 0.1;
/** If the shares of the two sides differ by more than this factor, they were scaled differently. */
const unequal = 1.1;
/** The kernel rotates counters once a tick: 4 ms at HZ=250 (perf_event_mux_interval_ms). */
const sliceSeconds = 0.004;

/** Misses above 100 % of their loads, once per pair (the worse side). */
export const impossibleRatios = (sides: readonly (readonly Counted[])[]): Finding[] =>
  missRatios.flatMap(({above: misses, below: loads}) => {
    const quotients = sides.map((rows) => {
      const of = (event: string): number | undefined =>
        rows.find((row) => row.event.replace(/:[a-zA-Z]+$/, '') === event)?.mean;
      return (of(misses) ?? 0) / (of(loads) ?? Infinity);
    });
    const worst = max(quotients);
    const words = {misses, loads, percent: (100 * worst).toFixed(0)};
    return worst > 1 ? [finding('impossible-ratio', words, {misses, loads, ratio: worst})] : [];
  });

/**
 * Relative error that scaling adds to one run in at most 5 of 100: `events` take turns on fewer
 * counters, so each is seen in a share f of every rotation, and a run has P rotations. If work and
 * rest alternate in phases as long as a rotation, the worst case, 95 % of the errors are below
 * sqrt((1 - f) / (f P)) (simulated for 9 to 16 events on 4 to 6 counters; counted to the
 * instruction in `harness/machine/pmu-box.deep.test.ts`).
 */
const scalingError = (running: number, seconds: number, events: number): number =>
  Math.sqrt((1 - running) / (running * Math.max(1, seconds / (sliceSeconds * events))));

/**
 * What scaling costs these figures. If runs were repeated, their scatter already includes the error
 * of scaling and bounds it; it has to be estimated only for single runs. `events` share the
 * counters.
 */
const costOf = (rows: readonly Counted[], seconds: number | null, events: number): string => {
  if (rows.every((row) => row.variation !== null)) {
    // Rare events vary anyway, by any amount.
    const usual = rows.filter(({event}) => eventInfo(event).kind !== 'rare');
    const most = usual.length === 0 ? null : max(usual.map((row) => row.variation ?? 0));
    const bound = most === null ? '' : ` (one run varies by ${upTo(most)})`;
    return `the errors of the runs already include that${bound}`;
  }
  const shares = rows.map((row) => row.running ?? 1).filter((running) => running > 0);
  if (seconds === null || shares.length === 0)
    return 'how much that moved a single run is not known';
  const error = scalingError(min(shares), seconds, events);
  return (
    `if what it executes changes in phases of some ${Math.round(1000 * sliceSeconds * events)} ms, in ` +
    `which all events take their turn, a single run may be off by ${share(error)} %`
  );
};

/** A bound, rounded up to two digits, never down. */
const upTo = (fraction: number): string => {
  const percent = 100 * fraction;
  const step = 10 ** (Math.floor(Math.log10(Math.max(percent, 0.001))) - 1);
  return `at most ${Number((Math.ceil(percent / step) * step).toPrecision(2))} %`;
};

const events = (count: number): string => (count === 1 ? '1 event was' : `${count} events were`);
const range = (least: number, most: number): string =>
  share(least) === share(most) ? share(least) : `${share(least)} to ${share(most)}`;

/**
 * One finding for the table, one for each event whose share is very small, one for all whose shares
 * differ between the sides. `seconds` = time of one run, null = not known.
 */
export const multiplexing = (
  before: readonly Counted[],
  after: readonly Counted[],
  seconds: number | null,
): Finding[] => {
  const partial = [...before, ...after].filter(({running}) => running !== null && running < 0.995);
  if (partial.length === 0) return [];
  const names = [...new Set(partial.map((row) => row.event))];
  const shares = partial.map((row) => row.running ?? 1);
  const [smallest, largest] = [min(shares), max(shares)];
  const all = finding(
    'multiplexed',
    {
      count: events(names.length),
      range: range(smallest, largest),
      cost: costOf(partial, seconds, names.length),
    },
    {events: names, smallest},
  );
  const single = names.flatMap((event) => {
    const own = partial.filter((row) => row.event === event);
    const running = min(own.map((row) => row.running ?? 1));
    const words = {event, running: share(running), cost: costOf(own, seconds, names.length)};
    return running > 0 && running < low ? [finding('low-running', words, {event, running})] : [];
  });
  return [all, ...single, ...unequalShares(names, before, after)];
};

const unequalShares = (
  names: readonly string[],
  before: readonly Counted[],
  after: readonly Counted[],
): Finding[] => {
  const different = names.flatMap((event) => {
    const [b, a] = [before, after].map(
      (rows) => rows.find((row) => row.event === event)?.running ?? null,
    );
    return b !== null && a !== null && b > 0 && a > 0 && Math.max(a / b, b / a) > unequal
      ? [{event, before: b, after: a}]
      : [];
  });
  if (different.length === 0) return [];
  const list = different
    .map((row) => `${row.event} ${share(row.before)} and ${share(row.after)} %`)
    .join(', ');
  return [
    finding('multiplexed-unequal', {count: events(different.length), list}, {events: different}),
  ];
};

/** Standard deviation of one run over the mean; null if either is not known. */
export const variationOf = ({sd, mean}: Pick<SideStats, 'sd' | 'mean'>): number | null =>
  sd === null || mean === null || mean <= 0 ? null : sd / mean;
