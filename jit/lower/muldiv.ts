// Multiplication and division: old kernels go through rax and rdx whatever the operands are, newer
// ones save only what is in the way.
import type {CodeBuffer} from '../x86/buffer.ts';
import {
  fitsImm8,
  modRegister,
  moveImmediate,
  moveRegister,
  moveSignExtended,
  registers,
  rex,
  rexIfNeeded,
} from '../x86/encode.ts';
import type {Wide} from '../x86/encode.ts';
import {low, rax, rdx} from '../x86/registers.ts';
import {eraHas} from './lowering.ts';
import type {Era, Lowering, LoweringTable} from './lowering.ts';
import {scratch} from './bpf-registers.ts';

const pushRax = 0x50;
const pushRdx = 0x52;
const popRax = 0x58;
const popRdx = 0x5a;

const oldMultiply =
  (wide: Wide, immediate: boolean): Lowering =>
  (code, to, from, _offset, imm) => {
    if (to !== rax) code.u8(pushRax);
    if (to !== rdx) code.u8(pushRdx);
    moveRegister(code, 1, scratch, to);
    if (immediate) moveImmediate(code, wide, rax, imm);
    else moveRegister(code, wide, rax, from);
    code.u24(rex(wide, scratch, 0), 0xf7, 0xe0 + low(scratch));
    if (to !== rdx) code.u8(popRdx);
    if (to === rax) return;
    moveRegister(code, 1, to, rax);
    code.u8(popRax);
  };

const oldDivide =
  (wide: Wide, immediate: boolean, modulo: boolean): Lowering =>
  (code, to, from, _offset, imm) => {
    code.u16(pushRax, pushRdx);
    if (immediate) moveSignExtended(code, scratch, imm);
    else moveRegister(code, 1, scratch, from);
    moveRegister(code, 1, rax, to);
    code.u16(0x31, 0xd2); // xor edx, edx
    code.u24(rex(wide, scratch, 0), 0xf7, 0xf0 + low(scratch));
    moveRegister(code, 1, scratch, modulo ? rdx : rax);
    code.u16(popRdx, popRax);
    moveRegister(code, 1, to, scratch);
  };

const multiply =
  (wide: Wide): Lowering =>
  (code, to, from) => {
    rexIfNeeded(code, wide, from, to);
    code.u24(0x0f, 0xaf, modRegister(from, to));
  };

const multiplyImmediate =
  (wide: Wide): Lowering =>
  (code, to, _from, _offset, imm) => {
    rexIfNeeded(code, wide, to, to);
    if (fitsImm8(imm)) code.u24(0x6b, modRegister(to, to), imm);
    else {
      code.u16(0x69, modRegister(to, to));
      code.i32(imm);
    }
  };

const divideBy = (code: CodeBuffer, wide: Wide, divisor: number, signed: boolean): void => {
  if (!signed)
    code.u16(0x31, 0xd2); // xor edx, edx
  else if (wide === 1)
    code.u16(0x48, 0x99); // cqo
  else code.u8(0x99); // cdq
  rexIfNeeded(code, wide, divisor, 0);
  code.u16(0xf7, (signed ? 0xf8 : 0xf0) + low(divisor));
};

const divide =
  (wide: Wide, immediate: boolean, modulo: boolean, knowsSigned: boolean): Lowering =>
  (code, to, from, offset, imm) => {
    if (to !== rax) code.u8(pushRax);
    if (to !== rdx) code.u8(pushRdx);
    let divisor = from;
    if (immediate || from === rax || from === rdx) divisor = scratch;
    if (immediate) moveSignExtended(code, scratch, imm);
    else if (divisor === scratch) moveRegister(code, 1, scratch, from);
    if (to !== rax) moveRegister(code, wide, rax, to);
    divideBy(code, wide, divisor, knowsSigned && offset === 1);
    const result = modulo ? rdx : rax;
    if (to !== result) registers(code, wide, 0x89, to, result);
    if (to !== rdx) code.u8(popRdx);
    if (to !== rax) code.u8(popRax);
  };

export const addMultiplyDivide = (table: LoweringTable, era: Era): void => {
  for (const wide of [0, 1] as const) {
    const alu = wide === 1 ? 0x07 : 0x04;
    const old = era === 'old';
    table[alu | 0x28] = old ? oldMultiply(wide, false) : multiply(wide);
    table[alu | 0x20] = old ? oldMultiply(wide, true) : multiplyImmediate(wide);
    for (const [operation, modulo] of [
      [0x30, false],
      [0x90, true],
    ] as const) {
      for (const [source, immediate] of [
        [0x08, false],
        [0x00, true],
      ] as const) {
        table[alu | operation | source] = old
          ? oldDivide(wide, immediate, modulo)
          : divide(wide, immediate, modulo, eraHas(era, 'v612'));
      }
    }
  }
};
