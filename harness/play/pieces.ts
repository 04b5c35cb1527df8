// The pieces that random functions are made of: one entry each, every register stays a number,
// memory stays in bounds.
import {
  alu32,
  alu64,
  atomic,
  callHelper,
  callLocal,
  exit,
  gotol,
  ja,
  jump,
  jump32,
  load,
  loadSigned,
  mov64,
  pseudo,
  reg,
  store,
  wide,
} from '../../jit/bpf/word/insn.ts';
import type {AluName, Insn, JumpName, Operand, Width} from '../../jit/bpf/word/insn.ts';
import {atomics, isaHas} from '../../jit/bpf/word/isa.ts';
import type {Isa} from '../../jit/bpf/word/isa.ts';
import type {Choices} from './choices.ts';

/** Bytes of the packet that programs read and write. */
export const packetBytes = 128;

/** What one function may use. `packet` and `context` are the registers that hold these pointers. */
export interface Scope {
  readonly random: Choices;
  readonly isa: Isa;
  readonly provable: boolean;
  /** Registers with numbers in them. */
  readonly numbers: readonly number[];
  readonly packet: number;
  readonly context: number | undefined;
  readonly stackBytes: number;
  /** Functions that may be called, by number. */
  readonly callees: readonly number[];
  /** Slots that may be jumped through. */
  readonly targets: readonly number[];
}

/**
 * A piece of a function: one entry, falls through at its end. `skip`: its first word jumps over so
 * many pieces.
 */
export interface Piece {
  readonly insns: Insn[];
  readonly jumpAt?: number;
  readonly skip?: number;
  readonly calls?: {readonly at: number; readonly callee: number};
}

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

const edges = [
  0, 1, -1, 2, 7, 8, 31, 127, 128, -128, -129, 255, 0x7fff, 0x8000, 0x7fffffff, -0x80000000,
  0x12345678,
] as const;
const binary = [
  'add',
  'sub',
  'mul',
  'div',
  'or',
  'and',
  'lsh',
  'rsh',
  'mod',
  'xor',
  'mov',
  'arsh',
] as const satisfies readonly AluName[];
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

const immediate = (random: Choices): number =>
  random.one(3) ? random.below(2 ** 32) | 0 : random.pick(edges);
const operand = ({random, numbers}: Scope): Operand =>
  random.one(2) ? reg(random.pick(numbers)) : immediate(random);

const aluPiece = (scope: Scope): Piece => {
  const {random, numbers, isa} = scope;
  const wide64 = random.one(2);
  const alu = wide64 ? alu64 : alu32;
  const name = random.pick(binary);
  const dst = random.pick(numbers);
  let right = operand(scope);
  const shift = name === 'lsh' || name === 'rsh' || name === 'arsh';
  const division = name === 'div' || name === 'mod';
  if (typeof right === 'number' && shift) right = random.below(wide64 ? 64 : 32);
  if (typeof right === 'number' && division && right === 0) right = 3;
  const signed = division && isaHas(isa, 'v6.12') && random.one(2) ? 1 : 0;
  const insn = alu(name, dst, right, signed);
  // Kernels up to 5.10 cut the divisor to 32 bits in place and leave the upper half after a modulo
  // by zero.
  if (!division || wide64 || typeof right === 'number' || isaHas(isa, 'v6.1'))
    return {insns: [insn]};
  return {insns: [alu32('mov', right.register, right), insn, alu32('mov', dst, reg(dst))]};
};

const unaryPiece = ({random, numbers, isa}: Scope): Piece => {
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

const widePiece = ({random, numbers}: Scope): Piece => {
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

const loadPiece = (scope: Scope): Piece => {
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

const storePiece = (scope: Scope): Piece => {
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

const atomicPiece = (scope: Scope): Piece => {
  const {random, numbers, provable, isa} = scope;
  const row = random.pick(atomics.filter(({since}) => isaHas(isa, since)));
  const width = random.pick(row.widths as readonly Width[]);
  const {base, off} = place(scope, width, provable);
  const insn = atomic(width, row.imm, base, off, random.pick(numbers));
  return {insns: [row.name === 'load_acquire' ? {...insn, dst: insn.src, src: insn.dst} : insn]};
};

const branchPiece = (scope: Scope): Piece => {
  const {random, numbers} = scope;
  const insn = (random.one(2) ? jump : jump32)(
    random.pick(conditions),
    random.pick(numbers),
    operand(scope),
    0,
  );
  return {insns: [insn], jumpAt: 0, skip: random.below(8)};
};

/** An unconditional jump with a way around it, so that what follows is reached. */
const jumpPiece = (scope: Scope): Piece => {
  const {random, numbers, isa} = scope;
  const over = jump(random.pick(conditions), random.pick(numbers), operand(scope), 1);
  return {
    insns: [over, isaHas(isa, 'v6.12') && random.one(2) ? gotol(0) : ja(0)],
    jumpAt: 1,
    skip: random.below(8),
  };
};

/** A few rounds counted in the lowest stack slot. */
const loopPiece = (scope: Scope): Piece => {
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

/** A kernel forgets what it knows of the packet wherever a tail call may have come back. */
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

/** Registers that calls clobber are filled again. */
const refill = ({random, packet}: Scope, from: number): Insn[] =>
  Array.from({length: 6 - from}, (_, step) =>
    random.one(2)
      ? mov64(from + step, immediate(random))
      : load(4, from + step, packet, 4 * random.below(packetBytes / 4)),
  );

const lookupPiece = (scope: Scope): Piece => {
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

const earlyExitPiece = (scope: Scope): Piece => {
  const {random, numbers} = scope;
  return {
    insns: [
      jump(random.pick(conditions), random.pick(numbers), operand(scope), 2),
      mov64(0, reg(random.pick(numbers))),
      exit(),
    ],
  };
};

const callPiece = (scope: Scope): Piece => {
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

/** Through a constant slot, or one that the packet decides. */
const tailCallPiece = (scope: Scope): Piece => {
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
