// The pieces that spilling programs are made of: spills, stores of every size, reloads and their
// uses.
import {alu64, atomic, jump, load, loadSigned, mov64, reg, store} from '../../jit/bpf/word/insn.ts';
import type {Insn, JumpName} from '../../jit/bpf/word/insn.ts';
import {linuxContextFields} from '../../jit/bpf/verify/context-fields.ts';
import {copyFrame, meet, overwrite, ownSlot, place, slotOffsets} from './spill-frame.ts';
import type {Kind} from './spill-frame.ts';
import {saved, widths, stackAddress, unknownNumber} from './spill-scope.ts';
import type {Scope} from './spill-scope.ts';
import {lookUp, changeMap, buffer, callFunction} from './spill-calls.ts';

const spill = ({random, frame}: Scope): Insn[] => {
  const offset = random.pick(slotOffsets);
  const choices = [...frame.registers].filter(([, kind]) => kind !== 'unknown');
  const [register, kind] = random.pick([...choices, [6, 'ctx'] as const]);
  frame.slots.set(offset, kind);
  return [store(8, 10, offset, reg(register))];
};

const spillStackPointer = ({random, frame}: Scope): Insn[] => {
  const offset = random.pick(slotOffsets);
  frame.slots.set(offset, 'stack');
  return [...stackAddress(1, ownSlot), store(8, 10, offset, reg(1))];
};

const constants = [0, 0, 1, -1, 5, 0x1234, 0x7fffffff] as const;

/** A store of any size: a constant, or a number in a register. */
const writeSome = (scope: Scope): Insn[] => {
  const {random, frame} = scope;
  const bytes = random.pick(widths);
  const offset = place(random, bytes, bytes);
  overwrite(frame, offset, bytes);
  if (random.one(2)) return [store(bytes, 10, offset, random.pick(constants))];
  if (random.one(2)) return [mov64(1, random.pick(constants)), store(bytes, 10, offset, reg(1))];
  return [...unknownNumber(scope, 1), store(bytes, 10, offset, reg(1))];
};

/** A store at an offset that is not constant. */
const writeSomewhere = (scope: Scope): Insn[] => {
  const {random, frame} = scope;
  const low = random.pick(slotOffsets.slice(2));
  const bytes = random.pick([1, 2] as const);
  overwrite(frame, low, 16);
  return [
    ...unknownNumber(scope, 1),
    alu64('and', 1, random.pick([8, 14])),
    mov64(2, reg(10)),
    alu64('add', 2, low),
    alu64('add', 2, reg(1)),
    store(bytes, 2, 0, random.pick([0, 7])),
  ];
};

const atomicOperations = [0x00, 0x50, 0x01, 0xe1] as const;

const changeAtomically = (scope: Scope): Insn[] => {
  const {random, frame} = scope;
  const bytes = random.pick([4, 8] as const);
  const offset = place(random, bytes, bytes);
  overwrite(frame, offset, bytes);
  return [...unknownNumber(scope, 1), atomic(bytes, random.pick(atomicOperations), 10, offset, 1)];
};

/**
 * Reads a field of the context through `base`, in every size that the kernel accepts, signed or
 * not.
 */
const readContext = ({random, type}: Scope, base: number, to: number): Insn[] => {
  const field = random.pick(linuxContextFields[type]);
  if (field.whole === true) return [load(field.bytes, to, base, field.offset), mov64(to, 0)];
  const bytes = random.pick([1, 2, 4] as const);
  const offset = field.offset + bytes * random.below(4 / bytes);
  return [(random.one(4) ? loadSigned : load)(bytes, to, base, offset)];
};

const writeContext = ({random, type}: Scope, base: number): Insn[] => {
  const writable = linuxContextFields[type].filter((field) => field.writable === true);
  if (writable.length === 0) return [];
  const field = random.pick(writable);
  const bytes = field.direct === true ? random.pick([1, 2, 4] as const) : 4;
  return random.one(2)
    ? [store(bytes, base, field.offset, random.pick([1, 0xffff, 3]))]
    : [mov64(2, 77), store(bytes, base, field.offset, reg(2))];
};

/** Does with `register` what its kind allows. R1 and R2 are scratch. */
const use = (scope: Scope, register: number, kind: Kind): Insn[] => {
  const {random} = scope;
  switch (kind) {
    case 'ctx':
      return random.one(3) ? writeContext(scope, register) : readContext(scope, register, 2);
    case 'packet':
      return random.one(3)
        ? [store(1, register, random.below(8), 9)]
        : [load(4, 2, register, 4 * random.below(4))];
    case 'element':
      return random.one(2)
        ? [load(8, 2, register, 8 * random.below(2))]
        : [store(4, register, 4 * random.below(4), 5)];
    case 'stack':
      return [store(random.pick(widths), register, 0, 3)];
    default:
      return [alu64('xor', register, 0x55)];
  }
};

/** Loads a slot and uses what is in it, or keeps it. */
const reload = (scope: Scope): Insn[] => {
  const {random, frame} = scope;
  const offset = random.pick(slotOffsets);
  const kind = frame.slots.get(offset) ?? 'unknown';
  const to = random.one(3) ? random.pick(saved) : 1;
  if (to !== 1) frame.registers.set(to, kind === 'unknown' ? 'number' : kind);
  return [load(8, to, 10, offset), ...(random.one(4) ? [] : use(scope, to, kind))];
};

const useRegister = (scope: Scope): Insn[] => {
  const [register, kind] = scope.random.pick([...scope.frame.registers]);
  return use(scope, register, kind);
};

/**
 * A constant goes through the stack, in any size, and decides a jump: the code that the kernel
 * leaves out shows whether it knew the constant.
 */
const decide = (scope: Scope): Insn[] => {
  const {random, frame} = scope;
  const [stored, read] = [random.pick(widths), random.pick(widths)];
  const offset = random.pick(slotOffsets);
  const value = random.pick(constants);
  overwrite(frame, offset, 8);
  const write = random.one(2)
    ? [store(stored, 10, offset, value)]
    : [mov64(1, value), store(stored, 10, offset, reg(1))];
  const at = offset + (random.one(3) ? read * random.below(8 / read) : 0);
  return [
    ...write,
    load(read, 1, 10, at),
    jump(random.pick(['jeq', 'jne'] as const), 1, random.pick([0, value]), 1),
    mov64(2, 4321),
  ];
};

const conditions = ['jeq', 'jne', 'jgt', 'jset', 'jslt'] as const satisfies readonly JumpName[];

/** Some pieces that only run if an unknown number has a certain value. */
const maybe = (scope: Scope): Insn[] => {
  if (scope.depth >= 2) return [];
  const {random, frame} = scope;
  const inner = copyFrame(frame);
  const insns = Array.from({length: 1 + random.below(3)}, () =>
    spillPiece({...scope, frame: inner, depth: scope.depth + 1}),
  ).flat();
  meet(frame, inner);
  const constant = 3 + random.below(100);
  return [
    ...unknownNumber(scope, 1),
    jump(random.pick(conditions), 1, constant, insns.length),
    ...insns,
  ];
};

const pieces: readonly ((scope: Scope) => Insn[])[] = [
  spill,
  spill,
  spillStackPointer,
  writeSome,
  writeSome,
  writeSomewhere,
  changeAtomically,
  reload,
  reload,
  reload,
  useRegister,
  decide,
  decide,
  lookUp,
  changeMap,
  buffer,
  buffer,
  buffer,
  callFunction,
  maybe,
];

/** Some instructions that leave R6 (the context) alone and update the frame accordingly. */
export const spillPiece = (scope: Scope): Insn[] => scope.random.pick(pieces)(scope);
