// Multiplication and division: old kernels go through rax and rdx whatever the operands are; newer
// ones save only the registers that are in the way.
import {fitsImm8} from '../x86/encode-head.ts';
import {alone, ofOne, ofTwo, ofTwoImmediate} from '../x86/encode.ts';
import {sized} from '../x86/form.ts';
import {rax, rdx} from '../x86/registers.ts';
import {aluBits, classes, sourceX} from '../bpf/word/insn.ts';
import {scratch} from './bpf-registers.ts';
import {eraHas} from './lowering.ts';
import type {Era, Lowering, LoweringTable} from './lowering.ts';
import {copy, moveImmediate, moveRegister, moveSignExtended} from './moves.ts';
import type {Wide} from './moves.ts';

const push = ofOne('push r64');
const pop = ofOne('pop r64');
const clear = ofTwo('xor r/m32, r32');
const multiplyRax = [ofOne('mul r/m32'), ofOne('mul r/m64')] as const;
const divideUnsigned = [ofOne('div r/m32'), ofOne('div r/m64')] as const;
const divideSigned = [ofOne('idiv r/m32'), ofOne('idiv r/m64')] as const;
/** The sign of rax into rdx. */
const extendSign = [alone('cdq'), alone('cqo')] as const;

const oldMultiply =
  (wide: Wide, immediate: boolean): Lowering =>
  (code, to, from, _offset, imm) => {
    if (to !== rax) push(code, rax);
    if (to !== rdx) push(code, rdx);
    moveRegister(code, 1, scratch, to);
    if (immediate) moveImmediate(code, wide, rax, imm);
    else moveRegister(code, wide, rax, from);
    multiplyRax[wide](code, scratch);
    if (to !== rdx) pop(code, rdx);
    if (to === rax) return;
    moveRegister(code, 1, to, rax);
    pop(code, rax);
  };

const oldDivide =
  (wide: Wide, immediate: boolean, modulo: boolean): Lowering =>
  (code, to, from, _offset, imm) => {
    push(code, rax);
    push(code, rdx);
    if (immediate) moveSignExtended(code, scratch, imm);
    else moveRegister(code, 1, scratch, from);
    moveRegister(code, 1, rax, to);
    clear(code, rdx, rdx);
    divideUnsigned[wide](code, scratch);
    moveRegister(code, 1, scratch, modulo ? rdx : rax);
    pop(code, rdx);
    pop(code, rax);
    moveRegister(code, 1, to, scratch);
  };

const multiplyImmediate = (bits: 32 | 64): Lowering => {
  const short = ofTwoImmediate(sized(bits, 'imul r32, r/m32, imm8'));
  const long = ofTwoImmediate(sized(bits, 'imul r32, r/m32, imm32'));
  return (code, to, _from, _offset, imm) => {
    if (fitsImm8(imm)) short(code, to, to, imm);
    else long(code, to, to, imm);
  };
};

const divide =
  (wide: Wide, immediate: boolean, modulo: boolean, knowsSigned: boolean): Lowering =>
  (code, to, from, offset, imm) => {
    if (to !== rax) push(code, rax);
    if (to !== rdx) push(code, rdx);
    const divisor = immediate || from === rax || from === rdx ? scratch : from;
    if (immediate) moveSignExtended(code, scratch, imm);
    else if (divisor === scratch) moveRegister(code, 1, scratch, from);
    if (to !== rax) moveRegister(code, wide, rax, to);
    if (knowsSigned && offset === 1) {
      extendSign[wide](code);
      divideSigned[wide](code, divisor);
    } else {
      clear(code, rdx, rdx);
      divideUnsigned[wide](code, divisor);
    }
    const result = modulo ? rdx : rax;
    if (to !== result) copy[wide](code, to, result);
    if (to !== rdx) pop(code, rdx);
    if (to !== rax) pop(code, rax);
  };

export const addMultiplyDivide = (table: LoweringTable, era: Era): void => {
  for (const wide of [0, 1] as const) {
    const alu = wide === 1 ? classes.alu64 : classes.alu;
    const bits = wide === 1 ? 64 : 32;
    const old = era === 'old';
    table[alu | aluBits.mul | sourceX] = old
      ? oldMultiply(wide, false)
      : ofTwo(sized(bits, 'imul r32, r/m32'));
    table[alu | aluBits.mul] = old ? oldMultiply(wide, true) : multiplyImmediate(bits);
    for (const [operation, modulo] of [
      [aluBits.div, false],
      [aluBits.mod, true],
    ] as const) {
      for (const [source, immediate] of [
        [sourceX, false],
        [0, true],
      ] as const) {
        table[alu | operation | source] = old
          ? oldDivide(wide, immediate, modulo)
          : divide(wide, immediate, modulo, eraHas(era, 'v612'));
      }
    }
  }
};
