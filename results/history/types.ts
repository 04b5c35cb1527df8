// What history is: series of nights per workload, side, event and machine, with levels, change
// points, spike rates and marks.
import type {AaRate} from '../rows/calibration-rows.ts';
import type {EventKind, HostRecord} from '../types.ts';

/** Schema `jitstat/history/1`: what `jitstat history --json` prints and the history charts draw. */
export interface History {
  readonly schema: 'jitstat/history/1';
  /** The rule that decides on change points, in one sentence for the page. */
  readonly rule: string;
  readonly series: readonly HistorySeries[];
  /** In how many of these sessions the A/A called identical code changed. */
  readonly aa?: readonly AaRate[];
  readonly notes: readonly Note[];
  /** Files of the store that could not be used, and why. */
  readonly problems: readonly {readonly path: string; readonly text: string}[];
}

/** One event of one side of one workload on one machine, a point a night, oldest first. */
export interface HistorySeries {
  /** `workload/side/measure/event@machine`, unique. */
  readonly key: string;
  readonly workload: string;
  /** The variant, or the command's label. For a ratio `before -> after`. */
  readonly side: string;
  /** `level`: median per run, in `unit`. `ratio`: after / before of the night's A/B. */
  readonly measure: 'level' | 'ratio';
  readonly event: string;
  readonly unit: string;
  readonly kind: EventKind;
  /** Name of the host; with the beginning of its id if two machines of the store share a name. */
  readonly machine: string;
  readonly points: readonly HistoryPoint[];
  /** Segments between change points; they cover all points. */
  readonly segments: readonly HistorySegment[];
  readonly changes: readonly HistoryChange[];
  /** Change points of the share of runs that were spikes; `before` and `after` are shares. */
  readonly spikeChanges: readonly HistoryChange[];
  readonly marks: readonly HistoryMark[];
  /** Least size of a change point, as a fraction. */
  readonly minSize: number;
}

/**
 * One night. `value` null: the event was not counted, or the session was refused (`reason` says
 * why). Nights without any session have no point.
 */
export interface HistoryPoint {
  /** `yyyy-mm-dd`, UTC; more than one point may fall on a day. */
  readonly night: string;
  /** When the session began, ISO 8601. */
  readonly created?: string;
  readonly session: string;
  readonly value: number | null;
  /** `value` -+ 1.96 standard errors for a level, the comparison's interval for a ratio. */
  readonly low: number | null;
  readonly high: number | null;
  /** Runs flagged as spikes, out of `runs`; null if not known. */
  readonly spikes: number | null;
  readonly runs: number | null;
  /** Fraction of the time the event was counted. */
  readonly running: number | null;
  /**
   * The night as a whole stands out from its neighbours: shown, counted, and excluded from levels
   * and change points.
   */
  readonly spike: boolean;
  readonly imageHash?: string;
  readonly reason?: string;
}

/**
 * points[from..to], both included. `level` is the mean of its nights without spikes, with a 95 %
 * interval (Student's t).
 */
export interface HistorySegment {
  readonly from: number;
  readonly to: number;
  /** Nights that went into the level. */
  readonly nights: number;
  readonly level: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** `index` is the first point of the new segment. */
export interface HistoryChange {
  readonly index: number;
  readonly night: string;
  readonly before: number;
  readonly after: number;
  /** after / before; null if `before` is 0. */
  readonly ratio: number | null;
  readonly p: number;
  /** Last session of the old segment and first of the new one, spikes left out. */
  readonly sessionBefore: string;
  readonly sessionAfter: string;
}

/** Something that happened on a night, drawn as a vertical line. */
export interface HistoryMark {
  readonly night: string;
  readonly kind: 'note' | 'host' | 'image' | 'refused';
  readonly text: string;
}

/**
 * Schema `jitstat/note/1`: a file of `<store>/notes`. Without `machine` and `workload` it appears
 * on every series.
 */
export interface Note {
  readonly schema: 'jitstat/note/1';
  /** `yyyy-mm-dd`. */
  readonly date: string;
  readonly text: string;
  readonly machine?: string;
  readonly workload?: string;
}

/**
 * Schema `jitstat/night/1`: a file of `<store>/nights`, what one run of `jitstat nightly` did and
 * said.
 */
export interface Night {
  readonly schema: 'jitstat/night/1';
  readonly id: string;
  /** `yyyy-mm-dd`, the date it began (UTC). */
  readonly night: string;
  readonly created: string;
  readonly finished: string | null;
  readonly status: 'finished' | 'refused' | 'unfinished';
  readonly reason?: string;
  /** Name of the host. */
  readonly machine: string;
  readonly host: HostRecord;
  readonly suite: string;
  /**
   * Session of the A/A, and whether it showed a change: then `alerts` of measured changes are
   * silenced.
   */
  readonly aa: {
    readonly session: string;
    readonly bad: boolean;
    readonly events: readonly string[];
  } | null;
  readonly workloads: readonly NightWorkload[];
  readonly alerts: readonly Alert[];
  /** What the night did differently from the suite, such as fewer quads for the time budget. */
  readonly notes: readonly string[];
  /** Null while it runs. */
  readonly exitCode: number | null;
  /** The process that runs it, until it has finished. */
  readonly owner?: {readonly pid: number; readonly start: number | null};
}

/** What a series shows of a night. */
export type MarkedNight = Pick<Night, 'night' | 'status' | 'reason' | 'machine'>;

export interface NightWorkload {
  /** Name of the entry in the suite. */
  readonly name: string;
  /** Null if it could not be measured; `reason` says why. */
  readonly session: string | null;
  /** The confirming session of twice the quads, if one was needed. */
  readonly confirm?: string;
  readonly reason?: string;
}

export type AlertCode =
  | 'change-found'
  | 'budget-exceeded'
  | 'missing-workload'
  | 'refused-night'
  | 'unfinished-night'
  | 'not-counted'
  | 'running-dropped'
  | 'host-changed'
  | 'perf-changed'
  | 'bad-aa';

/** `gate`: it counts for the exit code. */
export interface Alert {
  readonly code: AlertCode;
  readonly text: string;
  readonly gate: boolean;
  readonly workload?: string;
  readonly event?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}
