// The vocabulary of prologues: each step says what it emits for a frame, and how an exit and a tail
// call undo it.
import {assemble} from '../x86/assemble-form.ts';
import {conditionOf} from '../x86/names.ts';
import {nop5} from '../x86/nops.ts';
import {r12, rax, rbp, rbx, rcx, rdx, rsi, rsp} from '../x86/registers.ts';
import {calleeSaved} from './frame.ts';
import type {Frame} from './frame.ts';
import {allocate, code, push, pushZero, registerNames, setFrame} from './ops.ts';
import type {Op} from './ops.ts';

/** True if this function keeps a tail-call counter in its frame. */
export type Counts = (frame: Frame) => boolean;

export interface Step {
  readonly step: string;
  readonly ops: (frame: Frame) => readonly Op[];
  /**
   * How an exit undoes it: `pop` pops what was pushed (a counter into `into`), `leave` has the
   * `leave` instruction drop it.
   */
  readonly exit: 'pop' | 'leave' | 'nothing';
  /** Where a popped counter goes at an exit. */
  readonly into?: number;
  /** A tail call lands at the start of this step. */
  readonly landing?: true;
  /** The register it makes R10, instead of rbp, in functions with a private stack. */
  readonly framePointer?: number;
}

/** Where indirect branches may land, with IBT. */
export const endbr: Step = {
  step: 'endbr',
  ops: ({layout}) => (layout.ibt ? [code(assemble('endbr64'))] : []),
  exit: 'nothing',
};

/** The five bytes that tracing may patch. */
export const hook: Step = {step: 'hook', ops: () => [code(nop5)], exit: 'nothing'};

/** Counter = 0 in rax for functions that start a count; others get a nop of the same size. */
export const startCount = (
  zero: readonly number[],
  otherwise: readonly number[],
  starts: Counts,
): Step => ({
  step: 'start count',
  ops: (frame) => [code(starts(frame) ? zero : otherwise)],
  exit: 'nothing',
});

export const xorEaxEax = assemble('xor r/m32, r32', rax, rax);
export const xorRaxRax = assemble('xor r/m64, r64', rax, rax);
export {nop2, nop3} from '../x86/nops.ts';

/** All that exceptions restore, in the order in which it is pushed at their boundary. */
const kept = [r12, ...calleeSaved] as const;

/**
 * A callback of exceptions continues in the frame of the boundary (6.7): rsi is where its pushed
 * registers end, rdx its rbp.
 */
const takeFrame = [
  ...assemble('mov r/m64, r64', rsp, rsi),
  ...assemble('mov r/m64, r64', rbp, rdx),
  ...kept.toReversed().flatMap((register) => assemble('pop r64', register)),
  ...assemble('mov r/m64, r64', rsp, rbp),
];

/** push rbp; mov rbp, rsp */
export const pushFrame: Step = {
  step: 'push frame',
  ops: ({exceptions}) =>
    exceptions === 'callback' ? [code(takeFrame)] : [push(rbp, 'rbp'), setFrame],
  exit: 'leave',
};

/**
 * Where a tail call lands: it skips the steps before this one, which the caller has done. With IBT
 * this is an `endbr64`.
 */
export const landing: Step = {...endbr, step: 'landing', landing: true};

/** sub rsp, stack; with `always`, even if the stack is empty. */
export const allocateStack = (when: 'always' | 'if used'): Step => ({
  step: 'allocate stack',
  ops: ({stackBytes}) => (when === 'always' || stackBytes !== 0 ? [allocate(stackBytes)] : []),
  exit: 'leave',
});

const pushRegister = (register: number): Op => push(register, registerNames[register]);

export const pushAllCalleeSaved: Step = {
  step: 'push callee-saved',
  ops: () => calleeSaved.map(pushRegister),
  exit: 'pop',
};

/** r12 is pushed only for an arena, or with all others at the boundary of exceptions. */
const keptOf = ({used, exceptions, arena}: Frame): readonly number[] =>
  exceptions === 'boundary' ? kept : arena === undefined ? used : [r12, ...used];

export const pushUsed: Step = {
  step: 'push used',
  ops: (frame) => keptOf(frame).map(pushRegister),
  exit: 'pop',
};

/** push 0: every program counts from its own zero; dropped into rbx, which is restored next. */
export const pushZeroCounter: Step = {
  step: 'push counter',
  ops: () => [pushZero('counter')],
  exit: 'pop',
  into: rbx,
};

/** push rax: the counter comes from whoever jumped or called here. */
export const pushCounter = (counts: Counts, exit: 'pop' | 'leave'): Step => ({
  step: 'push counter',
  ops: (frame) => (counts(frame) ? [push(rax, 'counter')] : []),
  exit,
  into: rcx,
});

const mostCount = 33;
const pushRax = assemble('push r64', rax);

/**
 * Main program: rax up to 33 is a count, which is pushed, and then its address; above, rax is the
 * address of one, which is pushed twice.
 */
const countOrAddress = [
  ...assemble('cmp r/m64, imm8', rax, mostCount),
  ...assemble('jcc rel8', conditionOf('a'), 6), // to the second push but one
  ...pushRax,
  ...assemble('mov r/m64, r64', rax, rsp),
  ...assemble('jmp rel8', 1), // to the last push
  ...pushRax,
  ...pushRax,
];

/** 6.12 and later: the count is in the entry program's frame, and all others point to it. */
export const pushCounterAddress = (counts: Counts): Step => ({
  step: 'push counter',
  ops: (frame) =>
    counts(frame)
      ? [code(frame.subprogram ? [...pushRax, ...pushRax] : countOrAddress, ['count', 'counter'])]
      : [],
  exit: 'leave',
});
