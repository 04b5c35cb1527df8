// Pieces of random functions that read and write memory: the packet and the stack, in bounds.
import {alu64, atomic, load, loadSigned, mov64, reg, store} from '../../jit/bpf/word/insn.ts';
import type {Width} from '../../jit/bpf/word/insn.ts';
import {atomics, isaHas} from '../../jit/bpf/word/isa.ts';
import {packetBytes} from './scope.ts';
import type {Scope, Piece} from './scope.ts';
import {operand} from './number-pieces.ts';

const widths = [1, 2, 4, 8] as const satisfies readonly Width[];

/**
 * A place that may be read and written: in the packet, or in the stack by R10 or by a copy of it.
 */
const place = (
  {random, packet, stackBytes}: Scope,
  width: number,
  inStack = false,
): {readonly base: number; readonly off: number} =>
  !inStack && random.one(2)
    ? {base: packet, off: width * random.below(packetBytes / width)}
    : {base: 10, off: -stackBytes + width * random.below(stackBytes / width)};

export const loadPiece = (scope: Scope): Piece => {
  const {random, numbers, isa} = scope;
  const dst = random.pick(numbers);
  if (isaHas(isa, 'v6.12') && random.one(3)) {
    const width = random.pick([1, 2, 4] as const);
    const {base, off} = place(scope, width);
    return {insns: [loadSigned(width, dst, base, off)]};
  }
  const width = random.pick(widths);
  const {base, off} = place(scope, width);
  return {insns: [load(width, dst, base, off)]};
};

export const storePiece = (scope: Scope): Piece => {
  const width = scope.random.pick(widths);
  const {base, off} = place(scope, width);
  const insn = store(width, base, off, operand(scope));
  if (base !== 10 || !scope.random.one(2)) return {insns: [insn]};
  const copy = scope.random.pick(
    scope.numbers.filter((one) => one !== insn.src || (insn.code & 7) !== 3),
  );
  return {
    insns: [
      mov64(copy, reg(10)),
      alu64('add', copy, off),
      {...insn, dst: copy, off: 0},
      mov64(copy, insn.imm),
    ],
  };
};

export const atomicPiece = (scope: Scope): Piece => {
  const {random, numbers, provable, isa} = scope;
  const row = random.pick(atomics.filter(({since}) => isaHas(isa, since)));
  const width = random.pick(row.widths as readonly Width[]);
  const {base, off} = place(scope, width, provable);
  const insn = atomic(width, row.imm, base, off, random.pick(numbers));
  return {insns: [row.name === 'load_acquire' ? {...insn, dst: insn.src, src: insn.dst} : insn]};
};
