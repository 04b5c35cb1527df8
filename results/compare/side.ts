// One side alone, and two sides measured apart: the figures of a `run` session, and the blocked
// comparison of two such sessions.
import type {Comparison, EventSeries, ImportTable, Samples, SideStats} from '../types.ts';
import {eventInfo} from '../events/events.ts';
import {sideStats} from '../samples/side-stats.ts';
import {compareSamples} from './samples.ts';
import type {CompareContext} from './context.ts';

/** Figures of a session that has one side (any side number), by event. */
export const summariseSide = (
  samples: Samples,
): readonly {readonly event: string; readonly unit: string; readonly stats: SideStats}[] => {
  const oneSided = {...samples, side: new Uint8Array(samples.runs)};
  return samples.events.map((series) => ({
    event: series.event,
    unit: series.unit,
    stats: sideStats(oneSided, series, 0),
  }));
};

/**
 * Compares two one-sided sessions, measured one after the other: design `blocked`, with that
 * design's wider intervals.
 */
export const compareRuns = (before: Samples, after: Samples, context: CompareContext): Comparison =>
  compareSamples(joinSides(before, after), {...context, design: 'blocked'});

/**
 * Both sides in one table of columns; events that one side lacks are NaN there. Each side is a
 * separate quad.
 */
const joinSides = (before: Samples, after: Samples): Samples => {
  const runs = before.runs + after.runs;
  const names = [...new Set([...before.events, ...after.events].map((series) => series.event))];
  return {
    runs,
    quad: new Int32Array(runs).fill(1, before.runs),
    position: new Uint8Array(runs),
    side: new Uint8Array(runs).fill(1, before.runs),
    warmup: join(before.warmup, after.warmup, (length) => new Uint8Array(length)),
    placement: join(before.placement, after.placement, (length) => new Int32Array(length)),
    events: names.map((event) => joinSeries(event, before, after)),
  };
};

const join = <T extends Uint8Array | Int32Array | Float64Array>(
  a: T,
  b: T,
  make: (length: number) => T,
): T => {
  const both = make(a.length + b.length);
  both.set(a, 0);
  both.set(b, a.length);
  return both;
};

const joinSeries = (event: string, before: Samples, after: Samples): EventSeries => {
  const [b, a] = [before, after].map((samples) =>
    samples.events.find((series) => series.event === event),
  );
  const filled = (values: Float64Array | null | undefined, length: number): Float64Array =>
    values ?? new Float64Array(length).fill(Number.NaN);
  const column = (of: (series: EventSeries) => Float64Array | null): Float64Array =>
    join(
      filled(b && of(b), before.runs),
      filled(a && of(a), after.runs),
      (length) => new Float64Array(length),
    );
  const times = [b, a].every(
    (series) => series === undefined || (series.enabled !== null && series.running !== null),
  );
  return {
    event,
    unit: a?.unit ?? b?.unit ?? '',
    value: column((series) => series.value),
    enabled: times ? column((series) => series.enabled) : null,
    running: times ? column((series) => series.running) : null,
  };
};

/**
 * Runs of the events whose single runs both tables have; null if there are none with two runs per
 * side.
 */
export const samplesOfTables = (
  before: ImportTable,
  after: ImportTable,
): {readonly before: Samples; readonly after: Samples} | null => {
  const shared = before.samples.filter(
    (series) =>
      after.samples.some((other) => other.event === series.event && other.values.length > 1) &&
      series.values.length > 1,
  );
  if (shared.length === 0) return null;
  return {
    before: samplesOf(
      before,
      shared.map((series) => series.event),
    ),
    after: samplesOf(
      after,
      shared.map((series) => series.event),
    ),
  };
};

const samplesOf = (table: ImportTable, events: readonly string[]): Samples => {
  const kept = table.samples.filter((series) => events.includes(series.event));
  const runs = Math.max(...kept.map((series) => series.values.length));
  return {
    runs,
    quad: new Int32Array(runs),
    position: new Uint8Array(runs),
    side: new Uint8Array(runs),
    warmup: new Uint8Array(runs),
    placement: new Int32Array(runs).fill(-1),
    events: kept.map((series) => ({
      event: series.event,
      unit: series.unit === '' ? eventInfo(series.event).unit : series.unit,
      value: Float64Array.from({length: runs}, (_, i) => series.values[i] ?? Number.NaN),
      enabled: null,
      running: null,
    })),
  };
};
