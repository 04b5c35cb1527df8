// Shifts: by an immediate, by rcx as the old instructions require, or by any register with the
// three-operand forms of BMI2.
import {ofImmediate, ofOne, ofThree} from '../x86/encode.ts';
import {sized} from '../x86/form.ts';
import {rcx} from '../x86/registers.ts';
import {aluBits, classes, sourceX} from '../bpf/word/insn.ts';
import {scratch} from './bpf-registers.ts';
import {eraHas} from './lowering.ts';
import type {Era, Lowering, LoweringTable} from './lowering.ts';
import {moveRegister} from './moves.ts';

const rows = [
  {operation: aluBits.lsh, name: 'shl', bmi2: 'shlx'},
  {operation: aluBits.rsh, name: 'shr', bmi2: 'shrx'},
  {operation: aluBits.arsh, name: 'sar', bmi2: 'sarx'},
] as const;
type Shift = (typeof rows)[number]['name'];
type Bits = 32 | 64;

const push = ofOne('push r64');
const pop = ofOne('pop r64');

const byImmediate = (name: Shift, bits: Bits): Lowering => {
  const byOne = ofOne(sized(bits, `${name} r/m32, 1`));
  const by = ofImmediate(sized(bits, `${name} r/m32, imm8`));
  return (code, to, _from, _offset, imm) => {
    if (imm === 1) byOne(code, to);
    else by(code, to, imm);
  };
};

/** Up to 6.1: a shift of rcx goes through r11, and rcx is saved even then. */
const oldByRegister = (name: Shift, bits: Bits): Lowering => {
  const byRcx = ofOne(sized(bits, `${name} r/m32, cl`));
  return (code, to, from) => {
    if (to === rcx) moveRegister(code, 1, scratch, rcx);
    if (from !== rcx) {
      push(code, rcx);
      moveRegister(code, 1, rcx, from);
    }
    byRcx(code, to === rcx ? scratch : to);
    if (from !== rcx) pop(code, rcx);
    if (to === rcx) moveRegister(code, 1, rcx, scratch);
  };
};

const byRegister = (name: Shift, bits: Bits): Lowering => {
  const byRcx = ofOne(sized(bits, `${name} r/m32, cl`));
  return (code, to, from) => {
    if (from === rcx) {
      byRcx(code, to);
    } else if (to === rcx) {
      moveRegister(code, 1, scratch, rcx);
      moveRegister(code, 1, rcx, from);
      byRcx(code, scratch);
      moveRegister(code, 1, rcx, scratch);
    } else {
      push(code, rcx);
      moveRegister(code, 1, rcx, from);
      byRcx(code, to);
      pop(code, rcx);
    }
  };
};

const withBmi2 = (name: Shift, bmi2: (typeof rows)[number]['bmi2'], bits: Bits): Lowering => {
  const byRcx = ofOne(sized(bits, `${name} r/m32, cl`));
  const byAny = ofThree(sized(bits, `${bmi2} r32, r/m32, r32`));
  return (code, to, from) => {
    if (from === rcx) byRcx(code, to);
    else byAny(code, to, to, from);
  };
};

export const addShifts = (table: LoweringTable, era: Era, hasBmi2: boolean): void => {
  for (const bits of [32, 64] as const) {
    const alu = bits === 64 ? classes.alu64 : classes.alu;
    for (const {operation, name, bmi2} of rows) {
      table[alu | operation] = byImmediate(name, bits);
      table[alu | operation | sourceX] = !eraHas(era, 'v612')
        ? oldByRegister(name, bits)
        : hasBmi2
          ? withBmi2(name, bmi2, bits)
          : byRegister(name, bits);
    }
  }
};
