// What is measured and how: plain data, stored in the journal so that a killed session continues
// with the same plan.
import type {TlbGeometry} from '../simulate/geometry.ts';
import type {LoadedWorkload} from '../input/named-workload.ts';
import type {PlacementPlan} from '../shim/placement-plan.ts';
import type {Trial} from '../slices/run.ts';

/** A workload as the command line, a suite or a journal names it, and how it is played. */
export interface NamedWorkload {
  readonly workload: string;
  readonly scenario?: string;
  /** A standard packet in place of a scenario. */
  readonly packet?: string;
  /** The program of an object that is run. */
  readonly program?: string;
  /** The after side's own program: what is compared is a change of the program. */
  readonly afterProgram?: string;
}

interface NamedWorkloadTarget extends NamedWorkload {
  readonly kind: 'workload';
  readonly before: string;
  readonly after: string | null;
}

/** Its workloads are loaded once, when the name is read (`loadTarget`). */
export interface WorkloadTarget extends NamedWorkloadTarget {
  readonly workloads: {readonly before: LoadedWorkload; readonly after: LoadedWorkload};
}

export interface CommandTarget {
  readonly kind: 'commands';
  readonly before: readonly string[];
  readonly after: readonly string[] | null;
  readonly cwd: string;
  /** What else the command line says about them; journals of older versions lack it. */
  readonly lines?: {readonly before: CommandLine; readonly after: CommandLine | null};
}

/** Plain data, as journals hold it. */
export type NamedTarget = NamedWorkloadTarget | CommandTarget;

/**
 * Two variants (or one) of a workload, two programs under one variant, or two commands. `kernel`
 * as a variant means the running kernel's own JIT.
 */
export type Target = WorkloadTarget | CommandTarget;

/** Once before the first run, before every run, after every run, once after the last. */
export const hookNames = ['setup', 'prepare', 'conclude', 'cleanup'] as const;
export type HookName = (typeof hookNames)[number];

/** One command as it is run, with its hooks, which a shell runs untimed. */
export interface CommandLine extends Readonly<Partial<Record<HookName, readonly string[]>>> {
  readonly argv: readonly string[];
  /** As it was written. */
  readonly text: string;
  readonly name?: string;
  /** The file that is its standard input. */
  readonly input?: string;
  /** What it prints is shown. */
  readonly showOutput?: boolean;
}

export interface MeasureOptions {
  /** How runs of the two sides are laid out in time. */
  readonly design: 'abba' | 'slices' | 'one-core';
  /** Slices in addition to runs, if the target allows them. */
  readonly slices: boolean;
  readonly runs: number | null;
  /** Fewest and most runs of a side, if `runs` is null. */
  readonly leastRuns?: number | null;
  readonly mostRuns?: number | null;
  /** How many comparisons share the error budget: this one and others made at the same time. */
  readonly comparisons?: number;
  readonly budgetSeconds: number;
  readonly runsPerBlock: number | null;
  readonly warmupQuads: number;
  /** For commands: warm-up runs of a side, rounded up to whole quads. */
  readonly warmupRuns?: number;
  readonly seed: number;
  readonly repeat: number;
  readonly placement: PlacementPlan;
  /** Named events, or null for perf's set of `details`. */
  readonly events: readonly string[] | null;
  /** 3 = `-ddd`. */
  readonly details: 0 | 1 | 2 | 3;
  readonly modifier: '' | ':u' | ':k';
  readonly aa: boolean;
  readonly primary: string | null;
  readonly margins: Readonly<Record<string, number>>;
  /**
   * Stop as soon as the primary event is known to `target`, or is decided with `target` as the
   * margin of equality; null = fixed size.
   */
  readonly until: {readonly kind: 'precision' | 'decision'; readonly target: number} | null;
  /** The session ends when its time is up; otherwise a stopping rule may take several times that. */
  readonly keepsTime?: boolean;
  readonly indirect: 'retpoline' | 'thunk' | 'lfence' | 'plain' | null;
  readonly region: 'process' | 'loop';
  readonly noMultiplex: boolean;
  /** When simulated counts are shown next to the measured ones. */
  readonly simulate: 'never' | 'without a PMU' | 'always';
  /** The geometry of the simulated TLBs. */
  readonly tlb: TlbGeometry;
  /** `perf` measures; the others only count, under valgrind or QEMU. */
  readonly source: 'perf' | 'callgrind' | 'cachegrind' | 'qemu';
  readonly ignoreFailure: boolean;
  /** The variant whose verifier rules check the programs of sides with another compiler. */
  readonly rules?: string | null;
  /**
   * For tests: an effect injected into slices, of which the result then warns. No option sets it.
   */
  readonly slicesTrial?: Trial;
}
