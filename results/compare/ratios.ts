// Doubts about counts themselves: misses above loads, values scaled up from a small share of the
// time, unequal scaling.
import {max, min} from 'simple-statistics';
import type {Finding} from '../types.ts';
import {finding, share} from './findings.ts';

/** One side's figures of one event. */
export interface Counted {
  readonly event: string;
  readonly mean: number;
  /** 0..1, null = not known. */
  readonly running: number | null;
}

/** Below this share of the time a figure is doubtful by itself. */
const low = 0.1;
/** Shares of the two sides that differ by more than this factor were scaled differently. */
const unequal = 1.1;
/** The kernel turns counters over once a tick: 4 ms at HZ=250 (perf_event_mux_interval_ms). */
const sliceSeconds = 0.004;

const ratios: readonly (readonly [misses: string, loads: string])[] = [
  ['iTLB-load-misses', 'iTLB-loads'],
  ['dTLB-load-misses', 'dTLB-loads'],
  ['LLC-load-misses', 'LLC-loads'],
  ['L1-dcache-load-misses', 'L1-dcache-loads'],
  ['L1-icache-load-misses', 'L1-icache-loads'],
  ['cache-misses', 'cache-references'],
  ['branch-misses', 'branches'],
];

/** Misses above 100 % of their loads, once per pair (the worse side). */
export const impossibleRatios = (sides: readonly (readonly Counted[])[]): Finding[] =>
  ratios.flatMap(([misses, loads]) => {
    const quotients = sides.map((rows) => {
      const of = (event: string): number | undefined =>
        rows.find((row) => row.event.replace(/:[a-zA-Z]+$/, '') === event)?.mean;
      return (of(misses) ?? 0) / (of(loads) ?? Infinity);
    });
    const worst = Math.max(...quotients);
    return worst > 1
      ? [
          finding(
            'impossible-ratio',
            {misses, loads, percent: (100 * worst).toFixed(0)},
            {misses, loads, ratio: worst},
          ),
        ]
      : [];
  });

/**
 * Relative error that scaling may add to one run: the event is seen in a share f of N slices of the
 * run; where slices
 * differ as much as they are large, the error is sqrt((1 - f) / (f N)).
 */
export const scalingError = (running: number, seconds: number | null): number | null =>
  seconds === null || running <= 0
    ? null
    : Math.sqrt((1 - running) / (running * Math.max(1, seconds / sliceSeconds)));

const counted = (events: number): string =>
  events === 1 ? '1 event was' : `${events} events were`;
const range = (least: number, most: number): string =>
  share(least) === share(most) ? share(least) : `${share(least)} to ${share(most)}`;

/**
 * One finding for the table, one for each event whose share is very small, one for all whose shares
 * differ between the sides.
 */
export const multiplexing = (
  before: readonly Counted[],
  after: readonly Counted[],
  seconds: number | null,
): Finding[] => {
  const partial = [...before, ...after].filter(
    (row) => row.running !== null && row.running < 0.995,
  );
  if (partial.length === 0) return [];
  const shares = partial.map((row) => row.running ?? 1);
  const smallest = min(shares);
  const events = new Set(partial.map((row) => row.event));
  const error = (running: number): string => {
    const value = scalingError(running, seconds);
    return value === null ? 'an amount not known' : `about ${share(value)} %`;
  };
  const all = finding(
    'multiplexed',
    {count: counted(events.size), range: range(smallest, max(shares)), error: error(smallest)},
    {events: [...events], smallest},
  );
  const sharesOf = (event: string): readonly (number | null)[] =>
    [before, after].map((rows) => rows.find((row) => row.event === event)?.running ?? null);
  const single = [...events].flatMap((event) => {
    const least = Math.min(...sharesOf(event).map((running) => running ?? 1));
    return least > 0 && least < low
      ? [
          finding(
            'low-running',
            {event, running: share(least), error: error(least)},
            {event, running: least},
          ),
        ]
      : [];
  });
  const different = [...events].flatMap((event) => {
    const [b, a] = sharesOf(event);
    return b !== null && a !== null && b > 0 && a > 0 && Math.max(a / b, b / a) > unequal
      ? [{event, before: b, after: a}]
      : [];
  });
  if (different.length === 0) return [all, ...single];
  const list = different
    .map((row) => `${row.event} ${share(row.before)} and ${share(row.after)} %`)
    .join(', ');
  const worst = min(different.map((row) => Math.min(row.before, row.after)));
  return [
    all,
    ...single,
    finding(
      'multiplexed-unequal',
      {count: counted(different.length), list, error: error(worst)},
      {events: different},
    ),
  ];
};
