// Pieces of random functions that calculate: every operation on registers, constants of every size.
import {alu32, alu64, binaryAlu, reg, wide} from '../../jit/bpf/word/insn.ts';
import type {Operand} from '../../jit/bpf/word/insn.ts';
import {isaHas} from '../../jit/bpf/word/isa.ts';
import type {Choices} from './choices.ts';
import type {Scope, Piece} from './scope.ts';

const edges = [
  0, 1, -1, 2, 7, 8, 31, 127, 128, -128, -129, 255, 0x7fff, 0x8000, 0x7fffffff, -0x80000000,
  0x12345678,
] as const;
export const immediate = (random: Choices): number =>
  random.one(3) ? random.below(2 ** 32) | 0 : random.pick(edges);
export const operand = ({random, numbers}: Scope): Operand =>
  random.one(2) ? reg(random.pick(numbers)) : immediate(random);

export const aluPiece = (scope: Scope): Piece => {
  const {random, numbers, isa} = scope;
  const wide64 = random.one(2);
  const alu = wide64 ? alu64 : alu32;
  const name = random.pick(binaryAlu);
  const dst = random.pick(numbers);
  let right = operand(scope);
  const shift = name === 'lsh' || name === 'rsh' || name === 'arsh';
  const division = name === 'div' || name === 'mod';
  if (typeof right === 'number' && shift) right = random.below(wide64 ? 64 : 32);
  if (typeof right === 'number' && division && right === 0) right = 3;
  const signed = division && isaHas(isa, 'v6.12') && random.one(2) ? 1 : 0;
  const insn = alu(name, dst, right, signed);
  // Kernels up to 5.10 truncate the divisor to 32 bits in place, and keep the upper half after a
  // modulo by zero.
  if (!division || wide64 || typeof right === 'number' || isaHas(isa, 'v6.1'))
    return {insns: [insn]};
  return {insns: [alu32('mov', right.register, right), insn, alu32('mov', dst, reg(dst))]};
};

export const unaryPiece = ({random, numbers, isa}: Scope): Piece => {
  const dst = random.pick(numbers);
  const swap = {...alu32('end', dst, random.pick([16, 32, 64])), code: random.one(2) ? 0xd4 : 0xdc};
  const choices = [alu64('neg', dst, 0), alu32('neg', dst, 0), swap];
  if (isaHas(isa, 'v6.12')) {
    const src = reg(random.pick(numbers));
    choices.push(
      alu64('mov', dst, src, random.pick([8, 16, 32])),
      alu32('mov', dst, src, random.pick([8, 16])),
      {...swap, code: 0xd7},
    );
  }
  return {insns: [random.pick(choices)]};
};

export const widePiece = ({random, numbers}: Scope): Piece => {
  const value = random.pick([
    0n,
    1n,
    0x7fff_ffffn,
    0xffff_ffffn,
    0xffff_ffff_8000_0000n,
    1n << 63n,
    BigInt(random.below(2 ** 32)) << 16n,
  ]);
  return {insns: [...wide(random.pick(numbers), value)]};
};
