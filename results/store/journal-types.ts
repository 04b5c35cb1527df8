// What a journal holds: a header, then blocks and notes, one per line.
import type {
  BlockLoad,
  HostRecord,
  NotCounted,
  PlacementRecord,
  Plan,
  Session,
  SideInfo,
} from '../types.ts';
import type {SliceProcess} from '../compare/slices/types.ts';
import type {Owner} from './owner.ts';

/**
 * First line of a journal: everything needed to continue with the same plan. `createJournal` adds
 * `owner` and `checked`.
 */
export interface JournalHeader {
  readonly schema: 'jitstat/journal/1';
  readonly id: string;
  readonly created: string;
  readonly kind: Session['kind'];
  readonly workload: string | null;
  readonly before: SideInfo;
  readonly after: SideInfo | null;
  readonly host: HostRecord;
  readonly plan: Plan;
  /** Exact commands as argv, by side. */
  readonly commands: Readonly<Record<string, readonly string[]>>;
  readonly notCounted: readonly NotCounted[];
  readonly night?: string;
  /** What else the runner needs to resume. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly owner?: Owner;
  /** Version of the checksums all lines carry; journals from before there were any have none. */
  readonly checked?: number;
}

/**
 * Count scaled by perf (null = not counted), then enabled and running time in nanoseconds, null if
 * the source has none.
 */
export type JournalCount = readonly [
  value: number | null,
  enabled: number | null,
  running: number | null,
];

export interface JournalRun {
  readonly events: Readonly<Record<string, JournalCount>>;
  /** What the shim printed for this run. */
  readonly shim?: Readonly<Record<string, unknown>>;
}

/**
 * One finished block. `index` counts blocks from 0 over the whole session; `quad`, `position`,
 * `side`, `warmup` as in `Samples`.
 */
export interface JournalBlock {
  readonly type: 'block';
  readonly index: number;
  readonly quad: number;
  readonly position: number;
  readonly side: 0 | 1;
  readonly warmup: boolean;
  /** Part of the A/A measured with the session. */
  readonly aa: boolean;
  readonly placement: PlacementRecord | null;
  readonly runs: readonly JournalRun[];
  /** What else ran meanwhile. Blocks run by one perf process share it. */
  readonly load?: BlockLoad | null;
}

export interface JournalNote {
  readonly type: 'note';
  readonly text: string;
}

/** One finished process of slices. */
export interface JournalSlices {
  readonly type: 'slices';
  readonly process: SliceProcess;
}

export type JournalRecord = JournalBlock | JournalNote | JournalSlices;

export interface JournalContent {
  readonly path: string;
  readonly header: JournalHeader;
  /** The first block of every index. */
  readonly blocks: readonly JournalBlock[];
  readonly slices: readonly JournalSlices[];
  readonly notes: readonly string[];
  /** False for a journal from before there were checksums: damage in it may go unnoticed. */
  readonly checked: boolean;
  /** Indexes of blocks that were left out because an earlier line has the same index. */
  readonly doubled: readonly number[];
  /**
   * The part of an unfinished line that a kill left, which is dropped; null if the last line is
   * whole.
   */
  readonly torn: {readonly line: number; readonly bytes: number} | null;
  /**
   * Whole lines, counted from 1, that are left out because they are damaged: their checksum does
   * not fit, or they are not a block or note. Their blocks are run again.
   */
  readonly damaged: readonly number[];
  /** Bytes up to the end of the last whole line. */
  readonly wholeBytes: number;
}
