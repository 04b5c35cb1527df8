// The memory a program shares with user space (6.9): loads, stores and atomic operations at
// [register + r12 + offset], and the cast of a kernel pointer to a user-space one.
import {assemble} from '../x86/assemble-form.ts';
import {ofAccumulator, ofImmediate, ofIndexed, ofIndexedImmediate, ofTwo} from '../x86/encode.ts';
import {sized} from '../x86/form.ts';
import {conditionOf} from '../x86/names.ts';
import {r12, rax} from '../x86/registers.ts';
import {aluBits, classes, modes, sizeBits, sourceX} from '../bpf/word/insn.ts';
import {refuse} from '../refusal.ts';
import {scratch} from './bpf-registers.ts';
import {atomicImm, byImm, locked, singleAtomics} from './atomic.ts';
import type {BySize} from './load-store.ts';
import {eraHas} from './lowering.ts';
import type {Era, Lowering, LoweringTable} from './lowering.ts';
import {copy} from './moves.ts';

const load = (name: Parameters<typeof ofIndexed>[0]): Lowering => {
  const write = ofIndexed(name);
  return (code, to, from, offset) => write(code, from, r12, to, offset);
};

const store = (name: Parameters<typeof ofIndexed>[0]): Lowering => {
  const write = ofIndexed(name);
  return (code, to, from, offset) => write(code, to, r12, from, offset);
};

const storeImmediate = (name: Parameters<typeof ofIndexedImmediate>[0]): Lowering => {
  const write = ofIndexedImmediate(name);
  return (code, to, _from, offset, imm) => write(code, to, r12, offset, imm);
};

const loads: BySize = {
  [sizeBits[1]]: load('movzx r32, r/m8'),
  [sizeBits[2]]: load('movzx r32, r/m16'),
  [sizeBits[4]]: load('mov r32, r/m32'),
  [sizeBits[8]]: load('mov r64, r/m64'),
};

const signedLoads: BySize = {
  [sizeBits[1]]: load('movsx r64, r/m8'),
  [sizeBits[2]]: load('movsx r64, r/m16'),
  [sizeBits[4]]: load('movsxd r64, r/m32'),
};

const stores: BySize = {
  [sizeBits[1]]: store('mov r/m8, r8'),
  [sizeBits[2]]: store('mov r/m16, r16'),
  [sizeBits[4]]: store('mov r/m32, r32'),
  [sizeBits[8]]: store('mov r/m64, r64'),
};

const immediateStores: BySize = {
  [sizeBits[1]]: storeImmediate('mov r/m8, imm8'),
  [sizeBits[2]]: storeImmediate('mov r/m16, imm16'),
  [sizeBits[4]]: storeImmediate('mov r/m32, imm32'),
  [sizeBits[8]]: storeImmediate('mov r/m64, imm32'),
};

const atomics = ([32, 64] as const).map((bits) =>
  byImm(singleAtomics, (form) => locked(store(sized(bits, `${form} r/m32, r32`)))),
);

const loadAcquire = atomicImm('load_acquire');
const storeRelease = atomicImm('store_release');

const atomic =
  (size: number, era: Era): Lowering =>
  (code, to, from, offset, imm) => {
    const [narrow, wide] = atomics;
    const table = size === sizeBits[8] ? wide : size === sizeBits[4] ? narrow : {};
    const isOrdered = era === 'v618' && (imm === loadAcquire || imm === storeRelease);
    const lowering = isOrdered ? (imm === loadAcquire ? loads : stores)[size] : table[imm];
    if (lowering === undefined)
      refuse(
        'unknown-opcode',
        `bpf_jit: unknown atomic opcode ${imm.toString(16).padStart(2, '0')} on arena memory`,
      );
    lowering(code, to, from, offset, imm);
  };

export const addArenaMemory = (table: LoweringTable, era: Era): void => {
  if (!eraHas(era, 'v612')) return;
  const set = (base: number, rows: BySize) => {
    for (const [size, lowering] of Object.entries(rows)) table[base | Number(size)] = lowering;
  };
  set(classes.ldx | modes.probeMem32, loads);
  set(classes.stx | modes.probeMem32, stores);
  set(classes.st | modes.probeMem32, immediateStores);
  if (era === 'v618') set(classes.ldx | modes.probeMem32sx, signedLoads);
  const sizes = era === 'v618' ? ([1, 2, 4, 8] as const) : ([4, 8] as const);
  for (const size of sizes)
    table[classes.stx | modes.probeAtomic | sizeBits[size]] = atomic(sizeBits[size], era);
};

const shiftLeft = ofImmediate('shl r/m64, imm8');
const rotateLeft = ofImmediate('rol r/m64, imm8');
const or = ofImmediate('or r/m64, imm32');
const orRax = ofAccumulator('or rax, imm32');
const clear = ofTwo('xor r/m64, r64');
const test = ofTwo('test r/m32, r32');
/** By register: `cmove register, r11`; r11 is 0. */
const moveIfZero = Array.from({length: 16}, (_, register) =>
  assemble('cmovcc r64, r/m64', conditionOf('e'), register, scratch),
);

/** The move's offset if it casts a pointer (BPF_ADDR_SPACE_CAST). */
const cast = 1;

/** The upper half of the user's address is put in front, unless the pointer is null. */
export const addArenaCast = (table: LoweringTable, era: Era, userStart: bigint): void => {
  if (!eraHas(era, 'v612')) return;
  const opcode = classes.alu64 | aluBits.mov | sourceX;
  const move = table[opcode]!;
  const upper = Number(BigInt.asIntN(32, userStart >> 32n));
  table[opcode] = (code, to, from, offset, imm) => {
    if (offset !== cast) {
      move(code, to, from, offset, imm);
      return;
    }
    if (to !== from) copy[0](code, to, from);
    shiftLeft(code, to, 32);
    if (to === rax) orRax(code, upper);
    else or(code, to, upper);
    rotateLeft(code, to, 32);
    clear(code, scratch, scratch);
    test(code, to, to);
    code.append(moveIfZero[to]);
  };
};
