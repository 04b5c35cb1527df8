// Atomic operations: one locked instruction where the processor has it, a compare-and-exchange loop
// where it does not.
import type {CodeBuffer} from '../x86/buffer.ts';
import {memory, modRegister, moveRegister, registers, rex, rexIfNeeded} from '../x86/encode.ts';
import type {Wide} from '../x86/encode.ts';
import {r10, rax} from '../x86/registers.ts';
import {refuse} from '../refusal.ts';
import type {Era, Lowering, LoweringTable} from './lowering.ts';
import {loads, stores} from './load-store.ts';
import {scratch} from './bpf-registers.ts';

const lock = 0xf0;

/** One instruction each, by the BPF imm. */
const single: Readonly<Record<number, readonly number[]>> = {
  0x00: [0x01], // add
  0x40: [0x09], // or
  0x50: [0x21], // and
  0xa0: [0x31], // xor
  0x01: [0x0f, 0xc1], // fetch-add: xadd
  0xe1: [0x87], // exchange; xchg locks by itself, the kernel writes the prefix all the same
  0xf1: [0x0f, 0xb1], // cmpxchg, compares with rax
};

/** Fetching logic operations: the opcode that works on r11 inside the loop. */
const looped: Readonly<Record<number, number>> = {0x41: 0x09, 0x51: 0x21, 0xa1: 0x31};

const loadAcquire = 0x100;
const storeRelease = 0x110;

const locked = (
  code: CodeBuffer,
  wide: Wide,
  opcode: readonly number[],
  to: number,
  from: number,
  offset: number,
): void => {
  code.u8(lock);
  rexIfNeeded(code, wide, to, from);
  for (const byte of opcode) code.u8(byte);
  memory(code, to, from, offset);
};

/** rax is saved in r10; when rax is an operand, r10 stands in for it. */
const fetchLoop = (
  code: CodeBuffer,
  wide: Wide,
  opcode: number,
  to: number,
  from: number,
  offset: number,
): void => {
  const value = from === rax ? r10 : from;
  const base = to === rax ? r10 : to;
  moveRegister(code, 1, r10, rax);
  const again = code.length;
  loads[wide === 1 ? 0x18 : 0x00](code, rax, base, offset, 0);
  registers(code, wide, 0x89, scratch, rax);
  rexIfNeeded(code, wide, scratch, value);
  code.u16(opcode, modRegister(scratch, value));
  code.u8(lock);
  code.u24(rex(wide, base, scratch), 0x0f, 0xb1);
  memory(code, base, scratch, offset);
  code.u16(0x75, again - (code.length + 2)); // jne
  registers(code, wide, 0x89, value, rax);
  moveRegister(code, 1, rax, r10);
};

const addOnly =
  (wide: Wide): Lowering =>
  (code, to, from, offset) =>
    locked(code, wide, single[0], to, from, offset);

const atomic =
  (wide: Wide, ordered: Lowering | null): Lowering =>
  (code, to, from, offset, imm) => {
    // Before the ordered forms kernels kept the operation in 8 bits: 0x100 becomes an addition.
    const operation = ordered === null ? imm & 0xff : imm;
    const opcode = single[operation];
    if (opcode !== undefined) locked(code, wide, opcode, to, from, offset);
    else if (looped[operation] !== undefined)
      fetchLoop(code, wide, looped[operation], to, from, offset);
    else if (ordered !== null) ordered(code, to, from, offset, imm);
    else unknown(operation);
  };

/** Loads and stores with order: on this machine the plain ones have it. */
const orderedAccess =
  (size: number): Lowering =>
  (code, to, from, offset, imm) => {
    if (imm === loadAcquire) loads[size](code, to, from, offset, imm);
    else if (imm === storeRelease) stores[size](code, to, from, offset, imm);
    else unknown(imm);
  };

const unknown = (imm: number): never =>
  refuse('unknown-opcode', `bpf_jit: unknown atomic opcode ${imm.toString(16).padStart(2, '0')}`);

export const addAtomics = (table: LoweringTable, era: Era): void => {
  for (const [size, wide] of [
    [0x00, 0],
    [0x18, 1],
  ] as const) {
    const ordered = era === 'v618' ? orderedAccess(size) : null;
    table[0xc3 | size] = era === 'old' ? addOnly(wide) : atomic(wide, ordered);
  }
  if (era !== 'v618') return;
  table[0xcb] = orderedAccess(0x08);
  table[0xd3] = orderedAccess(0x10);
};
