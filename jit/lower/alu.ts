// Arithmetic, logic, moves, negation and byte swaps (all but multiplication, division and shifts).
import type {CodeBuffer} from '../x86/buffer.ts';
import {
  fitsImm8,
  modRegister,
  moveImmediate,
  moveRegister,
  registers,
  rex,
  rexIfNeeded,
  unary,
} from '../x86/encode.ts';
import type {Wide} from '../x86/encode.ts';
import {low, rax} from '../x86/registers.ts';
import {refuse} from '../refusal.ts';
import {eraHas} from './lowering.ts';
import type {Era, Lowering, LoweringTable} from './lowering.ts';

// BPF operation, opcode of `op rm, reg`, ModRM of `op rm, imm`, opcode of `op rax, imm32`.
const rows = [
  {operation: 0x00, register: 0x01, immediate: 0xc0, short: 0x05}, // add
  {operation: 0x10, register: 0x29, immediate: 0xe8, short: 0x2d}, // sub
  {operation: 0x40, register: 0x09, immediate: 0xc8, short: 0x0d}, // or
  {operation: 0x50, register: 0x21, immediate: 0xe0, short: 0x25}, // and
  {operation: 0xa0, register: 0x31, immediate: 0xf0, short: 0x35}, // xor
] as const;

const withImmediate =
  (wide: Wide, fields: number, short: number): Lowering =>
  (code, to, _from, _offset, imm) => {
    rexIfNeeded(code, wide, to, 0);
    if (fitsImm8(imm)) {
      code.u24(0x83, fields + low(to), imm);
      return;
    }
    if (to === rax) code.u8(short);
    else code.u16(0x81, fields + low(to));
    code.i32(imm);
  };

/** Sign-extending moves of 6.6: roles of reg and rm are swapped against mov. */
const moveSigned = (code: CodeBuffer, wide: Wide, to: number, from: number, bits: number): void => {
  if (bits === 32 && wide === 1) code.u24(rex(1, from, to), 0x63, modRegister(from, to));
  else if (bits === 8 || bits === 16) {
    if (bits === 8) code.u8(rex(wide, from, to));
    else rexIfNeeded(code, wide, from, to);
    code.u24(0x0f, bits === 8 ? 0xbe : 0xbf, modRegister(from, to));
  } else refuse('unknown-opcode', `a sign-extending move from ${bits} bits does not exist`);
};

const move =
  (wide: Wide): Lowering =>
  (code, to, from) =>
    moveRegister(code, wide, to, from);

const moveOf612 =
  (wide: Wide, era: Era, percpuOffset: number | null): Lowering =>
  (code, to, from, offset) => {
    if (offset === 0) moveRegister(code, wide, to, from);
    else if (offset === -1 && wide === 1) percpuAddress(code, era, to, from, percpuOffset);
    else moveSigned(code, wide, to, from, offset);
  };

/**
 * add to, gs:[percpuOffset]. 6.18 puts a high `to` into REX.B, which is right only for R0, the one
 * register it is used with; 6.12 puts it into REX.R, where it belongs.
 */
const percpuAddress = (
  code: CodeBuffer,
  era: Era,
  to: number,
  from: number,
  percpuOffset: number | null,
): void => {
  if (percpuOffset === null)
    refuse('no-percpu', 'the program takes a per-CPU address but the layout has no percpuOffset');
  moveRegister(code, 1, to, from);
  code.u24(0x65, era === 'v618' ? rex(1, to, 0) : rex(1, 0, to), 0x03);
  code.u16(0x04 | (low(to) << 3), 0x25);
  code.i32(percpuOffset);
};

const negate =
  (wide: Wide): Lowering =>
  (code, to) =>
    unary(code, wide, 0xf7, 0xd8, to);

const zeroExtend16 = (code: CodeBuffer, to: number): void => {
  rexIfNeeded(code, 0, to, to);
  code.u24(0x0f, 0xb7, modRegister(to, to));
};

const swap: Lowering = (code, to, _from, _offset, bits) => {
  if (bits === 16) {
    code.u8(0x66);
    rexIfNeeded(code, 0, to, 0);
    code.u24(0xc1, 0xc8 + low(to), 8);
    zeroExtend16(code, to);
  } else if (bits === 32 || bits === 64) {
    rexIfNeeded(code, bits === 64 ? 1 : 0, to, 0);
    code.u16(0x0f, 0xc8 + low(to));
  } else refuse('unknown-opcode', `a byte swap of ${bits} bits does not exist`);
};

const truncate: Lowering = (code, to, _from, _offset, bits) => {
  if (bits === 16) zeroExtend16(code, to);
  else if (bits === 32) registers(code, 0, 0x89, to, to);
  else if (bits !== 64) refuse('unknown-opcode', `a byte swap of ${bits} bits does not exist`);
};

export const addAlu = (table: LoweringTable, era: Era, percpuOffset: number | null): void => {
  for (const wide of [0, 1] as const) {
    const alu = wide === 1 ? 0x07 : 0x04;
    for (const row of rows) {
      table[alu | row.operation | 0x08] = (code, to, from) =>
        registers(code, wide, row.register, to, from);
      table[alu | row.operation] = withImmediate(wide, row.immediate, row.short);
    }
    table[alu | 0xb8] = eraHas(era, 'v612') ? moveOf612(wide, era, percpuOffset) : move(wide);
    table[alu | 0xb0] = (code, to, _from, _offset, imm) => moveImmediate(code, wide, to, imm);
    table[alu | 0x80] = negate(wide);
  }
  table[0xdc] = swap;
  table[0xd4] = truncate;
  if (eraHas(era, 'v612')) table[0xd7] = swap;
};
