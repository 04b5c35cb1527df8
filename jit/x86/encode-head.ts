// What instructions begin with: prefix, REX, opcode, ModRM.
import type {CodeBuffer} from './buffer.ts';
import type {Form} from './form.ts';
import {escape} from './forms.ts';
import {high, low} from './registers.ts';

export const fitsImm8 = (value: number): boolean => value >= -128 && value <= 127;

export const rexBase = 0x40;
export const rexWide = 0x48;

export const extend = (rm: number, reg: number): number => (high(reg) << 2) | high(rm);

export const modRegister = (rm: number, reg: number): number => 0xc0 | (low(reg) << 3) | low(rm);

/** What comes before ModRM, worked out once. */
export interface Head {
  readonly prefix: number;
  readonly rex: number;
  /** Registers from this number on need a REX: 4 for bytes (spl, bpl, sil, dil), 16 for none. */
  readonly rexFrom: number;
  readonly isLong: boolean;
  readonly opcode: number;
  /** The opcode's bits in ModRM.reg, in place; 0 for a register. */
  readonly digit: number;
}

export const headOf = ({name, prefix, rex, opcode, operands, modRm}: Form): Head => {
  const isLong = opcode[0] === escape;
  if (opcode.length !== (isLong ? 2 : 1)) throw new Error(`'${name}' has too many opcode bytes.`);
  return {
    prefix,
    rex: rex === 'W' ? rexWide : rexBase,
    rexFrom: rex === 'always' ? 0 : operands.some(({text}) => text === 'r8') ? 4 : 16,
    isLong,
    opcode: opcode.at(-1)!,
    digit: typeof modRm === 'number' ? modRm : 0,
  };
};

export const writeHead = (code: CodeBuffer, head: Head, rm: number, reg: number): void => {
  if (head.prefix !== 0) code.u8(head.prefix);
  const rex = head.rex | extend(rm, reg);
  if (rex !== rexBase || reg >= head.rexFrom) code.u8(rex);
  if (head.isLong) code.u16(escape, head.opcode);
  else code.u8(head.opcode);
};

/**
 * 8 bits of offset if they are enough, also for 0. The base is never rsp or r12: there is no SIB.
 */
export const writeMemory = (code: CodeBuffer, base: number, reg: number, offset: number): void => {
  const fields = (low(reg) << 3) | low(base);
  if (fitsImm8(offset)) code.u16(0x40 | fields, offset);
  else {
    code.u8(0x80 | fields);
    code.i32(offset);
  }
};
