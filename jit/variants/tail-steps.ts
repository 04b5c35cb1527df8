// The vocabulary of tail calls: each step appends its bytes to a sequence; jumps out and poke sites
// are noted and filled in at the end.
//
//   at a tail call: rdi = ctx, rsi = address of the prog array, edx = index; the target gets rdi
// alone
import {i32Bytes} from '../x86/buffer.ts';
import {nop5} from '../x86/nops.ts';
import {high, low, r8, rcx, rdx, rsi} from '../x86/registers.ts';
import {counterOffset, landingOffset, rewindOps, unwindOps} from './derive.ts';
import type {Frame} from './frame.ts';
import {bytesOf} from './ops.ts';
import type {Variant} from './variant.ts';

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

const put = (draft: Draft, ...bytes: readonly number[]): void => {
  draft.bytes.push(...bytes);
};

/** A short conditional jump to the end. */
const putOut = (draft: Draft, condition: number): void => {
  put(draft, condition, 0);
  draft.outs.push(draft.bytes.length - 1);
};

/** The counter is the upper half of its slot in the frame. */
const frameCounter = (variant: Variant, frame: Frame): number => counterOffset(variant, frame) + 4;

/** Compare the counter with the limit; out if it is used up. */
export const checkCount: TailStep = {
  step: 'check count',
  write: (draft, variant, frame) => {
    const {kind, limit, failsIf} = variant.counter;
    if (kind === 'frame')
      put(draft, 0x8b, 0x85, ...i32Bytes(frameCounter(variant, frame)), 0x83, 0xf8, limit);
    else
      put(
        draft,
        0x48,
        0x8b,
        0x85,
        ...i32Bytes(counterOffset(variant, frame)),
        0x48,
        0x83,
        0x38,
        limit,
      );
    putOut(draft, failsIf);
  },
};

/** Count this tail call. */
export const bumpCount: TailStep = {
  step: 'bump count',
  write: (draft, variant, frame) => {
    if (variant.counter.kind === 'frame')
      put(draft, 0x83, 0xc0, 1, 0x89, 0x85, ...i32Bytes(frameCounter(variant, frame)));
    else put(draft, 0x48, 0x83, 0x00, 1);
  },
};

/** jmp over the unwinding while the slot is empty; a nop5 when it is filled. */
export const bypass: TailStep = {
  step: 'bypass',
  write: (draft) => {
    draft.bypass = draft.bytes.length;
    put(draft, 0xe9, 0, 0, 0, 0);
  },
};

export const unwind: TailStep = {
  step: 'unwind',
  write: (draft, variant, frame) => put(draft, ...bytesOf(unwindOps(variant, frame))),
};

/** nop5 while the slot is empty; a jump to the target's landing when it is filled. */
export const target: TailStep = {
  step: 'target',
  write: (draft) => {
    draft.target = draft.bytes.length;
    put(draft, ...nop5);
  },
};

/** Nops after the target, so that the bypass lands on a multiple of 16. */
export const alignEnd: TailStep = {
  step: 'align',
  write: (draft) => {
    draft.aligned = true;
  },
};

/** Sets the frame up again when the target stayed a nop. */
export const rewind: TailStep = {
  step: 'rewind',
  write: (draft, variant, frame) => put(draft, ...bytesOf(rewindOps(variant, frame))),
};

// R2 to R5 are dead at a tail call (the verifier forgets them), so their registers can carry R6 to
// R9 over the unwinding.
const spare = [r8, rcx, rdx, rsi] as const;

const move = (to: number, from: number): number[] => [
  0x48 | (high(from) << 2) | high(to),
  0x89,
  0xc0 | (low(from) << 3) | low(to),
];

/** mov spare, callee-saved: keeps R6 to R9 where popping does not reach. */
export const keepUsed: TailStep = {
  step: 'keep R6-R9',
  write: (draft, _variant, {used}) =>
    used.forEach((register, index) => put(draft, ...move(spare[index], register))),
};

export const restoreUsed: TailStep = {
  step: 'restore R6-R9',
  write: (draft, _variant, {used}) =>
    used.forEach((register, index) => put(draft, ...move(register, spare[index]))),
};

/** mov edx, edx; cmp [rsi + max_entries], edx; out if the index is not below. */
export const checkIndex: TailStep = {
  step: 'check index',
  write: (draft, _variant, {layout}) => {
    put(draft, 0x89, 0xd2, 0x39, 0x56, layout.maxEntriesOffset);
    putOut(draft, 0x76);
  },
};

/** Load the program from its slot; out if there is none. */
export const loadSlot: TailStep = {
  step: 'load slot',
  write: (draft, {habits}, {layout}) => {
    const register = habits.branchRegister;
    put(draft, 0x48, 0x8b, 0x84 | (register << 3), 0xd6, ...i32Bytes(layout.ptrsOffset));
    put(draft, 0x48, 0x85, 0xc0 | (register << 3) | register);
    putOut(draft, 0x74);
  },
};

/** Program to code address: bpf_func plus the landing offset. */
export const loadEntry: TailStep = {
  step: 'load entry',
  write: (draft, variant, frame) => {
    const register = variant.habits.branchRegister;
    put(draft, 0x48, 0x8b, 0x40 | (register << 3) | register, frame.layout.bpfFuncOffset);
    put(draft, 0x48, 0x83, 0xc0 | register, landingOffset(variant, frame));
  },
};

/**
 * How the layout wants indirect branches: inline retpoline, a jump to a thunk, lfence before a
 * plain jump, a plain jump.
 */
export const branch: TailStep = {
  step: 'branch',
  write: (draft, {habits}, {layout}) => {
    const register = habits.branchRegister;
    const kind =
      layout.indirectBranch === 'retpoline' && habits.prefersThunk && layout.indirectThunk !== null
        ? 'thunk'
        : layout.indirectBranch;
    if (kind === 'thunk') {
      put(draft, 0xe9, 0, 0, 0, 0);
      draft.thunk = draft.bytes.length - 4;
    } else if (kind === 'retpoline') put(draft, ...retpoline(register));
    else if (kind === 'lfence') put(draft, 0x0f, 0xae, 0xe8, 0xff, 0xe0 | register);
    else put(draft, 0xff, 0xe0 | register, ...(layout.sls ? [0xcc] : []));
  },
};

/**
 * call over a speculation trap; put the target over the return address; ret. 17 bytes for rax or
 * rcx.
 */
export const retpoline = (register: number): number[] => [
  0xe8,
  0x07,
  0,
  0,
  0, // call +7
  0xf3,
  0x90,
  0x0f,
  0xae,
  0xe8,
  0xeb,
  0xf9, // pause; lfence; jmp -7
  0x48,
  0x89,
  0x04 | (register << 3),
  0x24, // mov [rsp], register
  0xc3,
];
