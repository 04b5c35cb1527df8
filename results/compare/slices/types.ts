// What one process of slices reports; it is stored unchanged.
/**
 * One test run of the scenario at one pair of placements: quads of slices, median and median
 * distance (MAD) of their log ratios after/before in units of 1e-9, median ticks of a slice by
 * side.
 */
export type StepSummary = readonly [
  quads: number,
  logRatio: number,
  spread: number,
  beforeTicks: number,
  afterTicks: number,
];

/**
 * One pair of copies: its steps, and the address of the entry program by side (for the running
 * kernel the low 32 bits, 0 if it does not say).
 */
export interface PairSummary {
  readonly steps: readonly StepSummary[];
  readonly entries: readonly [before: number, after: number];
}

/** One process: the unit of inference. A/A processes run the before side on both. */
export interface SliceProcess {
  readonly index: number;
  readonly aa: boolean;
  /** What was counted instead of time, by perf's name. */
  readonly event?: string;
  /** Executions of a slice, by step. */
  readonly executions: readonly number[];
  readonly clock: {
    readonly name: 'tsc' | 'thread' | 'counter';
    /** 1 for a counter: its ticks are counts. */
    readonly nsPerTick: number;
    /** Cost of an empty slice, subtracted from every slice. */
    readonly overheadNs: number;
  };
  readonly pairs: readonly PairSummary[];
}
