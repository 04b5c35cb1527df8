// Pieces of random functions that jump: forwards, around code, in short loops, out of the function.
import {
  alu64,
  exit,
  gotol,
  ja,
  jump,
  jump32,
  load,
  mov64,
  reg,
  store,
} from '../../jit/bpf/word/insn.ts';
import type {JumpName} from '../../jit/bpf/word/insn.ts';
import {isaHas} from '../../jit/bpf/word/isa.ts';
import type {Scope, Piece} from './scope.ts';
import {operand, aluPiece} from './number-pieces.ts';

const conditions = [
  'jeq',
  'jgt',
  'jge',
  'jset',
  'jne',
  'jsgt',
  'jsge',
  'jlt',
  'jle',
  'jslt',
  'jsle',
] as const satisfies readonly JumpName[];

export const branchPiece = (scope: Scope): Piece => {
  const {random, numbers} = scope;
  const insn = (random.one(2) ? jump : jump32)(
    random.pick(conditions),
    random.pick(numbers),
    operand(scope),
    0,
  );
  return {insns: [insn], jumpAt: 0, skip: random.below(8)};
};

/** An unconditional jump with a way around it, so that the code after it is reachable. */
export const jumpPiece = (scope: Scope): Piece => {
  const {random, numbers, isa} = scope;
  const over = jump(random.pick(conditions), random.pick(numbers), operand(scope), 1);
  return {
    insns: [over, isaHas(isa, 'v6.12') && random.one(2) ? gotol(0) : ja(0)],
    jumpAt: 1,
    skip: random.below(8),
  };
};

/** A loop of a few rounds, counted in the lowest stack slot. */
export const loopPiece = (scope: Scope): Piece => {
  const {random, numbers, stackBytes} = scope;
  const inside = Array.from({length: 1 + random.below(3)}, () => aluPiece(scope).insns).flat();
  const counter = random.pick(numbers);
  const body = [
    ...inside,
    load(8, counter, 10, -stackBytes),
    alu64('sub', counter, 1),
    store(8, 10, -stackBytes, reg(counter)),
  ];
  return {
    insns: [
      store(8, 10, -stackBytes, 1 + random.below(5)),
      ...body,
      jump('jne', counter, 0, -body.length - 1),
    ],
  };
};

export const earlyExitPiece = (scope: Scope): Piece => {
  const {random, numbers} = scope;
  return {
    insns: [
      jump(random.pick(conditions), random.pick(numbers), operand(scope), 2),
      mov64(0, reg(random.pick(numbers))),
      exit(),
    ],
  };
};
