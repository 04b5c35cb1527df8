// Stack operations as values: their bytes, what they leave on the stack, and what undoes each of
// them. A new operation is one more value of this kind; nothing else has to know about it.
import {assemble} from '../x86/assemble-form.ts';
import {r12, r13, r14, r15, r8, rax, rbp, rbx, rcx, rdx, rsi, rsp} from '../x86/registers.ts';

/**
 * Names a value on the stack: a callee-saved register's old value, a counter, the return address …
 */
export type Slot = string;

export interface Op {
  readonly bytes: readonly number[];
  /** What it adds to the stack, in order; sizes in bytes. */
  readonly adds: readonly {readonly slot: Slot; readonly bytes: number}[];
  /** What undoes it; a counter on the stack goes to the register `counterTo`. */
  readonly undo: (counterTo: number) => readonly Op[];
}

export const registerNames: Readonly<Record<number, string>> = {
  [rax]: 'rax',
  [rcx]: 'rcx',
  [rdx]: 'rdx',
  [rbx]: 'rbx',
  [rbp]: 'rbp',
  [rsi]: 'rsi',
  [r8]: 'r8',
  [r12]: 'r12',
  [r13]: 'r13',
  [r14]: 'r14',
  [r15]: 'r15',
};

/** An operation that occurs only in exits and tail calls, where it undoes another one. */
export const final = (bytes: readonly number[]): Op => ({
  bytes,
  adds: [],
  undo: () => {
    throw new Error('A prologue does not contain this operation.');
  },
});

const registers = Array.from({length: 16}, (_, register) => register);
const pops = registers.map((register) => final(assemble('pop r64', register)));
const pushes = registers.map((register) => assemble('push r64', register));

export const pop = (register: number): Op => pops[register];
export const leave: Op = final(assemble('leave'));

/** add rsp, bytes: always with a 32-bit size, as the kernel writes it. */
const release = (bytes: number): Op => final(assemble('add r/m64, imm32', rsp, bytes));

/** Code that leaves the stack alone, except for the 8-byte `slots` it pushes, in order. */
export const code = (bytes: readonly number[], slots: readonly Slot[] = []): Op => ({
  bytes,
  adds: slots.map((slot) => ({slot, bytes: 8})),
  undo: (counterTo) => slots.map(() => pop(counterTo)),
});

/** A register's own value is popped back to it, anything else is a counter. */
export const push = (register: number, slot: Slot): Op => ({
  bytes: pushes[register],
  adds: [{slot, bytes: 8}],
  undo: (counterTo) => [pop(slot === registerNames[register] ? register : counterTo)],
});

/** push 0 */
export const pushZero = (slot: Slot): Op => ({
  bytes: assemble('push imm8', 0),
  adds: [{slot, bytes: 8}],
  undo: (counterTo) => [pop(counterTo)],
});

/** sub rsp, bytes: always with a 32-bit size, as the kernel writes it. */
export const allocate = (bytes: number): Op => ({
  bytes: assemble('sub r/m64, imm32', rsp, bytes),
  adds: bytes > 0 ? [{slot: 'BPF stack', bytes}] : [],
  undo: () => [release(bytes)],
});

/** mov rbp, rsp */
export const setFrame: Op = {
  bytes: assemble('mov r/m64, r64', rbp, rsp),
  adds: [],
  undo: () => [leave],
};

export const bytesOf = (ops: readonly Op[]): number[] => ops.flatMap(({bytes}) => bytes);

/** The operations that undo `ops`, last first; a pushed counter goes to `counterTo`. */
export const undo = (ops: readonly Op[], counterTo: number): Op[] =>
  ops.toReversed().flatMap((op) => op.undo(counterTo));
