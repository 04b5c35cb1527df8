// Reading machine code: prefixes, ModRM with its memory operand, immediates.
import {prefixBytes} from './forms.ts';
import {registerName} from './names.ts';

export interface Cursor {
  readonly code: Uint8Array;
  readonly start: number;
  at: number;
}

export interface Prefixes {
  operand16: boolean;
  lock: boolean;
  repeat: boolean;
  repeatNot: boolean;
  fs: boolean;
  gs: boolean;
  cs: boolean;
  /** Number of 66 prefixes. */
  data16: number;
  /** 0 if there is none. */
  rex: number;
}

export const u8 = (cursor: Cursor): number => {
  if (cursor.at >= cursor.code.length) throw new RangeError('The code ends inside an instruction.');
  return cursor.code[cursor.at++];
};

export const i8 = (cursor: Cursor): number => (u8(cursor) << 24) >> 24;

export const i16 = (cursor: Cursor): number => u8(cursor) | (i8(cursor) << 8);

export const i32 = (cursor: Cursor): number =>
  u8(cursor) | (u8(cursor) << 8) | (u8(cursor) << 16) | (u8(cursor) << 24);

export const readPrefixes = (cursor: Cursor): Prefixes => {
  const prefixes: Prefixes = {
    operand16: false,
    lock: false,
    repeat: false,
    repeatNot: false,
    fs: false,
    gs: false,
    cs: false,
    data16: 0,
    rex: 0,
  };
  for (;;) {
    const byte = cursor.code[cursor.at];
    if (byte === prefixBytes.data16) prefixes.data16++;
    else if (byte === prefixBytes.lock) prefixes.lock = true;
    else if (byte === prefixBytes.repeat) prefixes.repeat = true;
    else if (byte === prefixBytes.repeatNot) prefixes.repeatNot = true;
    else if (byte === prefixBytes.fs) prefixes.fs = true;
    else if (byte === prefixBytes.gs) prefixes.gs = true;
    else if (byte === prefixBytes.cs) prefixes.cs = true;
    else break;
    cursor.at++;
  }
  prefixes.operand16 = prefixes.data16 > 0;
  if ((cursor.code[cursor.at] & 0xf0) === 0x40) prefixes.rex = u8(cursor);
  return prefixes;
};

/** A ModRM byte read: `register` or `memory` is null. */
export interface Operand {
  readonly reg: number;
  readonly register: number | null;
  readonly memory: string | null;
}

const hex = (value: number): string =>
  value < 0 ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;

export const readOperand = (cursor: Cursor, {rex, fs, gs}: Prefixes): Operand => {
  const byte = u8(cursor);
  const mod = byte >> 6;
  const reg = ((byte >> 3) & 7) | ((rex & 4) << 1);
  const rm = byte & 7;
  if (mod === 3) return {reg, register: rm | ((rex & 1) << 3), memory: null};
  const address = rm === 4 ? scaled(cursor, mod, rex) : based(cursor, mod, rm | ((rex & 1) << 3));
  return {reg, register: null, memory: `${fs ? '%fs:' : gs ? '%gs:' : ''}${address}`};
};

const displacement = (cursor: Cursor, mod: number): string => {
  if (mod === 0) return '';
  return hex(mod === 1 ? i8(cursor) : i32(cursor));
};

/** With mod 0, the codes of rbp and r13 stand for the address of the next instruction. */
const based = (cursor: Cursor, mod: number, base: number): string => {
  if (mod === 0 && (base & 7) === 5) return `${hex(i32(cursor))}(%rip)`;
  return `${displacement(cursor, mod)}(${registerName(base, 8, true)})`;
};

const scaled = (cursor: Cursor, mod: number, rex: number): string => {
  const sib = u8(cursor);
  const index = ((sib >> 3) & 7) | ((rex & 2) << 2);
  const base = (sib & 7) | ((rex & 1) << 3);
  const scale = 1 << (sib >> 6);
  // Index 4 means none. If the SIB says no more than ModRM alone could, objdump leaves it out.
  const isPlain = index === 4 && scale === 1;
  const name = index === 4 ? '%riz' : registerName(index, 8, true);
  if (mod === 0 && (base & 7) === 5) {
    if (!isPlain) return `${hex(i32(cursor))}(,${name},${scale})`;
    return `0x${BigInt.asUintN(64, BigInt(i32(cursor))).toString(16)}`;
  }
  const indexText = isPlain && (base & 7) === 4 ? '' : `,${name},${scale}`;
  return `${displacement(cursor, mod)}(${registerName(base, 8, true)}${indexText})`;
};
