// The vocabulary of tail calls: each step appends its bytes to a sequence; jumps out and poke sites
// are noted and filled in at the end.
//
//   at a tail call: rdi = ctx, rsi = address of the prog array, edx = index
//   the target gets rdi alone
import {assemble, at, at32, at8} from '../x86/assemble-form.ts';
import {conditionOf} from '../x86/names.ts';
import {nop5} from '../x86/nops.ts';
import {r8, rax, rbp, rcx, rdx, rsi, rsp} from '../x86/registers.ts';
import {counterOffset, landingOffset, rewindOps, unwindOps} from './derive.ts';
import type {Frame} from './frame.ts';
import {bytesOf} from './ops.ts';
import type {Draft, TailStep, Variant} from './variant.ts';

const put = (draft: Draft, ...instructions: readonly (readonly number[])[]): void => {
  for (const bytes of instructions) draft.bytes.push(...bytes);
};

/** A short conditional jump to the end. */
const putOut = (draft: Draft, condition: Parameters<typeof conditionOf>[0]): void => {
  put(draft, assemble('jcc rel8', conditionOf(condition), 0));
  draft.outs.push(draft.bytes.length - 1);
};

/** The counter is the upper half of its slot in the frame. */
const frameCounter = (variant: Variant, frame: Frame): number => counterOffset(variant, frame) + 4;

/** Compares the counter with the limit; jumps out if the limit is reached. */
export const checkCount: TailStep = {
  step: 'check count',
  write: (draft, variant, frame) => {
    const {kind, limit, failsIf} = variant.counter;
    if (kind === 'frame')
      put(
        draft,
        assemble('mov r32, r/m32', rax, at32(rbp, frameCounter(variant, frame))),
        assemble('cmp r/m32, imm8', rax, limit),
      );
    else
      put(
        draft,
        assemble('mov r64, r/m64', rax, at32(rbp, counterOffset(variant, frame))),
        assemble('cmp r/m64, imm8', at(rax), limit),
      );
    putOut(draft, failsIf);
  },
};

/** Counts this tail call. */
export const bumpCount: TailStep = {
  step: 'bump count',
  write: (draft, variant, frame) => {
    if (variant.counter.kind === 'frame')
      put(
        draft,
        assemble('add r/m32, imm8', rax, 1),
        assemble('mov r/m32, r32', at32(rbp, frameCounter(variant, frame)), rax),
      );
    else put(draft, assemble('add r/m64, imm8', at(rax), 1));
  },
};

/** jmp over the unwinding while the slot is empty; a nop5 when it is filled. */
export const bypass: TailStep = {
  step: 'bypass',
  write: (draft) => {
    draft.bypass = draft.bytes.length;
    put(draft, assemble('jmp rel32', 0));
  },
};

export const unwind: TailStep = {
  step: 'unwind',
  write: (draft, variant, frame) => put(draft, bytesOf(unwindOps(variant, frame))),
};

/** nop5 while the slot is empty; a jump to the target's landing when it is filled. */
export const target: TailStep = {
  step: 'target',
  write: (draft) => {
    draft.target = draft.bytes.length;
    put(draft, nop5);
  },
};

/** Nops after the target, so that the bypass lands on a multiple of 16. */
export const alignEnd: TailStep = {
  step: 'align',
  write: (draft) => {
    draft.aligned = true;
  },
};

/** Sets the frame up again if the target is still a nop. */
export const rewind: TailStep = {
  step: 'rewind',
  write: (draft, variant, frame) => put(draft, bytesOf(rewindOps(variant, frame))),
};

// R2 to R5 are dead at a tail call (the verifier forgets them), so their registers can keep R6 to R9
// during the unwinding.
const spare = [r8, rcx, rdx, rsi] as const;

const move = (to: number, from: number): readonly number[] => assemble('mov r/m64, r64', to, from);

/** mov spare, callee-saved: saves R6 to R9 from the pops. */
export const keepUsed: TailStep = {
  step: 'keep R6-R9',
  write: (draft, _variant, {used}) =>
    used.forEach((register, index) => put(draft, move(spare[index], register))),
};

export const restoreUsed: TailStep = {
  step: 'restore R6-R9',
  write: (draft, _variant, {used}) =>
    used.forEach((register, index) => put(draft, move(register, spare[index]))),
};

/** mov edx, edx; cmp [rsi + max_entries], edx; jumps out if the index is not below it. */
export const checkIndex: TailStep = {
  step: 'check index',
  write: (draft, _variant, {layout}) => {
    put(
      draft,
      assemble('mov r/m32, r32', rdx, rdx),
      assemble('cmp r/m32, r32', at8(rsi, layout.maxEntriesOffset), rdx),
    );
    putOut(draft, 'be');
  },
};

/** Loads the program from its slot; jumps out if the slot is empty. */
export const loadSlot: TailStep = {
  step: 'load slot',
  write: (draft, {habits}, {layout}) => {
    const register = habits.branchRegister;
    const slot = {...at32(rsi, layout.ptrsOffset), index: {register: rdx, scale: 8}} as const;
    put(
      draft,
      assemble('mov r64, r/m64', register, slot),
      assemble('test r/m64, r64', register, register),
    );
    putOut(draft, 'e');
  },
};

/** Program to code address: bpf_func plus the landing offset. */
export const loadEntry: TailStep = {
  step: 'load entry',
  write: (draft, variant, frame) => {
    const register = variant.habits.branchRegister;
    put(
      draft,
      assemble('mov r64, r/m64', register, at8(register, frame.layout.bpfFuncOffset)),
      assemble('add r/m64, imm8', register, landingOffset(variant, frame)),
    );
  },
};

/**
 * An indirect branch as the layout demands it: an inline retpoline, a jump to a thunk, lfence before
 * a plain jump, or a plain jump.
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
      put(draft, assemble('jmp rel32', 0));
      draft.thunk = draft.bytes.length - 4;
    } else if (kind === 'retpoline') put(draft, retpoline(register));
    else if (kind === 'lfence') put(draft, assemble('lfence'), assemble('jmp r/m64', register));
    else put(draft, assemble('jmp r/m64', register), layout.sls ? assemble('int3') : []);
  },
};

/**
 * A call that skips a speculation trap; the target replaces the return address; ret. It takes 17
 * bytes for rax or rcx.
 */
export const retpoline = (register: number): number[] =>
  [
    assemble('call rel32', 7), // to the mov
    assemble('pause'),
    assemble('lfence'),
    assemble('jmp rel8', -7), // to the pause
    assemble('mov r/m64, r64', at(rsp), register),
    assemble('ret'),
  ].flat();
