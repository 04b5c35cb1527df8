// Programs to compile, wherever they come from: the form that sizes and listings work on.
import type {Refusal} from '../../jit/refusal.ts';
import type {Layout, VerifiedProgram} from '../../jit/types.ts';
import type {Variant} from '../../jit/variants/variant.ts';

/** A program that can be compiled. */
export interface ProgramSource {
  readonly name: string;
  readonly type: string;
  /** BPF instructions. */
  readonly instructions: number;
  /**
   * The input for the emitter of a variant, at addresses that do not overlap, and its layout.
   * Throws a Refusal, or a UserError in the verifier's words.
   */
  readonly verifiedFor: (variant: Variant) => Compilable;
  /** The running kernel's code for it; null if it was not loaded there. */
  readonly kernel: KernelCode | null;
}

export interface KernelCode {
  readonly functions: readonly Uint8Array[];
  /** Where it differs from a variant's code; null if it was followed to the end. */
  readonly lost: () => string | null;
  /** Where the code of each instruction of a function begins; null if it was not followed. */
  readonly offsets: (number: number) => readonly number[] | null;
}

export interface Compilable {
  readonly program: VerifiedProgram;
  readonly layout: Layout;
}

/** The content of an object. `name` is '' if the reason is about the whole file. */
export interface LoadedObject {
  readonly programs: readonly ProgramSource[];
  /** True if it comes from the cache of what the kernel made of objects. */
  readonly isCached?: true;
  readonly refused: readonly {readonly name: string; readonly error: Error | Refusal}[];
}
