// The nouns of jit/: programs before and after the verifier, layouts, compiled functions, images.
import type {ListedMapType, MapType, ProgramType} from './program-kinds.ts';

/** A map that programs refer to. Sizes in bytes. */
export interface MapSpec {
  readonly name: string;
  readonly type: MapType | ListedMapType;
  readonly keyBytes: number;
  readonly valueBytes: number;
  readonly maxEntries: number;
  /** Contents of `.data`, `.rodata` or `.bss`: the one element of an array map; absent = zero. */
  readonly initial?: Uint8Array;
  /** `.rodata`: never written once it is loaded, so that its contents are constants. */
  readonly readOnly?: true;
}

/**
 * A program as written, before any rewriting by a verifier.
 * `insns` holds 8 bytes per instruction, little endian (RFC 9669). A wide load (0x18) with src 1
 * refers to `maps[imm]`, with src 2 to the value of `maps[imm]` at the byte offset in the second
 * slot's imm. `85` with src 0 calls helper `imm` (12 = tail call), with src 1 the function at
 * instruction `this + 1 + imm`.
 */
export interface Program {
  readonly name: string;
  readonly type: ProgramType;
  readonly insns: Uint8Array;
  /** In order of `start` (instruction number); the first is the main program at 0. */
  readonly functions: readonly {readonly name: string; readonly start: number}[];
  readonly maps: readonly MapSpec[];
  /** Names of the kernel functions that it calls: `85` with src 2 has imm = index in this list. */
  readonly kernelFunctions?: readonly string[];
  /**
   * Only for programs that were read to show their code, and are never run: the parts that only a
   * kernel could fill in, and that have a stand-in of the same kind.
   */
  readonly standIns?: readonly StandIn[];
}

/** What jitstat uses in place of what only a kernel knows; see docs/real-programs.md. */
export const standIns = [
  'types of the kernel',
  'kernel functions',
  'kernel variables',
  'context of the kernel',
  'pointers of the kernel',
] as const;
export type StandIn = (typeof standIns)[number];

/**
 * One function of a verified program. `base` is its load address, `stackDepth` in bytes and not
 * rounded.
 */
export interface VerifiedFunction {
  readonly start: number;
  readonly base: bigint;
  readonly stackDepth: number;
  readonly tailCallReachable: boolean;
  readonly subprogram: boolean;
  /**
   * From 6.13 on: the per-CPU address of the top of a separate stack, for functions that kernels
   * may enter again before they return. Variants without that step put the stack into the frame.
   */
  readonly privateStack?: bigint;
  /**
   * From 6.7 on: `boundary` saves what an exception restores (the main function of a program that
   * throws), `callback` is where the exception continues.
   */
  readonly exceptions?: 'boundary' | 'callback';
}

/** From 6.9 on: the memory a program shares with user space, by its two addresses. */
export interface Arena {
  readonly kernelStart: bigint;
  readonly userStart: bigint;
}

/**
 * One direct tail call: which slot of which map it jumps through (`0xf5` with imm = index in this
 * list + 1).
 */
export interface PokeDescriptor {
  readonly map: number;
  readonly key: number;
}

/**
 * A program after the verifier, exactly what the emitter takes: map references are addresses, `85`
 * with src 0 has imm = function - callBase, `85` with src 1 has imm = index into `functions`, `f5`
 * is a tail call.
 */
export interface VerifiedProgram {
  readonly insns: Uint8Array;
  readonly functions: readonly VerifiedFunction[];
  readonly descriptors: readonly PokeDescriptor[];
  readonly arena?: Arena;
  /**
   * For each function the descriptors (from 0) in its table, as the kernel version hands them out;
   * absent for batch input.
   */
  readonly handed?: readonly (readonly number[])[];
  /**
   * For each instruction the number of the instruction it was made from (`Program.insns`); absent
   * for batch input.
   */
  readonly origin?: Int32Array;
}

/**
 * What the emitted bytes depend on besides program and variant. Addresses as unsigned 64-bit
 * values.
 */
export interface Layout {
  readonly callBase: bigint;
  readonly indirectBranch: 'retpoline' | 'thunk' | 'lfence' | 'plain';
  readonly indirectThunk: bigint | null;
  readonly returnThunk: bigint | null;
  /** int3 after ret and indirect jmp. */
  readonly sls: boolean;
  /** endbr64 landing pads. */
  readonly ibt: boolean;
  readonly bmi2: boolean;
  /** Largest forward displacement that gets a short jump. */
  readonly shortJumpMax: number;
  /** Offsets in `struct bpf_array` and `struct bpf_prog` that the indirect tail call reads. */
  readonly maxEntriesOffset: number;
  readonly ptrsOffset: number;
  readonly bpfFuncOffset: number;
  readonly percpuOffset: bigint | null;
}

