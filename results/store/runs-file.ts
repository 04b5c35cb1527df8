// The form of runs.json.gz: raw runs as columns per event, compressed, with NaN as null.
import {gunzipSync, gzipSync} from 'node:zlib';
import type {EventSeries, PlacementRecord, Samples} from '../types.ts';
import {runsFault} from './shapes.ts';

/**
 * Schema `jitstat/runs/1`. Placements are kept here because they grow with the runs and no list
 * shows them.
 */
export interface Runs {
  readonly samples: Samples;
  readonly aaSamples: Samples | null;
  readonly placements: readonly PlacementRecord[];
}

export const encodeRuns = (id: string, runs: Runs): Buffer =>
  gzipSync(
    JSON.stringify({
      schema: 'jitstat/runs/1',
      id,
      samples: plain(runs.samples),
      aaSamples: runs.aaSamples === null ? null : plain(runs.aaSamples),
      placements: runs.placements,
    }),
  );

/** Far above what the runs of a session unpack to; a bomb stops there. */
const mostUnpacked = 256 * 2 ** 20;

/** Throws an Error if the bytes are not whole, too many, or not the runs of session `id`. */
export const decodeRuns = (bytes: Uint8Array, id: string | null = null): Runs => {
  const document = JSON.parse(unpack(bytes).toString()) as {
    schema: string;
    id: string;
    samples: PlainSamples;
    aaSamples: PlainSamples | null;
    placements: PlacementRecord[];
  } | null;
  if (document?.schema !== 'jitstat/runs/1')
    throw new Error(`schema ${JSON.stringify(document?.schema)} instead of jitstat/runs/1`);
  if (id !== null && document.id !== id)
    throw new Error(`it holds the runs of ${JSON.stringify(document.id)}`);
  const fault = runsFault(document);
  if (fault !== null) throw new Error(fault);
  return {
    samples: typed(document.samples),
    aaSamples: document.aaSamples === null ? null : typed(document.aaSamples),
    placements: document.placements,
  };
};

/** Throws an Error for bytes that unpack to more than a store holds in one file. */
export const unpack = (bytes: Uint8Array): Buffer => {
  try {
    return gunzipSync(bytes, {maxOutputLength: mostUnpacked});
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
      ? new Error(`it unpacks to more than ${mostUnpacked / 2 ** 20} MiB`)
      : error;
  }
};

type Column = readonly (number | null)[];

interface PlainSamples {
  readonly runs: number;
  readonly quad: readonly number[];
  readonly position: readonly number[];
  readonly side: readonly number[];
  readonly warmup: readonly number[];
  readonly placement: readonly number[];
  readonly events: readonly {
    event: string;
    unit: string;
    value: Column;
    enabled: Column | null;
    running: Column | null;
  }[];
}

const plain = (samples: Samples): PlainSamples => ({
  runs: samples.runs,
  quad: [...samples.quad],
  position: [...samples.position],
  side: [...samples.side],
  warmup: [...samples.warmup],
  placement: [...samples.placement],
  events: samples.events.map((series) => ({
    event: series.event,
    unit: series.unit,
    value: [...series.value],
    enabled: series.enabled === null ? null : [...series.enabled],
    running: series.running === null ? null : [...series.running],
  })),
});

const typed = (samples: PlainSamples): Samples => ({
  runs: samples.runs,
  quad: Int32Array.from(samples.quad),
  position: Uint8Array.from(samples.position),
  side: Uint8Array.from(samples.side),
  warmup: Uint8Array.from(samples.warmup),
  placement: Int32Array.from(samples.placement),
  events: samples.events.map((series): EventSeries => ({
    event: series.event,
    unit: series.unit,
    value: numbers(series.value),
    enabled: series.enabled === null ? null : numbers(series.enabled),
    running: series.running === null ? null : numbers(series.running),
  })),
});

const numbers = (column: Column): Float64Array =>
  Float64Array.from(column, (value) => value ?? NaN);
