// Atomic operations: one locked instruction if the processor has it, a compare-and-exchange loop if
// it does not.
import type {CodeBuffer} from '../x86/buffer.ts';
import {lock, ofMemory, ofTwo} from '../x86/encode.ts';
import {opcodeOf, sized} from '../x86/form.ts';
import {conditionOf} from '../x86/names.ts';
import {r10, rax} from '../x86/registers.ts';
import {atomicByName} from '../bpf/word/isa.ts';
import {classes, modes, sizeBits} from '../bpf/word/insn.ts';
import {refuse} from '../refusal.ts';
import {scratch} from './bpf-registers.ts';
import {loads, stores} from './load-store.ts';
import type {Era, Lowering, LoweringTable} from './lowering.ts';
import {copy, moveRegister} from './moves.ts';
import type {Wide} from './moves.ts';

export const atomicImm = (name: string): number => atomicByName.get(name)!.imm;

/** One instruction each; xchg always locks, but the kernel writes the prefix anyway. */
export const singleAtomics = {
  add: 'add',
  or: 'or',
  and: 'and',
  xor: 'xor',
  fetch_add: 'xadd',
  xchg: 'xchg',
  cmpxchg: 'cmpxchg',
} as const;

/** Fetching logic operations: the instruction that changes r11 inside the loop. */
const loopedNames = {fetch_or: 'or', fetch_and: 'and', fetch_xor: 'xor'} as const;

export const byImm = <Name extends string, Made>(
  names: Readonly<Record<string, Name>>,
  make: (name: Name) => Made,
): Readonly<Record<number, Made>> =>
  Object.fromEntries(Object.entries(names).map(([name, form]) => [atomicImm(name), make(form)]));

export const locked =
  (write: Lowering): Lowering =>
  (code, to, from, offset, imm) => {
    lock(code);
    write(code, to, from, offset, imm);
  };

const compareExchange = [ofMemory('cmpxchg r/m32, r32'), ofMemory('cmpxchg r/m64, r64')] as const;
const [jumpIfChanged] = opcodeOf('jcc rel8', conditionOf('ne'));

/** rax is saved in r10; when rax is an operand, r10 takes its place. */
const fetchLoop = (wide: Wide, operate: ReturnType<typeof ofTwo>): Lowering => {
  const load = loads[wide === 1 ? sizeBits[8] : sizeBits[4]];
  return (code, to, from, offset) => {
    const value = from === rax ? r10 : from;
    const base = to === rax ? r10 : to;
    moveRegister(code, 1, r10, rax);
    const again = code.length;
    load(code, rax, base, offset, 0);
    copy[wide](code, scratch, rax);
    operate(code, scratch, value);
    lock(code);
    compareExchange[wide](code, base, scratch, offset);
    jumpBack(code, again);
    copy[wide](code, value, rax);
    moveRegister(code, 1, rax, r10);
  };
};

const jumpBack = (code: CodeBuffer, to: number): void =>
  code.u16(jumpIfChanged, to - (code.length + 2));

const operations = ([32, 64] as const).map((bits) => ({
  ...byImm(singleAtomics, (name) => locked(ofMemory(sized(bits, `${name} r/m32, r32`)))),
  ...byImm(loopedNames, (name) =>
    fetchLoop(bits === 64 ? 1 : 0, ofTwo(sized(bits, `${name} r/m32, r32`))),
  ),
}));

const atomic =
  (wide: Wide, ordered: Lowering | null): Lowering =>
  (code, to, from, offset, imm) => {
    // Kernels without the ordered forms keep the operation in 8 bits: 0x100 becomes an addition.
    const operation = ordered === null ? imm & 0xff : imm;
    const lowering = operations[wide][operation] ?? ordered;
    if (lowering === null) unknown(operation);
    else lowering(code, to, from, offset, imm);
  };

/** Load-acquire and store-release: on x86 plain loads and stores are ordered enough. */
const orderedAccess = (size: number): Lowering => {
  const [load, store] = [atomicImm('load_acquire'), atomicImm('store_release')];
  return (code, to, from, offset, imm) => {
    if (imm === load) loads[size](code, to, from, offset, imm);
    else if (imm === store) stores[size](code, to, from, offset, imm);
    else unknown(imm);
  };
};

const unknown = (imm: number): never =>
  refuse('unknown-opcode', `bpf_jit: unknown atomic opcode ${imm.toString(16).padStart(2, '0')}`);

const anyAtomic = classes.stx | modes.atomic;

export const addAtomics = (table: LoweringTable, era: Era): void => {
  for (const [size, wide] of [
    [sizeBits[4], 0],
    [sizeBits[8], 1],
  ] as const) {
    const ordered = era === 'v618' ? orderedAccess(size) : null;
    table[anyAtomic | size] =
      era === 'old' ? operations[wide][atomicImm('add')] : atomic(wide, ordered);
  }
  if (era !== 'v618') return;
  for (const size of [sizeBits[2], sizeBits[1]]) table[anyAtomic | size] = orderedAccess(size);
};
