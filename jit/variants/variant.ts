// What a variant is: an ordered list of prologue steps, two lists of tail-call steps, and the
// habits of its kernel's emitter.
import type {Compiled, Layout, VariantInfo, VerifiedProgram} from '../types.ts';
import type {Frame} from './frame.ts';
import type {Step} from './prologue-steps.ts';

/**
 * How the count is tested and where it is. `frame`: the upper half of a frame slot; `address`:
 * where a frame slot points to.
 */
export interface Counter {
  readonly kind: 'frame' | 'address';
  /**
   * The limit in the compare instruction, and the condition that ends the chain: above, or above or
   * equal.
   */
  readonly limit: 32 | 33;
  readonly failsIf: 'a' | 'ae';
}

/** A tail call being written. Offsets are from its start. */
export interface Draft {
  readonly bytes: number[];
  readonly marks: {readonly offset: number; readonly bytes: number; readonly step: string}[];
  /** Positions of 8-bit displacements that lead to the end. */
  readonly outs: number[];
  /** The 5 bytes that skip the unwinding. */
  bypass: number | null;
  /** The 5 bytes that become the jump. */
  target: number | null;
  /** Position of a 32-bit displacement to the indirect-branch thunk. */
  thunk: number | null;
  /** The end is padded to a multiple of 16 in memory. */
  aligned: boolean;
}

export interface TailStep {
  readonly step: string;
  readonly write: (draft: Draft, variant: Variant, frame: Frame) => void;
}

/** Habits of the emitter that are not frame layout. */
export interface Habits {
  /** Selects the lowerings: see `jit/lower/lowering.ts`. */
  readonly era: 'old' | 'v61' | 'v612' | 'v618';
  /** Calls before which rax is loaded with the counter, if the frame has one. */
  readonly loadsCounterFor: 'no call' | 'every call' | 'bpf2bpf calls';
  /** v510 computes the slot for that load from the unrounded stack depth. */
  readonly roundsCounterOffset: boolean;
  /** Passes from 15 on, and the extra pass, keep the sizes of jumps by adding nops (5.12). */
  readonly padsJumps: boolean;
  /**
   * The image pass compares the end of every instruction with the pass before, not only the total
   * (6.1).
   */
  readonly checksEveryEnd: boolean;
  /** The prologue counts as part of the first instruction (up to 5.10). */
  readonly prologueInFirst: boolean;
  /** Wide loads have a sign-extended 7-byte form (6.12). */
  readonly signExtendsWideLoads: boolean;
  readonly longestNop: 8 | 11;
  /** Register that holds the target of an indirect tail call. */
  readonly branchRegister: 0 | 1;
  /** The inline retpoline is a build option; later kernels jump to a thunk if there is one. */
  readonly prefersThunk: boolean;
}

/** A tail call being written. Offsets are from its start. */
export interface Draft {
  readonly bytes: number[];
  readonly marks: {readonly offset: number; readonly bytes: number; readonly step: string}[];
  /** Positions of 8-bit displacements that lead to the end. */
  readonly outs: number[];
  /** The 5 bytes that skip the unwinding. */
  bypass: number | null;
  /** The 5 bytes that become the jump. */
  target: number | null;
  /** Position of a 32-bit displacement to the indirect-branch thunk. */
  thunk: number | null;
  /** The end is padded to a multiple of 16 in memory. */
  aligned: boolean;
}

export interface TailStep {
  readonly step: string;
  readonly write: (draft: Draft, variant: Variant, frame: Frame) => void;
}

export interface Variant extends VariantInfo {
  readonly prologue: readonly Step[];
  /** True if a function with this frame keeps a counter. */
  readonly counts: (frame: Frame) => boolean;
  readonly counter: Counter;
  readonly direct: readonly TailStep[];
  readonly indirect: readonly TailStep[];
  readonly habits: Habits;
  /** What `bypass` and `target` of the poke sites are called in batch answers of this time. */
  readonly pokeNames: 'ip' | 'target';
  /**
   * The driver unless the caller chooses one. `converging` if alignment padding would keep the
   * kernel's from settling.
   */
  readonly driver: 'kernel' | 'converging';
  /** Set for a foreign compiler; frame and steps above are then those of `like`. */
  readonly foreign?: Foreign;
}

/** A compiler in another program, which is asked instead of our own lowering. */
export interface Foreign {
  /** The variant whose verifier rules apply. */
  readonly like: string;
  /** Members of its poke descriptor that jitstat cannot patch: live slots are then refused. */
  readonly unknownPokes: readonly string[];
  readonly compile: (programs: readonly VerifiedProgram[], layout: Layout) => readonly Compiled[];
  /** Answers for batch requests, with the emitter's own names, or the error of each. */
  readonly answers: (requests: readonly ForeignRequest[]) => readonly (object | Error)[];
}

export interface ForeignRequest {
  readonly program: VerifiedProgram;
  readonly layout: Layout;
}
