// One row of a comparison: an event on both sides, its change and its verdict.
import type {EventKind} from './measured.ts';
import type {Finding, Warning} from './remarks.ts';

export const verdicts = ['more', 'less', 'equal', 'unsettled'] as const;
export type Verdict = (typeof verdicts)[number];

/**
 * One side's figures for one event; `sem` in the event's unit, `running` a fraction 0..1 or null.
 * `running` null = not known.
 */
export interface SideStats {
  readonly n: number | null;
  readonly mean: number | null;
  readonly median: number | null;
  readonly sem: number | null;
  readonly sd: number | null;
  readonly running: number | null;
}

/**
 * `ratio` after/before with an interval at `level` (0.95). `low` and `high` are null if no interval
 * can be formed, as with one run a side: the ratio is then a fact of two numbers and no estimate.
 */
export interface Change {
  readonly ratio: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly level: number;
}

/** A change whose interval is known. */
export type KnownChange = Change & {readonly low: number; readonly high: number};

/** Which direction is better: `lower` for times and counts of work, `higher` for throughput. */
export type Direction = 'higher' | 'lower';

/** What would settle an `unsettled` row: runs a side in all, and seconds for both sides. */
export interface Needs {
  readonly runs: number;
  readonly seconds: number | null;
}

/**
 * A run far outside its series; `run` counts from 1 within its side in execution order
 * (warm-up left out); `times` = value / local median.
 */
export interface Spike {
  readonly run: number;
  readonly value: number;
  readonly times: number;
  readonly placement?: number;
  /** Other events that stood out in the same run. */
  readonly with?: readonly string[];
}

export interface ComparisonRow {
  readonly event: string;
  readonly unit: string;
  readonly kind: EventKind;
  readonly before: SideStats;
  readonly after: SideStats;
  /** Null if no ratio can be formed. */
  readonly change: Change | null;
  /**
   * For rows that are percentages (unit `%`): the change in points, in place of a ratio; `low` and
   * `high` are null if no interval can be formed.
   */
  readonly points?: {
    readonly value: number;
    readonly low: number | null;
    readonly high: number | null;
  };
  readonly verdict: Verdict;
  /** What the figures alone say, if the verdict rests on both sides being the same code. */
  readonly measuredVerdict?: Verdict;
  /** Why this verdict, in one clause. */
  readonly reason: string;
  /** For `unsettled`: quads in all that would settle it, if that can be said. */
  readonly quadsNeeded?: number;
  /** The same in runs and seconds; null if nothing is to be settled or no figure can be given. */
  readonly needs?: Needs | null;
  /** Which direction is better; null if neither is. Sessions of older versions lack it. */
  readonly direction?: Direction | null;
  /**
   * The two figures a table prints. They agree with `change`: its sign, and its size to the printed
   * digits. Means or medians of each side alone need not (docs/statistics.md).
   */
  readonly figures?: {readonly before: number; readonly after: number};
  readonly p: number | null;
  readonly pAdjusted: number | null;
  /** Equivalence margin as a fraction (0.01 = 1 %). */
  readonly margin: number;
  readonly primary: boolean;
  readonly spikes: {readonly before: readonly Spike[]; readonly after: readonly Spike[]};
  readonly warnings: readonly Warning[];
  /**
   * Counts per program execution, if the executions of both sides are known: medians of measured
   * runs, means of pastes and simulated rows.
   */
  readonly perExecution?: {readonly before: number; readonly after: number};
}

/**
 * Rows and findings from another source of counts than the measured runs, simulated ones for
 * example. They are added to a comparison, never mixed into its rows.
 */
export interface ExtraRows {
  readonly rows: readonly ComparisonRow[];
  readonly findings: readonly Finding[];
}
