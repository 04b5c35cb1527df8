// Pieces of random functions that call: a map lookup, a subprogram, a tail call.
import {
  alu64,
  callHelper,
  callLocal,
  exit,
  jump,
  load,
  mov64,
  pseudo,
  reg,
  store,
  wide,
} from '../../jit/bpf/word/insn.ts';
import type {Insn} from '../../jit/bpf/word/insn.ts';
import {packetBytes} from './scope.ts';
import type {Scope, Piece} from './scope.ts';
import {immediate} from './number-pieces.ts';

/**
 * A kernel's verifier forgets what it knows about the packet after a tail call that may have
 * failed.
 */
const fetchPacket = ({packet, context, provable}: Scope): Insn[] =>
  !provable || context === undefined
    ? []
    : [
        load(4, packet, context, 0),
        load(4, 2, context, 4),
        mov64(3, reg(packet)),
        alu64('add', 3, packetBytes),
        jump('jle', 3, reg(2), 1),
        exit(),
      ];

/** Fills the registers that calls clobber again. */
const refill = ({random, packet}: Scope, from: number): Insn[] =>
  Array.from({length: 6 - from}, (_, step) =>
    random.one(2)
      ? mov64(from + step, immediate(random))
      : load(4, from + step, packet, 4 * random.below(packetBytes / 4)),
  );

export const lookupPiece = (scope: Scope): Piece => {
  const {random} = scope;
  return {
    insns: [
      store(4, 10, -4, random.below(6)),
      ...wide(1, 1n, pseudo.map),
      mov64(2, reg(10)),
      alu64('add', 2, -4),
      callHelper(1),
      jump('jeq', 0, 0, 1),
      load(8, 0, 0, 8 * random.below(2)),
      ...refill(scope, 1),
    ],
  };
};

export const callPiece = (scope: Scope): Piece => {
  const {random, callees, packet, context, numbers} = scope;
  const saved = numbers.filter((one) => one > 5);
  const args = [3, 4, 5].map((argument) =>
    mov64(
      argument,
      saved.length > 0 && random.one(2) ? reg(random.pick(saved)) : immediate(random),
    ),
  );
  const insns = [...args, mov64(2, reg(context ?? packet)), mov64(1, reg(packet))];
  return {
    insns: [...insns, callLocal(0), ...fetchPacket(scope), ...refill(scope, 1)],
    calls: {at: insns.length, callee: random.pick(callees)},
  };
};

/** A tail call through a constant slot, or through one that the packet selects. */
export const tailCallPiece = (scope: Scope): Piece => {
  const {random, targets, packet, context = 1} = scope;
  const slot = targets[Math.max(0, random.below(targets.length + 1) - 1)];
  const index = random.one(3)
    ? [load(1, 3, packet, random.below(packetBytes)), alu64('and', 3, 1), alu64('add', 3, slot)]
    : [mov64(3, slot)];
  return {
    insns: [
      ...index,
      ...wide(2, 0n, pseudo.map),
      mov64(1, reg(context)),
      callHelper(12),
      mov64(0, 0),
      ...fetchPacket(scope),
      ...refill(scope, 0),
    ],
  };
};
