// The pieces that random functions are made of: one entry each. Every register stays a number, and
// memory accesses stay in bounds.
import {alu64, exit, jump, load, mov64, reg, store} from '../../jit/bpf/word/insn.ts';
import type {Insn} from '../../jit/bpf/word/insn.ts';
import {packetBytes} from './scope.ts';
import type {Scope, Piece} from './scope.ts';
import {aluPiece, unaryPiece, widePiece} from './number-pieces.ts';
import {loadPiece, storePiece, atomicPiece} from './memory-pieces.ts';
import {branchPiece, jumpPiece, loopPiece, earlyExitPiece} from './flow-pieces.ts';
import {lookupPiece, callPiece, tailCallPiece} from './call-pieces.ts';

/**
 * Fills all registers and stack slots. Arguments of a subprogram: packet, context, three numbers.
 */
export const entryPiece = (
  {random, numbers, packet, context, stackBytes, provable}: Scope,
  number: number,
): Piece => {
  const insns: Insn[] = [];
  if (context !== undefined) insns.push(mov64(context, reg(number === 0 ? 1 : 2)));
  insns.push(number === 0 ? load(4, packet, 1, 0) : mov64(packet, reg(1)));
  if (provable && number === 0) {
    insns.push(
      load(4, 2, 1, 4),
      mov64(3, reg(packet)),
      alu64('add', 3, packetBytes),
      mov64(0, 0),
      jump('jle', 3, reg(2), 1),
      exit(),
    );
  }
  for (const one of numbers)
    if (number === 0 || one < 3 || one > 5)
      insns.push(load(8, one, packet, 8 * random.below(packetBytes / 8)));
  for (let slot = 8; slot <= stackBytes; slot += 8)
    insns.push(store(8, 10, -slot, reg(random.pick(numbers))));
  return {insns};
};

const fold = (register: number): Insn[] => [
  alu64('mul', 0, 0x01000193),
  alu64('xor', 0, reg(register)),
];

/** Folds all registers, and with `wholeStack` all stack slots, into R0. */
export const endPiece = ({numbers, stackBytes}: Scope, wholeStack: boolean): Piece => {
  const slots = wholeStack
    ? Array.from({length: stackBytes / 8}, (_, slot) => -8 * (slot + 1))
    : [];
  return {
    insns: [
      ...numbers.filter((one) => one !== 0).flatMap(fold),
      ...slots.flatMap((offset) => [load(8, 1, 10, offset), ...fold(1)]),
      exit(),
    ],
  };
};

export const makePiece = (scope: Scope): Piece => {
  const {random, callees, targets} = scope;
  const makers: ((scope: Scope) => Piece)[] = [
    aluPiece,
    aluPiece,
    aluPiece,
    aluPiece,
    unaryPiece,
    widePiece,
    loadPiece,
    loadPiece,
    storePiece,
    storePiece,
    atomicPiece,
    branchPiece,
    branchPiece,
    branchPiece,
    jumpPiece,
    loopPiece,
  ];
  if (!scope.provable) makers.push(lookupPiece);
  if (random.one(4)) makers.push(earlyExitPiece);
  if (callees.length > 0) makers.push(callPiece, callPiece, callPiece);
  if (targets.length > 0) makers.push(tailCallPiece, tailCallPiece, tailCallPiece, tailCallPiece);
  return random.pick(makers)(scope);
};
