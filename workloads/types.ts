// What a workload is: programs, a scenario of steps, and what must come out.
import type {ProgramType} from '../jit/program-kinds.ts';
import type {MapSpec, Program} from '../jit/types.ts';

/**
 * One step of a scenario. Keys are slot numbers or array indexes; values and outputs are hex.
 * `update` fills a slot of a prog array. `set` writes into an array element; into an xskmap it puts
 * a socket. `delete` empties either.
 */
export type Step =
  | {readonly op: 'update'; readonly map: string; readonly key: number; readonly program: string}
  | {
      readonly op: 'delete';
      readonly map: string;
      readonly key: number;
      readonly expect?: 'ok' | 'ENOENT';
    }
  | {
      readonly op: 'set';
      readonly map: string;
      readonly key: number;
      readonly offset?: number;
      readonly value: string;
    }
  /**
   * `retval` is the program's own return value after the last repetition, null if any will do;
   * `output` is the flow keys.
   */
  | {
      readonly op: 'run';
      readonly label: string;
      readonly packet: string;
      readonly flags?: number;
      readonly expect: {readonly retval: number | null; readonly output?: string};
    }
  /**
   * A counter kept by the programs: little-endian u32 at `offset` of the element; `perRepeat` =
   * expected after one repetition of every run so far.
   */
  | {
      readonly op: 'expect';
      readonly map: string;
      readonly key: number;
      readonly offset?: number;
      readonly perRepeat: number;
    };

/**
 * What a variant does instead of the expected values; `text` must occur in the refusal, `retvals`
 * by run label.
 * `outcome`: the shim does not reach the end, or finds a value other than the expected one.
 */
export type Instead =
  | {readonly kind: 'refuse'; readonly text: string; readonly why: string}
  | {
      readonly kind: 'misbehave';
      readonly why: string;
      readonly retvals?: Readonly<Record<string, number>>;
      readonly perRepeat?: Readonly<Record<string, number>>;
      readonly outcome?: 'crash' | 'wrong';
    };

/** Programs plus scenario. Every `run` step is played `repeat` times. */
export interface Workload {
  readonly name: string;
  /** One line: what it is for. */
  readonly purpose: string;
  readonly type: ProgramType;
  readonly maps: readonly MapSpec[];
  readonly programs: readonly Program[];
  readonly entry: string;
  readonly packets: Readonly<Record<string, string>>;
  readonly scenario: readonly Step[];
  /** By variant name; absent = the expectations of the scenario hold. */
  readonly instead?: Readonly<Record<string, Instead>>;
}

/**
 * Program executions of the entry program in one repetition of the scenario (each run step counts
 * once).
 */
export const executionsPerRepeat = (workload: Workload): number =>
  workload.scenario.filter((step) => step.op === 'run').length;
