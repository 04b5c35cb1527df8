// The compare half of a conditional jump, and the condition byte of the jump half.
import {fitsImm8, registers, unary} from '../x86/encode.ts';
import type {Wide} from '../x86/encode.ts';
import type {Lowering, LoweringTable} from './lowering.ts';

// BPF operation and the x86 condition as it stands in a short jump; the near form is 0f, condition
// + 0x10.
const rows = [
  {operation: 0x10, condition: 0x74}, // jeq
  {operation: 0x20, condition: 0x77}, // jgt
  {operation: 0x30, condition: 0x73}, // jge
  {operation: 0x40, condition: 0x75}, // jset
  {operation: 0x50, condition: 0x75}, // jne
  {operation: 0x60, condition: 0x7f}, // jsgt
  {operation: 0x70, condition: 0x7d}, // jsge
  {operation: 0xa0, condition: 0x72}, // jlt
  {operation: 0xb0, condition: 0x76}, // jle
  {operation: 0xc0, condition: 0x7c}, // jslt
  {operation: 0xd0, condition: 0x7e}, // jsle
] as const;

const jset = 0x40;

/**
 * By BPF opcode the condition byte of its short jump; 0 where the opcode is no conditional jump.
 */
export const conditions = new Uint8Array(256);

for (const {operation, condition} of rows) {
  for (const form of [0x05, 0x06, 0x0d, 0x0e]) conditions[operation | form] = condition;
}

const testImmediate =
  (wide: Wide): Lowering =>
  (code, to, _from, _offset, imm) => {
    unary(code, wide, 0xf7, 0xc0, to);
    code.i32(imm);
  };

const compareImmediate =
  (wide: Wide): Lowering =>
  (code, to, _from, _offset, imm) => {
    if (imm === 0) {
      registers(code, wide, 0x85, to, to);
    } else if (fitsImm8(imm)) {
      unary(code, wide, 0x83, 0xf8, to);
      code.u8(imm);
    } else {
      unary(code, wide, 0x81, 0xf8, to);
      code.i32(imm);
    }
  };

export const addCompares = (table: LoweringTable): void => {
  for (const wide of [0, 1] as const) {
    const jump = wide === 1 ? 0x05 : 0x06;
    for (const {operation} of rows) {
      const opcode = operation === jset ? 0x85 : 0x39;
      table[jump | operation | 0x08] = (code, to, from) => registers(code, wide, opcode, to, from);
      table[jump | operation] = operation === jset ? testImmediate(wide) : compareImmediate(wide);
    }
  }
};
