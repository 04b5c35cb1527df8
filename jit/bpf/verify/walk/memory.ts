// Loads, stores and atomic operations in the verifier walk.
import {
  classes,
  codeAt,
  dstAt,
  immAt,
  modes,
  offAt,
  packetLoadContext,
  srcAt,
  widthOf,
} from '../../word/insn.ts';
import {atomicByImm} from '../../word/isa.ts';
import {refuse} from '../../word/refuse.ts';
import {narrowed} from './value-alu.ts';
import {any, none, operandValue} from './values.ts';
import type {Value} from './values.ts';
import {loaded} from './walk-memory.ts';
import type {Access} from './walk-memory.ts';
import type {Frame, State} from './walk-state.ts';
import {readRegister, writeRegister} from './walker.ts';
import type {Walker} from './walker.ts';

const accessOf = (walker: Walker, frame: Frame, at: number, register: number): Access => {
  const {insns} = walker.program;
  return {
    base: readRegister(walker, frame, register, at),
    off: offAt(insns, at),
    bytes: widthOf(codeAt(insns, at)),
    register,
    at,
  };
};

export const walkLoad = (walker: Walker, state: State, frame: Frame, at: number): void => {
  const {insns} = walker.program;
  const access = accessOf(walker, frame, at, srcAt(insns, at));
  const signed = (codeAt(insns, at) & 0xe0) === modes.memsx;
  walker.memory.touch(state, access, false);
  const value = walker.memory.read(state, access, signed) ?? loaded(access.bytes, signed);
  writeRegister(walker, frame, dstAt(insns, at), value, at);
};

/** LD_ABS and LD_IND: the kernel reads the packet of the context in R6. */
export const walkPacketLoad = (walker: Walker, frame: Frame, at: number): void => {
  const {insns} = walker.program;
  const context = readRegister(walker, frame, packetLoadContext, at);
  if (context.kind !== 'ctx' || context.offset !== 0)
    refuse(walker.program, at, 'at the time of BPF_LD_ABS|IND R6 != pointer to skb');
  if ((codeAt(insns, at) & 0xe0) === modes.ind) readRegister(walker, frame, srcAt(insns, at), at);
  frame.registers.fill(none, 1, 6);
  frame.registers[0] = loaded(4);
};

export const walkStore = (walker: Walker, state: State, frame: Frame, at: number): void => {
  const {insns} = walker.program;
  const code = codeAt(insns, at);
  const access = accessOf(walker, frame, at, dstAt(insns, at));
  const immediate = (code & 7) === classes.st;
  const value = immediate
    ? operandValue(0, none, immAt(insns, at))
    : storedValue(walker, frame, access, at);
  walker.memory.touch(state, access, true);
  walker.memory.write(state, access, {value, immediate});
};

/** A number that is spilled whole becomes a copy of its register. */
const storedValue = (walker: Walker, frame: Frame, {base, bytes}: Access, at: number): Value => {
  const register = srcAt(walker.program.insns, at);
  const value = readRegister(walker, frame, register, at);
  if (base.kind !== 'frame' || value.kind !== 'any' || narrowed(value, bytes) !== value)
    return value;
  return (frame.registers[register] = walker.nameNumber(value));
};

export const walkAtomic = (walker: Walker, state: State, frame: Frame, at: number): void => {
  const {program, memory} = walker;
  const {insns} = program;
  const row = atomicByImm.get(immAt(insns, at));
  const [dst, src] = [dstAt(insns, at), srcAt(insns, at)];
  const acquires = row?.name === 'load_acquire';
  const releases = row?.name === 'store_release';
  const address = acquires ? src : dst;
  if (!acquires) readRegister(walker, frame, src, at);
  if (row?.name === 'cmpxchg') readRegister(walker, frame, 0, at);
  const access = accessOf(walker, frame, at, address);
  if (access.base.kind === 'ctx' && program.standIns === undefined)
    refuse(program, at, `BPF_ATOMIC stores into R${address} ctx is not allowed`);
  memory.touch(state, access, !acquires);
  const before = memory.read(state, access, false) ?? loaded(access.bytes);
  const value = releases ? frame.registers[src] : any;
  if (acquires) frame.registers[dst] = before;
  else memory.write(state, access, {value, immediate: false, unknown: !releases});
  if (row?.fetch === true) frame.registers[row.name === 'cmpxchg' ? 0 : src] = before;
};
