// A function with everything fixed but its jumps: the machine code of each instruction without the
// jump at its end, and the list of jumps.
//
//   code         | prologue | insn 1 | insn 2 …   fixed[i] bytes each; insn 0 is the prologue
//   open parts   at the end of their instruction: short or near jumps, jumps that vanish,
//                alignment nops
import type {Frame} from '../variants/frame.ts';
import type {Piece} from '../variants/derive.ts';
import type {Sequence} from '../variants/sequence.ts';
import type {Variant} from '../variants/variant.ts';

/** `openKind`: the number of a jump's condition, or one of these. */
export const jumpAlways = 16;
export const alignment = 17;

/**
 * `openTarget`: an instruction whose end is jumped to (0 = the end of the prologue), or one of
 * these.
 */
export const toExit = -1;
export const toItself = -2;

/** Instructions are counted from 1 within the function, as the kernel's emitter does. */
export interface Skeleton {
  readonly variant: Variant;
  readonly frame: Frame;
  readonly base: bigint;
  readonly functionIndex: number;
  /** Number of the function's first instruction in the program. */
  readonly start: number;
  readonly count: number;
  readonly prologue: readonly Piece[];
  readonly prologueBytes: number;
  readonly code: Uint8Array;
  readonly fixed: Uint8Array;
  readonly openCount: number;
  readonly openInsn: Int32Array;
  readonly openKind: Uint8Array;
  readonly openTarget: Int32Array;
  /** The instruction that got the epilogue; 0 = none. */
  readonly firstExit: number;
  readonly epilogue: readonly Piece[];
  /** Positions in `code` of 32-bit displacements, and where they lead, in bytes from `base`. */
  readonly relocationAt: readonly number[];
  readonly relocationTo: readonly number[];
  /** In instruction order; `descriptor` counts from 0, -1 = indirect. */
  readonly tailCalls: readonly {
    readonly insn: number;
    readonly descriptor: number;
    readonly sequence: Sequence;
  }[];
}
