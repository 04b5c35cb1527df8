// The vocabulary of prologues: each step says what it emits for a frame, and how an exit and a tail
// call take it back.
import {rax, rbp, rbx, rcx} from '../x86/registers.ts';
import {nop5} from '../x86/nops.ts';
import {calleeSaved, endbr64} from './frame.ts';
import type {Frame} from './frame.ts';
import {registerNames} from './ops.ts';
import type {Op} from './ops.ts';

/** Does this function keep a tail-call counter in its frame? */
export type Counts = (frame: Frame) => boolean;

export interface Step {
  readonly step: string;
  readonly ops: (frame: Frame) => readonly Op[];
  /**
   * What an exit does about it: `pop` takes it back (a counter into `into`), `leave` lets `leave`
   * drop it.
   */
  readonly exit: 'pop' | 'leave' | 'nothing';
  /** Where a popped counter goes at an exit. */
  readonly into?: number;
  /** A tail call lands at the start of this step. */
  readonly landing?: true;
}

const code = (bytes: readonly number[], slots: readonly string[] = []): Op => ({
  op: 'code',
  bytes,
  slots,
});

/** Where indirect branches may land, with IBT. */
export const endbr: Step = {
  step: 'endbr',
  ops: ({layout}) => (layout.ibt ? [code(endbr64)] : []),
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

export const xorEaxEax = [0x31, 0xc0] as const;
export const xorRaxRax = [0x48, 0x31, 0xc0] as const;
export const nop2 = [0x66, 0x90] as const;
export const nop3 = [0x0f, 0x1f, 0x00] as const;

/** push rbp; mov rbp, rsp */
export const pushFrame: Step = {
  step: 'push frame',
  ops: () => [{op: 'push', register: rbp, slot: 'rbp'}, {op: 'setFrame'}],
  exit: 'leave',
};

/**
 * The place a tail call jumps to; everything above stays from the caller. With IBT it is an
 * `endbr64`.
 */
export const landing: Step = {...endbr, step: 'landing', landing: true};

/** sub rsp, stack; `always` also for an empty stack. */
export const allocateStack = (when: 'always' | 'if used'): Step => ({
  step: 'allocate stack',
  ops: ({stackBytes}) =>
    when === 'always' || stackBytes !== 0 ? [{op: 'allocate', bytes: stackBytes}] : [],
  exit: 'leave',
});

const pushRegister = (register: number): Op => ({
  op: 'push',
  register,
  slot: registerNames[register],
});

export const pushAllCalleeSaved: Step = {
  step: 'push callee-saved',
  ops: () => calleeSaved.map(pushRegister),
  exit: 'pop',
};

export const pushUsed: Step = {
  step: 'push used',
  ops: ({used}) => used.map(pushRegister),
  exit: 'pop',
};

/** push 0: every program counts from its own zero; dropped into rbx, which is restored next. */
export const pushZeroCounter: Step = {
  step: 'push counter',
  ops: () => [{op: 'push0', slot: 'counter'}],
  exit: 'pop',
  into: rbx,
};

/** push rax: the counter comes from whoever jumped or called here. */
export const pushCounter = (counts: Counts, exit: 'pop' | 'leave'): Step => ({
  step: 'push counter',
  ops: (frame) => (counts(frame) ? [{op: 'push', register: rax, slot: 'counter'}] : []),
  exit,
  into: rcx,
});

//   main program: rax <= 33 is a count (it is pushed, and then where it lies); above, it is the
// address of one (pushed twice)
//       cmp rax, 33; ja +6; push rax; mov rax, rsp; jmp +1; push rax; push rax
const countOrAddress = [
  0x48, 0x83, 0xf8, 0x21, 0x77, 0x06, 0x50, 0x48, 0x89, 0xe0, 0xeb, 0x01, 0x50, 0x50,
] as const;

/** 6.12 and later: the count lies in the entry program's frame, and all others point to it. */
export const pushCounterAddress = (counts: Counts): Step => ({
  step: 'push counter',
  ops: (frame) =>
    counts(frame)
      ? [code(frame.subprogram ? [0x50, 0x50] : countOrAddress, ['count', 'counter'])]
      : [],
  exit: 'leave',
});
