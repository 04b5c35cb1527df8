// Loads and stores of registers and immediates, sign-extending loads, and the speculation barrier.
import {memory, rex, rexIfNeeded} from '../x86/encode.ts';
import {high, rbp, rdi, rsi} from '../x86/registers.ts';
import {eraHas} from './lowering.ts';
import type {Era, Lowering, LoweringTable} from './lowering.ts';

/** BPF size bits of the opcode. */
const word = 0x00;
const half = 0x08;
const byte = 0x10;
const double = 0x18;

const ldx = 0x61;
const ldxSigned = 0x81;
const st = 0x62;
const stx = 0x63;
const noSpeculation = 0xc2;

const loadByte: Lowering = (code, to, from, offset) => {
  code.u24(rex(1, from, to), 0x0f, 0xb6);
  memory(code, from, to, offset);
};

const loadHalf: Lowering = (code, to, from, offset) => {
  code.u24(rex(1, from, to), 0x0f, 0xb7);
  memory(code, from, to, offset);
};

const loadWord: Lowering = (code, to, from, offset) => {
  rexIfNeeded(code, 0, from, to);
  code.u8(0x8b);
  memory(code, from, to, offset);
};

const loadDouble: Lowering = (code, to, from, offset) => {
  code.u16(rex(1, from, to), 0x8b);
  memory(code, from, to, offset);
};

const loadSignedByte: Lowering = (code, to, from, offset) => {
  code.u24(rex(1, from, to), 0x0f, 0xbe);
  memory(code, from, to, offset);
};

const loadSignedHalf: Lowering = (code, to, from, offset) => {
  code.u24(rex(1, from, to), 0x0f, 0xbf);
  memory(code, from, to, offset);
};

const loadSignedWord: Lowering = (code, to, from, offset) => {
  code.u16(rex(1, from, to), 0x63);
  memory(code, from, to, offset);
};

/** The low bytes of rdi, rsi and rbp need a REX prefix even without any of its bits. */
const storeByte: Lowering = (code, to, from, offset) => {
  if (high(to) === 1 || high(from) === 1 || from === rdi || from === rsi || from === rbp)
    code.u8(rex(0, to, from));
  code.u8(0x88);
  memory(code, to, from, offset);
};

const storeHalf: Lowering = (code, to, from, offset) => {
  code.u8(0x66);
  storeWord(code, to, from, offset, 0);
};

const storeWord: Lowering = (code, to, from, offset) => {
  rexIfNeeded(code, 0, to, from);
  code.u8(0x89);
  memory(code, to, from, offset);
};

const storeDouble: Lowering = (code, to, from, offset) => {
  code.u16(rex(1, to, from), 0x89);
  memory(code, to, from, offset);
};

const storeImmediateByte: Lowering = (code, to, _from, offset, imm) => {
  rexIfNeeded(code, 0, to, 0);
  code.u8(0xc6);
  memory(code, to, 0, offset);
  code.u8(imm);
};

const storeImmediateHalf: Lowering = (code, to, _from, offset, imm) => {
  code.u8(0x66);
  rexIfNeeded(code, 0, to, 0);
  code.u8(0xc7);
  memory(code, to, 0, offset);
  code.u16(imm, imm >> 8);
};

const storeImmediateWord: Lowering = (code, to, _from, offset, imm) => {
  rexIfNeeded(code, 0, to, 0);
  code.u8(0xc7);
  memory(code, to, 0, offset);
  code.i32(imm);
};

const storeImmediateDouble: Lowering = (code, to, _from, offset, imm) => {
  code.u16(rex(1, to, 0), 0xc7);
  memory(code, to, 0, offset);
  code.i32(imm);
};

export const loads: Readonly<Record<number, Lowering>> = {
  [byte]: loadByte,
  [half]: loadHalf,
  [word]: loadWord,
  [double]: loadDouble,
};
export const stores: Readonly<Record<number, Lowering>> = {
  [byte]: storeByte,
  [half]: storeHalf,
  [word]: storeWord,
  [double]: storeDouble,
};
const signedLoads = {[byte]: loadSignedByte, [half]: loadSignedHalf, [word]: loadSignedWord};
const immediateStores = {
  [byte]: storeImmediateByte,
  [half]: storeImmediateHalf,
  [word]: storeImmediateWord,
  [double]: storeImmediateDouble,
};

export const addMemory = (table: LoweringTable, era: Era): void => {
  const add = (base: number, rows: Readonly<Record<number, Lowering>>) => {
    for (const [size, lowering] of Object.entries(rows)) table[base | Number(size)] = lowering;
  };
  add(ldx, loads);
  add(stx, stores);
  add(st, immediateStores);
  if (eraHas(era, 'v612')) add(ldxSigned, signedLoads);
  if (era !== 'old') table[noSpeculation] = (code) => code.u24(0x0f, 0xae, 0xe8);
};
