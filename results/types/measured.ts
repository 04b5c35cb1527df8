// What was counted: events, and the runs of a session as columns.

/**
 * How an event behaves: `exact` must not vary; `positive` is compared as a ratio; `rare` is near
 * zero with spikes.
 */
export const eventKinds = ['exact', 'positive', 'rare'] as const;
export type EventKind = (typeof eventKinds)[number];

/**
 * One event's values, one entry a run in execution order. `value` is the count scaled by perf (NaN
 * = not counted); `enabled` and `running` in nanoseconds, null if the source has none.
 */
export interface EventSeries {
  readonly event: string;
  readonly unit: string;
  readonly value: Float64Array;
  readonly enabled: Float64Array | null;
  readonly running: Float64Array | null;
}

/** All runs of a session in execution order, as columns of equal length. */
export interface Samples {
  readonly runs: number;
  /** Quad number from 0. */
  readonly quad: Int32Array;
  /** Block position in the quad: 0..3. */
  readonly position: Uint8Array;
  /** 0 = before, 1 = after. */
  readonly side: Uint8Array;
  /** 1 = warm-up: stored and left out of every conclusion. */
  readonly warmup: Uint8Array;
  /** Index into `Session.placements`, -1 = none. */
  readonly placement: Int32Array;
  readonly events: readonly EventSeries[];
}

export type SideName = 'before' | 'after';
