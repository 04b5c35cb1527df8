// A subject is one side of a measurement: something that can be made ready for a block and run by
// perf.
import type {SideInfo} from '../../results/types.ts';
import type {CommandLine, HookName} from './measure-options.ts';

/**
 * What the runs of a block reported, one entry per run; `counts` are events of the subject's own
 * clock or counters.
 */
export interface CheckedReport {
  readonly problem: string | null;
  readonly results: readonly unknown[];
  readonly counts: readonly Readonly<Record<string, number>>[];
}

/**
 * One prepared block. `check` judges what the runs reported on descriptor 3: null if all is well,
 * otherwise what went wrong, in words.
 */
export interface ReadyBlock {
  readonly argv: readonly string[];
  /**
   * The image's placement: its text form and the load addresses by symbol; null without an image.
   */
  readonly placement: {
    readonly text: string;
    readonly addresses: Readonly<Record<string, string>>;
  } | null;
  readonly check: (reported: string, runs: number) => CheckedReport;
}

/** Which block to prepare, and where its files may be written. */
export interface BlockSeat {
  readonly index: number;
  readonly quad: number;
  readonly seed: number;
  readonly folder: string;
}

/**
 * One side. `prepare` may write files into `folder`, named after `block` so that blocks do not
 * clash.
 */
export interface Subject {
  readonly info: SideInfo;
  readonly cwd?: string;
  /** All its blocks are run in the same way, so that one perf process may run two of them. */
  readonly joins?: boolean;
  /** Its hooks, what its runs read, and whether their output is shown. */
  readonly around?: Pick<CommandLine, HookName | 'input' | 'showOutput'>;
  readonly prepare: (block: BlockSeat) => Promise<ReadyBlock>;
}

export interface Subjects {
  readonly before: Subject;
  readonly after: Subject | null;
}
