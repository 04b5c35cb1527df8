// What a run of the interpreter takes and gives: world, context, options, outcome.
import type {MapState} from './map-state.ts';
import type {Memory} from './interpreter-memory.ts';

/**
 * What a helper sees. Returning undefined means that an argument was bad; the run ends with a
 * fault.
 */
export interface HelperCall {
  readonly args: readonly bigint[];
  readonly memory: Memory;
  readonly mapAt: (address: bigint) => MapState | undefined;
}
export type Helper = (call: HelperCall) => bigint | undefined;

/** Everything outside the program. It lives longer than a run, so that maps keep their contents. */
export interface World {
  readonly memory: Memory;
  readonly maps: ReadonlyMap<string, MapState>;
}

/**
 * The context as programs see it: `load` and `store` by offset from the pointer in R1; undefined or
 * false = no such field.
 */
export interface Context {
  readonly load: (offset: number, bytes: number) => bigint | undefined;
  readonly store?: (offset: number, bytes: number, value: bigint) => boolean;
}

export interface InterpretOptions {
  readonly world?: World;
  readonly context?: Context;
  /** R1 to R5; absent = R1 is the context, the others 0. */
  readonly registers?: readonly bigint[];
  /** By number; map lookup, update and delete and tail calls are built in. */
  readonly helpers?: Readonly<Record<number, Helper>>;
  /** Default 1,000,000. */
  readonly stepLimit?: number;
  /**
   * How tail calls are counted: by one counter per run (6.12 and later), by a copy for each call
   * (5.10 to 6.11), or by each function from zero (the RFC).
   */
  readonly tailCallCounter?: 'shared' | 'inherited' | 'fresh';
  /** An empty slot uses up a tail call as well (up to 6.11). */
  readonly countMisses?: boolean;
}

/** How a run ended. `steps` are executed instructions, `tailCalls` those that found a program. */
export type Outcome = {readonly steps: number; readonly tailCalls: number} & (
  | {readonly kind: 'returned'; readonly value: bigint}
  | {
      readonly kind: 'fault';
      readonly program: string;
      readonly insn: number;
      readonly reason: string;
    }
  | {readonly kind: 'step-limit'}
);
