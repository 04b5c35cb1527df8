// Parts of a session as separate samples.
import type {Samples} from '../types.ts';

/** The runs whose index satisfies `keep`, in order. */
export const selectRuns = (samples: Samples, keep: (run: number) => boolean): Samples => {
  const kept = [...samples.quad.keys()].filter(keep);
  const float = (column: Float64Array): Float64Array => Float64Array.from(kept, (i) => column[i]);
  return {
    runs: kept.length,
    quad: Int32Array.from(kept, (i) => samples.quad[i]),
    position: Uint8Array.from(kept, (i) => samples.position[i]),
    side: Uint8Array.from(kept, (i) => samples.side[i]),
    warmup: Uint8Array.from(kept, (i) => samples.warmup[i]),
    placement: Int32Array.from(kept, (i) => samples.placement[i]),
    events: samples.events.map((series) => ({
      ...series,
      value: float(series.value),
      enabled: series.enabled === null ? null : float(series.enabled),
      running: series.running === null ? null : float(series.running),
    })),
  };
};

/** The first `count` quads that are not warm-up, in order of appearance. */
export const firstQuads = (samples: Samples, count: number): Samples => {
  const seen = new Set<number>();
  for (let i = 0; i < samples.runs && seen.size < count; i++)
    if (samples.warmup[i] === 0) seen.add(samples.quad[i]);
  return selectRuns(samples, (run) => samples.warmup[run] === 0 && seen.has(samples.quad[run]));
};
