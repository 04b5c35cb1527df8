// One side's figures for one event: count, mean, median, standard error and share of time counted.
// Warm-up is left out.
import {meanOf, sdOf} from '../stats/moments.ts';
import {median} from '../stats/robust.ts';
import type {EventSeries, Samples, SideStats} from '../types.ts';

/** Values of the runs of `side` (0 = before, 1 = after) that were counted, in execution order. */
export const valuesOf = (samples: Samples, series: EventSeries, side: number): Float64Array =>
  ofSide(samples, series.value, side);

/** The same for any figure per run, NaN = not known. */
export const ofSide = (
  {side: sides, warmup}: Samples,
  all: Float64Array,
  side: number,
): Float64Array => {
  const values = new Float64Array(all.length);
  let n = 0;
  for (let i = 0; i < all.length; i++) {
    if (sides[i] === side && warmup[i] === 0 && !Number.isNaN(all[i])) values[n++] = all[i];
  }
  return values.subarray(0, n);
};

export const sideStats = (samples: Samples, series: EventSeries, side: number): SideStats => {
  const values = valuesOf(samples, series, side);
  return {...describe(values), running: runningShare(samples, series, side)};
};

/** Figures of plain values; all null when there are none. */
export const describe = (values: Float64Array): Omit<SideStats, 'running'> => {
  const n = values.length;
  if (n === 0) return {n: 0, mean: null, median: null, sem: null, sd: null};
  const mean = meanOf(values);
  const sd = n > 1 ? sdOf(values) : null;
  return {n, mean, median: median(values), sem: sd === null ? null : sd / Math.sqrt(n), sd};
};

/**
 * Time counted over time enabled, 0..1, summed over the runs; null if the source has no times.
 */
const runningShare = (samples: Samples, series: EventSeries, side: number): number | null => {
  if (series.enabled === null || series.running === null) return null;
  let enabled = 0;
  let running = 0;
  for (let i = 0; i < samples.runs; i++) {
    if (
      samples.side[i] !== side ||
      samples.warmup[i] === 1 ||
      Number.isNaN(series.enabled[i]) ||
      Number.isNaN(series.running[i])
    )
      continue;
    enabled += series.enabled[i];
    running += series.running[i];
  }
  return enabled > 0 ? running / enabled : null;
};
