// The nouns of results/: samples, sessions, comparisons, imported tables. The JSON forms are the
// contracts of the command line.

/** A doubt about data that travels with it. Codes are kebab-case and stable. */
export interface Warning {
  readonly code: string;
  readonly text: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** A sentence with a code, the numbers behind it and the reason. */
export interface Finding {
  readonly code: string;
  readonly text: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/**
 * How an event behaves: `exact` must not vary; `positive` is compared as a ratio; `rare` is near
 * zero with spikes.
 */
export const eventKinds = ['exact', 'positive', 'rare'] as const;
export type EventKind = (typeof eventKinds)[number];

/**
 * One event's values, one entry a run in execution order. `value` is the count scaled by perf (NaN
 * = not counted);
 * `enabled` and `running` in nanoseconds, null where the source has none.
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
export const verdicts = ['more', 'less', 'equal', 'unsettled'] as const;
export type Verdict = (typeof verdicts)[number];
export const designs = ['abba', 'blocked', 'summary', 'slices', 'one-core'] as const;
export type Design = (typeof designs)[number];

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

/** Which way is better: `lower` for times and counts of work, `higher` for throughput. */
export type Direction = 'higher' | 'lower';

/** What would settle an `unsettled` row: runs a side in all, and seconds for both sides. */
export interface Needs {
  readonly runs: number;
  readonly seconds: number | null;
}

/**
 * A run that stands far outside its series; `run` counts from 1 within its side in execution order
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
  /** Why this verdict, in one clause. */
  readonly reason: string;
  /** For `unsettled`: quads in all that would settle it, where that can be said. */
  readonly quadsNeeded?: number;
  /** The same in runs and seconds; null if nothing is to be settled or no figure can be given. */
  readonly needs?: Needs | null;
  /** Which way is better; null if neither is. Sessions of older versions lack it. */
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
   * Counts per program execution, where the executions of both sides are known: medians of measured
   * runs, means of pastes and simulated rows.
   */
  readonly perExecution?: {readonly before: number; readonly after: number};
}

/** One part of the product, in natural logs, with an interval where one can be formed. */
export interface DecompositionPart {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * ln changes; `time` = instructions + cpi + clock (clock = minus the change of frequency); elapsed
 * adds `utilisation`. Null parts were not counted.
 */
export interface Decomposition {
  readonly time: number | null;
  readonly instructions: number | null;
  readonly cpi: number | null;
  readonly clock: number | null;
  readonly utilisation: number | null;
  readonly intervals?: Readonly<
    Partial<Record<'time' | 'instructions' | 'cpi' | 'clock' | 'utilisation', DecompositionPart>>
  >;
}

/** An event that could not be counted, and why. */
export interface NotCounted {
  readonly event: string;
  readonly status: 'not-supported' | 'not-counted';
  readonly reason: string;
}

/** What is known of one side: a workload with a variant, a command, or an imported table. */
export interface SideInfo {
  readonly label: string;
  readonly workload?: string;
  readonly variant?: string;
  readonly command?: string;
  readonly imageHash?: string;
  readonly imageBytes?: number;
  readonly session?: string;
  /** Program executions in one run of the side (repeat x runs of the scenario). */
  readonly executions?: number;
  readonly source?: string;
  /** A kernel build that was booted. */
  readonly kernel?: KernelInfo;
}

/** What a booted kernel says of itself. */
export interface KernelInfo {
  /** Of the image file. */
  readonly sha256: string;
  readonly release: string;
  /** Its current clock source. */
  readonly clock: string;
  readonly spectre_v2: string;
  readonly retbleed: string;
}

/** Schema `jitstat/comparison/1`. */
export interface Comparison {
  readonly schema: 'jitstat/comparison/1';
  readonly before: SideInfo;
  readonly after: SideInfo;
  readonly design: Design;
  readonly quads: number | null;
  /** Same image on both sides. */
  readonly sameImage: boolean;
  readonly rows: readonly ComparisonRow[];
  readonly notCounted: readonly NotCounted[];
  readonly decomposition: Decomposition;
  readonly findings: readonly Finding[];
  readonly warnings: readonly Warning[];
  /** The A/A measured beside it: rows called `more` or `less` out of rows; null = none measured. */
  readonly aa: {
    readonly changed: number;
    readonly rows: number;
    readonly quads: number;
    readonly events: readonly string[];
  } | null;
  /** One-way random effects over placements, per event, where placements varied. */
  readonly placement?: readonly PlacementShare[];
  /** Both sides alternated every few microseconds inside one process. */
  readonly slices?: SlicesAnswer;
}

/** A change whose interval is known. */
export type KnownChange = Change & {readonly low: number; readonly high: number};

/** `halfWidth` and `sd` are on the log scale; ratios are after/before. */
export interface SlicesAnswer {
  readonly processes: number;
  /** Pairs of placements in all processes. */
  readonly placements: number;
  /** Median length of a slice. */
  readonly sliceNs: number;
  readonly clock: string;
  readonly overheadNs: number;
  /** As planned; null = not known. */
  readonly secondsPerProcess: number | null;
  /** At one placement: the median, and half of the 95 % interval that its slices alone give. */
  readonly perPlacement: {readonly ratio: number; readonly halfWidth: number};
  /** Between placements: standard deviation, 2.5 % and 97.5 % quantiles, extremes. */
  readonly spread: {
    readonly sd: number;
    readonly low: number;
    readonly high: number;
    readonly best: number;
    readonly worst: number;
    /** Placements whose own interval says the opposite of the average; 0 if the average is open. */
    readonly against: number;
  };
  /** Averaged over placements and time: the verdict's. */
  readonly overPlacements: KnownChange;
  /** Standard deviations: of one quad of slices, between placements, between processes. */
  readonly parts: VarianceParts;
  /** By where the entry program of a side lay, averaged over the other side's placements. */
  readonly byOffset: readonly OffsetChange[];
  readonly steps: readonly {readonly label: string; readonly change: KnownChange}[];
  /** The same code on both sides, measured in the same way. */
  readonly aa: {readonly processes: number; readonly change: KnownChange} | null;
}

/** The change where a side's entry program lay at `offset` bytes of its cache line or page. */
export interface OffsetChange {
  readonly side: SideName;
  readonly space: 'line' | 'page';
  readonly offset: number;
  readonly placements: number;
  readonly change: KnownChange;
}

export interface VarianceParts {
  readonly slice: number;
  readonly placement: number;
  readonly process: number;
}

/**
 * Share of an event's variance that placement explains, 0..1, with an interval; best and worst
 * placement by index.
 */
export interface PlacementShare {
  readonly event: string;
  readonly share: number;
  readonly low: number;
  readonly high: number;
  readonly best: number | null;
  readonly worst: number | null;
}

/**
 * What a host is; `id` is a hash over the fields that must not change within a series. Values null
 * where unreadable.
 */
export interface HostRecord {
  readonly id: string;
  readonly name: string;
  readonly cpu: string | null;
  readonly microcode: string | null;
  readonly cores: number;
  readonly kernel: string;
  readonly perf: string | null;
  readonly node: string;
  readonly governor: string | null;
  readonly turbo: string | null;
  readonly smt: string | null;
  readonly aslr: string | null;
  readonly mitigations: string | null;
  readonly clocksource: string | null;
  readonly nmiWatchdog: string | null;
  readonly paranoid: number | null;
  readonly virtualization: string | null;
  readonly hardwareCounters: boolean;
}

/**
 * Where the images of one block lay: as text (`fixed:0`, `random:123`) and the load address of each
 * function by symbol.
 */
export interface PlacementRecord {
  readonly text: string;
  readonly side: SideName;
  readonly addresses: Readonly<Record<string, string>>;
}

/** The plan a session follows; everything needed to go on after a kill. */
export interface Plan {
  readonly seed: number;
  readonly quads: number;
  readonly warmupQuads: number;
  readonly runsPerBlock: number;
  /** `ABBA` or `BAAB`, one per quad, warm-up first. */
  readonly order: readonly ('ABBA' | 'BAAB')[];
  readonly repeat: number;
  readonly placement: string;
  readonly events: readonly string[];
  /** Quads of the A/A beside it (before against before). */
  readonly aaQuads: number;
}

/**
 * Schema `jitstat/session/1`: the immutable `session.json`. The runs lie beside it in
 * `runs.json.gz`.
 */
export interface Session {
  readonly schema: 'jitstat/session/1';
  readonly id: string;
  readonly created: string;
  readonly kind: 'ab' | 'run';
  readonly status: 'finished' | 'refused';
  readonly reason?: string;
  readonly workload: string | null;
  readonly before: SideInfo;
  readonly after: SideInfo | null;
  readonly host: HostRecord;
  readonly plan: Plan;
  readonly placements: readonly PlacementRecord[];
  /** Exact commands as argv, by side. */
  readonly commands: Readonly<Record<string, readonly string[]>>;
  readonly notCounted: readonly NotCounted[];
  readonly comparison: Comparison | null;
  /** For `run` sessions: one side's figures per event. */
  readonly summary: readonly {
    readonly event: string;
    readonly unit: string;
    readonly stats: SideStats;
  }[];
  readonly warnings: readonly Warning[];
  readonly night?: string;
}

/**
 * One row of an imported table; `sem` and `running` in percent, as perf prints them (`running`
 * 30.68, not 0.3068; `SideStats.running` is a fraction).
 */
export interface ImportRow {
  readonly event: string;
  readonly value: number | null;
  readonly unit: string;
  readonly sem: number | null;
  readonly running: number | null;
  readonly metric: number | null;
  readonly metricUnit: string | null;
  readonly status: 'ok' | 'not-supported' | 'not-counted';
  /** Further metrics, aggregation key and interval time, where the input has them. */
  readonly metrics?: readonly {readonly value: number | null; readonly unit: string}[];
  readonly aggregate?: string;
  readonly time?: number;
  /** A metric of a metric group (`TopdownL1`): `event` is the group's name, `value` null. */
  readonly group?: boolean;
  /** Which way is better; absent or null = not known. */
  readonly direction?: 'higher' | 'lower' | null;
  /** The figure cannot vary (verified instructions, bytes of an image): a difference is a fact. */
  readonly exact?: true;
  /** The figure is a share in percent: changes are differences in points, not ratios. */
  readonly isShare?: true;
  /** Runs behind this row, where it differs from the table's `runs`. */
  readonly runs?: number;
  /** Standard deviation of one run, in the row's unit (`sem` stays in percent of the mean). */
  readonly sd?: number;
  /** The source leaves spreads out that are smaller: the sd is at most this, in the row's unit. */
  readonly sdAtMost?: number;
  /** An interval the source prints, in the row's unit; `level` 0.95, null = not stated. */
  readonly interval?: {
    readonly of: 'mean' | 'median';
    readonly low: number;
    readonly high: number;
    readonly level: number | null;
  };
  readonly min?: number;
  readonly max?: number;
  /** The change the source itself states, on the row of the after side. */
  readonly stated?: StatedChange;
}

/**
 * What a source says of its own comparison. `ratio` = after/before; `low` and `high` likewise.
 * `shown`: the source calls it a difference; absent where it does not say.
 */
export interface StatedChange {
  readonly ratio: number | null;
  readonly low?: number;
  readonly high?: number;
  readonly p?: number;
  readonly shown?: boolean;
}

/**
 * What the counts of a table can be divided by. `count` operations were done while it counted; if
 * `isRate`, it is operations per second (a benchmark of fixed time): only ratios of two sides mean
 * something. `of` names the operation in the singular (`hit`, `run`, `iteration`).
 */
export interface Operations {
  readonly count: number;
  readonly of: string;
  readonly isRate: boolean;
}

/** One imported table. `runs` null = one run or unknown. */
export interface ImportTable {
  readonly command: string | null;
  readonly label: string | null;
  /** The heading above the label: it tells tables of one label apart. */
  readonly heading?: string;
  readonly runs: number | null;
  /** `sem` in percent; `semSeconds` the standard error behind `+-`, where printed. */
  readonly elapsed: {
    readonly seconds: number;
    readonly sem: number | null;
    readonly semSeconds?: number;
    /** Standard deviation of one run, smallest and largest run, in seconds, where printed. */
    readonly sdSeconds?: number;
    readonly min?: number;
    readonly max?: number;
  } | null;
  /** The reader that found it: a name of the registry in results/import/readers. */
  readonly format?: string;
  /** The source says itself which side this is; both sides of one comparison share `pair`. */
  readonly side?: SideName;
  readonly pair?: number;
  /** Present if the counts can be given per operation. */
  readonly operations?: Operations;
  /** The benchmark ran for a time set in advance: its elapsed time says nothing. */
  readonly fixedTime?: true;
  /** How the measured thing ended (`success`, `failure`), where the source says so. */
  readonly outcome?: string;
  /** What was measured: `command`, `system wide`, `cpus`, `process`, `thread`, `bpf`. */
  readonly kind?: string;
  readonly user?: number;
  readonly sys?: number;
  readonly rows: readonly ImportRow[];
  /** Per-run values by event, where the input has them. */
  readonly samples: readonly {
    readonly event: string;
    readonly unit: string;
    readonly values: readonly (number | null)[];
  }[];
  readonly warnings: readonly Warning[];
}

/** Schema `jitstat/import/1`. */
export interface ImportDocument {
  readonly schema: 'jitstat/import/1';
  readonly source: string;
  readonly tables: readonly ImportTable[];
  readonly warnings: readonly Warning[];
}

/**
 * Rows and findings from another source of counts than the measured runs, simulated ones for
 * example. They are added to a comparison, never mixed into its rows.
 */
export interface ExtraRows {
  readonly rows: readonly ComparisonRow[];
  readonly findings: readonly Finding[];
}
