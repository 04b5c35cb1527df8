// Rows of a run strip: every counted run of one event with its side, number, placement and whether
// it is a spike.
import type {ComparisonRow, Samples, SideName, Spike} from '../types.ts';

/**
 * One run. `run` counts from 1 within its side, warm-up left out; `times` = value / local median,
 * for spikes.
 */
export interface StripRow {
  readonly run: number;
  readonly side: SideName;
  readonly value: number;
  readonly spike: boolean;
  readonly times: number | null;
  readonly placement: number | null;
  readonly quad: number;
  /** Elapsed time of the run in nanoseconds, if it was counted. */
  readonly elapsedNs: number | null;
}

/**
 * Runs of `event` in execution order; uncounted runs (NaN) are left out but keep their number.
 * Empty if the event is unknown.
 */
export const stripRows = (
  samples: Samples,
  event: string,
  spikes: ComparisonRow['spikes'],
): StripRow[] => {
  const series = samples.events.find((candidate) => candidate.event === event);
  if (series === undefined) return [];
  const elapsed = samples.events.find((candidate) => candidate.event === 'duration_time')?.value;
  const known = {before: byRun(spikes.before), after: byRun(spikes.after)};
  const counted = {before: 0, after: 0};
  const rows: StripRow[] = [];
  for (let i = 0; i < samples.runs; i++) {
    if (samples.warmup[i] === 1) continue;
    const side: SideName = samples.side[i] === 0 ? 'before' : 'after';
    const run = ++counted[side];
    const value = series.value[i];
    if (!Number.isFinite(value)) continue;
    const spike = known[side].get(run);
    rows.push({
      run,
      side,
      value,
      spike: spike !== undefined,
      times: spike?.times ?? null,
      placement: samples.placement[i] < 0 ? null : samples.placement[i],
      quad: samples.quad[i],
      elapsedNs: elapsed === undefined || !Number.isFinite(elapsed[i]) ? null : elapsed[i],
    });
  }
  return rows;
};

const byRun = (spikes: readonly Spike[]): Map<number, Spike> =>
  new Map(spikes.map((spike) => [spike.run, spike]));
