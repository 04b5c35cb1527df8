// The nouns of a size report: programs with their bytes on both sides, what was refused, and the
// report over all of them.

/** The parts of a program's code, in the order of tables. */
export const sizeSteps = ['prologue', 'body', 'tail call', 'unwind', 'exit'] as const;
export type SizeStep = (typeof sizeSteps)[number];
export type StepBytes = Readonly<Record<SizeStep, number>>;

/** A program's code on one side. `steps` add up to `bytes`; null if the compiler names none. */
export interface SideSize {
  readonly bytes: number;
  readonly steps: StepBytes | null;
}

/** A program that both sides compile. */
export interface SizedProgram {
  /** As the user wrote it, or the path from the folder the user named. */
  readonly file: string;
  readonly folder: string;
  readonly program: string;
  readonly type: string;
  /** BPF instructions. */
  readonly instructions: number;
  readonly before: SideSize;
  readonly after: SideSize;
}

export type RefusedBy = 'loader' | 'before' | 'after' | 'both';

/** A program without a pair of sizes; `program` is '' if the whole file is refused. */
export interface RefusedProgram {
  readonly file: string;
  readonly program: string;
  readonly by: RefusedBy;
  /** What is wrong, without the names of file, section, program and instruction. */
  readonly reason: string;
}

/** Sums over some programs. Ratios are after/before; null if there is no program. */
export interface SizeSums {
  readonly programs: number;
  readonly instructions: number;
  readonly before: number;
  readonly after: number;
  readonly ratio: number | null;
  /** The median of the programs' ratios. */
  readonly median: number | null;
}

/** Programs that changed in one direction, and by how many bytes together (never negative). */
export interface SizeMoves {
  readonly programs: number;
  readonly bytes: number;
}

export interface StepChange {
  readonly step: SizeStep;
  readonly before: number;
  readonly after: number;
}

export interface RefusedReason {
  readonly by: RefusedBy;
  readonly reason: string;
  readonly programs: number;
  /** File and program of the first one. */
  readonly example: string;
}

export interface SizeReport {
  readonly before: string;
  readonly after: string;
  readonly sums: SizeSums;
  readonly objects: number;
  readonly grew: SizeMoves;
  readonly shrank: SizeMoves;
  readonly same: number;
  /** Sum and median point in different directions. */
  readonly disagree: boolean;
  /** The largest changes first, by bytes, at most ten in each direction. */
  readonly largest: {
    readonly grew: readonly SizedProgram[];
    readonly shrank: readonly SizedProgram[];
  };
  /** The same by the ratio after/before. */
  readonly largestRatios: {
    readonly grew: readonly SizedProgram[];
    readonly shrank: readonly SizedProgram[];
  };
  /** Null if a side's compiler names no steps. */
  readonly steps: readonly StepChange[] | null;
  readonly folders: readonly (SizeSums & {readonly folder: string})[];
  readonly refused: readonly RefusedReason[];
  readonly refusedPrograms: number;
}