/**
 * Part of a variant's code, for listings and size reports: `prologue`, `tail-call check`, `unwind`,
 * `body`, `exit` …
 */
export type StepName = string;

/**
 * A run of machine code that belongs to one step; `insn` is the verified instruction, -1 for the
 * prologue.
 */
export interface Mark {
  readonly offset: number;
  readonly bytes: number;
  readonly step: StepName;
  readonly insn: number;
}

/**
 * One compiled function. `ends[0]` is the end of the prologue, `ends[i]` the end of its i-th
 * instruction, in bytes from `base`.
 */
export interface CompiledFunction {
  readonly base: bigint;
  readonly code: Uint8Array;
  readonly ends: Uint32Array;
  /**
   * Which bytes belong to which step, in order and without gaps. Worked out on demand, since it
   * takes far more memory than the code.
   */
  readonly marks: () => readonly Mark[];
}

/**
 * Where one direct tail call is patched; offsets from the function's `base`. `bypass` is null if
 * a variant has none (v58).
 */
export interface PokeSite {
  readonly descriptor: number;
  readonly function: number;
  readonly insn: number;
  /** The 5 bytes that become `jmp target + adj`. */
  readonly target: number;
  /** The 5 bytes that skip the unwinding while the slot is empty. */
  readonly bypass: number | null;
  /** Where the bypass jump goes. */
  readonly bypassTarget: number | null;
  /** Bytes of the target program that a tail call skips. */
  readonly adj: number;
}

/** A compiled program: its functions in order and its poke sites in instruction order. */
export interface Compiled {
  readonly functions: readonly CompiledFunction[];
  readonly pokes: readonly PokeSite[];
  /** Emitter passes the driver needed, per function; empty for a foreign compiler. */
  readonly passes: readonly number[];
}

/**
 * The addresses of images. `fixed`: each function starts on a separate page at 8 + offset;
 * `stride`: `pages` pages after the one before, so that functions meet in one set of a cache or
 * TLB; the others are seeded.
 */
export type Placement =
  | {readonly kind: 'fixed'; readonly offset: number}
  | {readonly kind: 'stride'; readonly pages: number}
  | {readonly kind: 'random'; readonly seed: number}
  | {readonly kind: 'binary-alloc'; readonly seed: number}
  | {readonly kind: 'pack-alloc'; readonly seed: number};

/** One function of a linked image with its symbol (`program` or `program.function`). */
export interface ImageFunction extends CompiledFunction {
  readonly symbol: string;
  readonly program: string;
}

/** Several programs compiled and placed: everything a shim, objdump or a listing needs. */
export interface Image {
  readonly variant: string;
  readonly layout: Layout;
  readonly placement: Placement;
  /** Thunk code that the layout needs comes last, with program ''. */
  readonly functions: readonly ImageFunction[];
  readonly programs: readonly ImageProgram[];
  /** SHA-256 over code, poke sites and relative layout; equal hashes mean equal code. */
  readonly hash: string;
}

export interface ImageProgram {
  readonly name: string;
  readonly verified: VerifiedProgram;
  readonly compiled: Compiled;
}

/** What the verifier of a variant's kernel allows and decides. */
export interface VerifierRules {
  /**
   * `refuse`: v58's mutual exclusion; `allow`: rfc1; `allow-256`: v510 and later with the
   * caller-stack rule.
   */
  readonly tailCallsInSubprograms: 'refuse' | 'allow' | 'allow-256';
  /** v58: a program with tail calls gets a stack depth of 512. */
  readonly clampStackTo512: boolean;
  /** Stack rounding per frame in the sum over a call chain. */
  readonly frameRounding: 16 | 32;
  /** From 6.12 on the verifier sets the reach flag also for a function's own tail calls. */
  readonly ownTailCallReaches: boolean;
  /** Whether the reach flag is computed at all (v510 and later). */
  readonly propagatesReach: boolean;
  /**
   * Which division, load and atomic instructions exist: 3 = up to BPF cpu v3 without new atomics, …
   * see `jit/bpf/word/isa.ts`.
   */
  readonly isa: 'v5.8' | 'v5.10' | 'v6.1' | 'v6.12' | 'v6.18';
  /** Division rewrites: `old` = v5.x shape, `new` = 6.x shape (facts 8.2). */
  readonly divisionRewrite: 'old' | 'new';
}

/** One exchangeable code layout. */
export interface VariantInfo {
  readonly name: string;
  /** One line: which kernel or mail it comes from. */
  readonly from: string;
  /** What its bytes were compared with, one line each; empty if nothing else emits this code. */
  readonly provenAgainst: readonly string[];
  readonly rules: VerifierRules;
  /**
   * The layout used in user space unless options say otherwise; addresses are filled in by the
   * linker.
   */
  readonly layout: Layout;
}
