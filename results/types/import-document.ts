// Imported tables, and the document that holds them.
import type {SideName} from './measured.ts';
import type {Warning} from './remarks.ts';

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
  /** Further metrics, aggregation key and interval time, if the input has them. */
  readonly metrics?: readonly {readonly value: number | null; readonly unit: string}[];
  readonly aggregate?: string;
  readonly time?: number;
  /** A metric of a metric group (`TopdownL1`): `event` is the group's name, `value` null. */
  readonly group?: boolean;
  /** Which direction is better; absent or null if not known. */
  readonly direction?: 'higher' | 'lower' | null;
  /** The figure cannot vary (verified instructions, bytes of an image): a difference is a fact. */
  readonly exact?: true;
  /** The figure is a share in percent: changes are differences in points, not ratios. */
  readonly isShare?: true;
  /** Runs of this row, if different from the table's `runs`. */
  readonly runs?: number;
  /** Standard deviation of one run, in the row's unit (`sem` stays in percent of the mean). */
  readonly sd?: number;
  /** The source leaves out spreads that are smaller: the sd is at most this, in the row's unit. */
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
 * What a source says about its own comparison. `ratio` = after/before; `low` and `high` likewise.
 * `shown`: the source calls it a difference; absent if it does not say.
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
  /** The heading above the label: it distinguishes tables with the same label. */
  readonly heading?: string;
  readonly runs: number | null;
  /** `sem` in percent; `semSeconds` the standard error after `+-`, if printed. */
  readonly elapsed: {
    readonly seconds: number;
    readonly sem: number | null;
    readonly semSeconds?: number;
    /** Standard deviation of one run, smallest and largest run, in seconds, if printed. */
    readonly sdSeconds?: number;
    readonly min?: number;
    readonly max?: number;
  } | null;
  /** The reader that found it: a name of the registry in results/import/readers. */
  readonly format?: string;
  /** The source itself says which side this is; both sides of one comparison share `pair`. */
  readonly side?: SideName;
  readonly pair?: number;
  /** The row the source says it is about. */
  readonly about?: string;
  /** Present if the counts can be given per operation. */
  readonly operations?: Operations;
  /** The benchmark ran for a time set in advance: its elapsed time says nothing. */
  readonly fixedTime?: true;
  /** How the measured thing ended (`success`, `failure`), if the source says so. */
  readonly outcome?: string;
  /** What was measured: `command`, `system wide`, `cpus`, `process`, `thread`, `bpf`. */
  readonly kind?: string;
  readonly user?: number;
  readonly sys?: number;
  readonly rows: readonly ImportRow[];
  /** Per-run values by event, if the input has them. */
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
