// Instruction forms shared by all of the emitter: REX, ModRM, memory operands, moves (facts: Intel
// SDM vol. 2, chapters 2 and 3).
//
//   REX   0 1 0 0 W R X B     W 64-bit operand, R extends ModRM.reg, X SIB.index, B ModRM.rm
//   ModRM mod:2 reg:3 rm:3    mod 11 register, 01 [rm + disp8], 10 [rm + disp32]
import type {CodeBuffer} from './buffer.ts';
import {high, low} from './registers.ts';

/** 1 for 64-bit operands, 0 for 32-bit ones. */
export type Wide = 0 | 1;

export const fitsImm8 = (value: number): boolean => value >= -128 && value <= 127;

export const rex = (wide: Wide, rm: number, reg: number): number =>
  0x40 | (wide << 3) | (high(reg) << 2) | high(rm);

/** REX only where it says something. */
export const rexIfNeeded = (code: CodeBuffer, wide: Wide, rm: number, reg: number): void => {
  const prefix = rex(wide, rm, reg);
  if (prefix !== 0x40) code.u8(prefix);
};

export const modRegister = (rm: number, reg: number): number => 0xc0 | (low(reg) << 3) | low(rm);

/**
 * `[base + offset]` with 8 bits of offset where they are enough, also for 0. The base is never rsp
 * or r12: there is no SIB.
 */
export const memory = (code: CodeBuffer, base: number, reg: number, offset: number): void => {
  const fields = (low(reg) << 3) | low(base);
  if (fitsImm8(offset)) code.u16(0x40 | fields, offset);
  else {
    code.u8(0x80 | fields);
    code.i32(offset);
  }
};

/** `opcode rm, reg` with REX always (64-bit) or only where needed. */
export const registers = (
  code: CodeBuffer,
  wide: Wide,
  opcode: number,
  rm: number,
  reg: number,
): void => {
  rexIfNeeded(code, wide, rm, reg);
  code.u16(opcode, modRegister(rm, reg));
};

/**
 * `opcode /extension rm`: the reg field holds part of the opcode, `fields` = 0xc0 | extension << 3.
 */
export const unary = (
  code: CodeBuffer,
  wide: Wide,
  opcode: number,
  fields: number,
  rm: number,
): void => {
  rexIfNeeded(code, wide, rm, 0);
  code.u16(opcode, fields + low(rm));
};

/**
 * mov to, from; nothing where a 64-bit move would change nothing (a 32-bit one clears the upper
 * half).
 */
export const moveRegister = (code: CodeBuffer, wide: Wide, to: number, from: number): void => {
  if (wide === 0 || to !== from) registers(code, wide, 0x89, to, from);
};

/**
 * The shortest form that gives `value` as a sign-extended (wide) or zero-extended 32-bit number.
 */
export const moveImmediate = (code: CodeBuffer, wide: Wide, to: number, value: number): void => {
  if (wide === 1 && value < 0) {
    moveSignExtended(code, to, value);
  } else if (value === 0) {
    registers(code, 0, 0x31, to, to);
  } else {
    rexIfNeeded(code, 0, to, 0);
    code.u8(0xb8 + low(to));
    code.i32(value);
  }
};

/** mov to, imm32 with sign extension to 64 bits, whatever the value. */
export const moveSignExtended = (code: CodeBuffer, to: number, value: number): void => {
  code.u24(rex(1, to, 0), 0xc7, 0xc0 + low(to));
  code.i32(value);
};

/** movabs: all 64 bits. */
export const moveAbsolute = (code: CodeBuffer, to: number, lower: number, upper: number): void => {
  code.u16(rex(1, to, 0), 0xb8 + low(to));
  code.i32(lower);
  code.i32(upper);
};
