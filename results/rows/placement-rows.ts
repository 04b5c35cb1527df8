// Rows of the placement sweep: the median cost of an event at each placement, against the address
// of the entry function.
import {median} from 'simple-statistics';
import type {Samples, Session, SideName} from '../types.ts';

export interface PlacementRow {
  readonly placement: number;
  readonly side: SideName;
  readonly text: string;
  readonly symbol: string;
  /** Load address modulo the page (4096) and the cache line (64), in bytes. */
  readonly page: number;
  readonly line: number;
  /** Median of the runs at this placement, in the event's unit. */
  readonly value: number;
  readonly runs: number;
  /** First and last run of the side at this placement, counted as in a strip. */
  readonly firstRun: number;
  readonly lastRun: number;
}

const pageBytes = 4096n;
const lineBytes = 64n;

/** One row for each placement and side that was counted at least once; warm-up left out. */
export const placementRows = (
  session: Session,
  samples: Samples,
  event: string,
): PlacementRow[] => {
  const series = samples.events.find((candidate) => candidate.event === event);
  if (series === undefined) return [];
  const values = new Map<string, {list: number[]; firstRun: number; lastRun: number}>();
  const counted = [0, 0];
  for (let i = 0; i < samples.runs; i++) {
    if (samples.warmup[i] === 1) continue;
    const run = ++counted[samples.side[i]];
    if (samples.placement[i] < 0 || !Number.isFinite(series.value[i])) continue;
    const key = `${samples.placement[i]} ${samples.side[i]}`;
    const entry = values.get(key) ?? {list: [], firstRun: run, lastRun: run};
    entry.list.push(series.value[i]);
    entry.lastRun = run;
    values.set(key, entry);
  }
  return [...values].flatMap(([key, {list, firstRun, lastRun}]) => {
    const [placement, side] = key.split(' ').map(Number);
    const record = session.placements[placement];
    const first = record === undefined ? undefined : Object.entries(record.addresses)[0];
    if (record === undefined || first === undefined) return [];
    const address = BigInt(first[1]);
    return [
      {
        placement,
        side: side === 0 ? ('before' as const) : ('after' as const),
        text: record.text,
        symbol: first[0],
        page: Number(address % pageBytes),
        line: Number(address % lineBytes),
        value: median(list),
        runs: list.length,
        firstRun,
        lastRun,
      },
    ];
  });
};
