// What a prologue depends on: the facts about one function that the emitter knows before it writes
// a byte.
import type {Layout, VerifiedFunction} from '../types.ts';
import {r13, r14, r15, rbx} from '../x86/registers.ts';

export interface Frame {
  /** Machine registers of R6 to R9 that the function uses, in that order. */
  readonly used: readonly number[];
  /** From the verifier, in bytes. */
  readonly stackDepth: number;
  /** Rounded up to 8. */
  readonly stackBytes: number;
  readonly hasTailCall: boolean;
  /** The verifier found a tail call in this function or below it. */
  readonly reachable: boolean;
  readonly subprogram: boolean;
  readonly exceptions?: VerifiedFunction['exceptions'] | undefined;
  /** Per-CPU address; the stack is then outside the frame, and `stackBytes` is 0. */
  readonly privateStack?: bigint | undefined;
  /** The kernel's address of the program's arena. */
  readonly arena?: bigint | undefined;
  readonly layout: Layout;
}

/** rbx, r13, r14, r15 hold R6 to R9. */
export const calleeSaved = [rbx, r13, r14, r15] as const;
