// From the blocks of a journal to the columns of a session.
import {eventInfo} from '../events/events.ts';
import type {EventSeries, PlacementRecord, Samples} from '../types.ts';
import type {JournalBlock, JournalRun} from './journal-types.ts';

/**
 * Columns of all runs in execution order. `events` gives the order of the columns; events it does
 * not name follow. `units` overrides the event table's. A/A blocks become `aaSamples` (null without
 * any); placements are shared by both, one entry for each place a side lay in, however often.
 */
export const blocksToSamples = (
  blocks: readonly JournalBlock[],
  events: readonly string[] = [],
  units: Readonly<Record<string, string>> = {},
): {samples: Samples; aaSamples: Samples | null; placements: PlacementRecord[]} => {
  const inOrder = blocks.toSorted((a, b) => a.index - b.index);
  const placements: PlacementRecord[] = [];
  const indexes = new Map<string, number>();
  const placementOf = new Map<number, number>();
  for (const {index, placement} of inOrder) {
    if (placement === null) continue;
    const key = JSON.stringify(placement);
    if (!indexes.has(key)) indexes.set(key, placements.push(placement) - 1);
    placementOf.set(index, indexes.get(key)!);
  }
  const columns = (chosen: readonly JournalBlock[]): Samples =>
    toColumns(chosen, placementOf, events, units);
  const aa = inOrder.filter((block) => block.aa);
  return {
    samples: columns(inOrder.filter((block) => !block.aa)),
    aaSamples: aa.length === 0 ? null : columns(aa),
    placements,
  };
};

const toColumns = (
  blocks: readonly JournalBlock[],
  placementOf: ReadonlyMap<number, number>,
  order: readonly string[],
  units: Readonly<Record<string, string>>,
): Samples => {
  const rows = blocks.flatMap((block) => block.runs.map((run) => ({block, run})));
  const counted = new Set(rows.flatMap(({run}) => Object.keys(run.events)));
  const names = [...order.filter((name) => counted.delete(name)), ...counted];
  return {
    runs: rows.length,
    quad: Int32Array.from(rows, ({block}) => block.quad),
    position: Uint8Array.from(rows, ({block}) => block.position),
    side: Uint8Array.from(rows, ({block}) => block.side),
    warmup: Uint8Array.from(rows, ({block}) => Number(block.warmup)),
    placement: Int32Array.from(rows, ({block}) => placementOf.get(block.index) ?? -1),
    events: names.map((name) =>
      series(
        name,
        units[name] ?? eventInfo(name).unit,
        rows.map(({run}) => run),
      ),
    ),
  };
};

const series = (event: string, unit: string, runs: readonly JournalRun[]): EventSeries => {
  const column = (part: 0 | 1 | 2): Float64Array =>
    Float64Array.from(runs, (run) => run.events[event]?.[part] ?? NaN);
  const known = (part: 1 | 2): boolean =>
    runs.some((run) => (run.events[event]?.[part] ?? null) !== null);
  return {
    event,
    unit,
    value: column(0),
    enabled: known(1) ? column(1) : null,
    running: known(2) ? column(2) : null,
  };
};
