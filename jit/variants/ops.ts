// Stack operations as data: their bytes, what they do to the stack, and what takes each of them
// back.
import {i32Bytes} from '../x86/buffer.ts';
import {high, low, rax, rbp, rbx, rcx, rdx, rsi, r13, r14, r15, r8} from '../x86/registers.ts';

/**
 * Names a value on the stack: a callee-saved register's old value, a counter, the return address …
 */
export type Slot = string;

export type Op =
  /** Code that leaves the stack alone, except for the 8-byte `slots` it pushes, in order. */
  | {readonly op: 'code'; readonly bytes: readonly number[]; readonly slots: readonly Slot[]}
  | {readonly op: 'push'; readonly register: number; readonly slot: Slot}
  | {readonly op: 'push0'; readonly slot: Slot}
  | {readonly op: 'pop'; readonly register: number}
  | {readonly op: 'allocate'; readonly bytes: number}
  | {readonly op: 'release'; readonly bytes: number}
  | {readonly op: 'setFrame'}
  | {readonly op: 'leave'};

export const registerNames: Readonly<Record<number, string>> = {
  [rax]: 'rax',
  [rcx]: 'rcx',
  [rdx]: 'rdx',
  [rbx]: 'rbx',
  [rbp]: 'rbp',
  [rsi]: 'rsi',
  [r8]: 'r8',
  [r13]: 'r13',
  [r14]: 'r14',
  [r15]: 'r15',
};

const registerOp = (base: number, register: number): number[] =>
  high(register) === 1 ? [0x41, base + low(register)] : [base + low(register)];

/**
 * The machine code of one operation. `allocate` and `release` always take a 32-bit size, as the
 * kernel writes them.
 */
export const opBytes = (op: Op): readonly number[] => {
  switch (op.op) {
    case 'code':
      return op.bytes;
    case 'push':
      return registerOp(0x50, op.register);
    case 'push0':
      return [0x6a, 0x00];
    case 'pop':
      return registerOp(0x58, op.register);
    case 'allocate':
      return [0x48, 0x81, 0xec, ...i32Bytes(op.bytes)];
    case 'release':
      return [0x48, 0x81, 0xc4, ...i32Bytes(op.bytes)];
    case 'setFrame':
      return [0x48, 0x89, 0xe5];
    case 'leave':
      return [0xc9];
  }
};

export const bytesOf = (ops: readonly Op[]): number[] => ops.flatMap(opBytes);

/** The operations that take `ops` back, last first; a pushed counter goes to `counterTo`. */
export const undo = (ops: readonly Op[], counterTo: number): Op[] =>
  ops.toReversed().flatMap((op): Op[] => {
    switch (op.op) {
      case 'code':
        return op.slots.map(() => ({op: 'pop', register: counterTo}));
      case 'push':
        return [
          {op: 'pop', register: op.slot === registerNames[op.register] ? op.register : counterTo},
        ];
      case 'push0':
        return [{op: 'pop', register: counterTo}];
      case 'allocate':
        return [{op: 'release', bytes: op.bytes}];
      case 'setFrame':
        return [{op: 'leave'}];
      case 'pop':
      case 'release':
      case 'leave':
        throw new Error(`A prologue does not contain '${op.op}'.`);
    }
  });
