// What one random function may use, and the type of its pieces.
import type {Insn} from '../../jit/bpf/word/insn.ts';
import type {Isa} from '../../jit/bpf/word/isa.ts';
import type {Choices} from './choices.ts';

/** Bytes of the packet that programs read and write. */
export const packetBytes = 128;

/** What one function may use. `packet` and `context` are the registers that hold these pointers. */
export interface Scope {
  readonly random: Choices;
  readonly isa: Isa;
  readonly provable: boolean;
  /** Registers with numbers in them. */
  readonly numbers: readonly number[];
  readonly packet: number;
  readonly context: number | undefined;
  readonly stackBytes: number;
  /** Functions that may be called, by number. */
  readonly callees: readonly number[];
  /** Slots that may be jumped through. */
  readonly targets: readonly number[];
}

/**
 * A piece of a function: one entry, falls through at its end. `skip`: its first instruction jumps
 * over this many pieces.
 */
export interface Piece {
  readonly insns: Insn[];
  readonly jumpAt?: number;
  readonly skip?: number;
  readonly calls?: {readonly at: number; readonly callee: number};
}
