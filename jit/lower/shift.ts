// Shifts: by an immediate, by rcx as the old instructions want it, or by any register with the
// three-operand forms of BMI2.
//
//   VEX  C4 | R X B 00010 | W v v v v 0 p p | F7 | ModRM      vvvv = inverted number of the count
// register
import type {CodeBuffer} from '../x86/buffer.ts';
import {modRegister, moveRegister, unary} from '../x86/encode.ts';
import type {Wide} from '../x86/encode.ts';
import {high, rcx} from '../x86/registers.ts';
import {eraHas} from './lowering.ts';
import type {Era, Lowering, LoweringTable} from './lowering.ts';
import {scratch} from './bpf-registers.ts';

const pushRcx = 0x51;
const popRcx = 0x59;

// BPF operation, ModRM fields of the shift group, pp of the BMI2 form.
const rows = [
  {operation: 0x60, fields: 0xe0, vex: 1}, // lsh: shl, shlx
  {operation: 0x70, fields: 0xe8, vex: 3}, // rsh: shr, shrx
  {operation: 0xc0, fields: 0xf8, vex: 2}, // arsh: sar, sarx
] as const;

const byImmediate =
  (wide: Wide, fields: number): Lowering =>
  (code, to, _from, _offset, imm) => {
    if (imm === 1) unary(code, wide, 0xd1, fields, to);
    else {
      unary(code, wide, 0xc1, fields, to);
      code.u8(imm);
    }
  };

const byRcx = (code: CodeBuffer, wide: Wide, fields: number, to: number): void =>
  unary(code, wide, 0xd3, fields, to);

/** Up to 6.1: a shift of rcx goes through r11, and rcx is saved even then. */
const oldByRegister =
  (wide: Wide, fields: number): Lowering =>
  (code, to, from) => {
    const target = to === rcx ? scratch : to;
    if (to === rcx) moveRegister(code, 1, scratch, rcx);
    if (from !== rcx) {
      code.u8(pushRcx);
      moveRegister(code, 1, rcx, from);
    }
    byRcx(code, wide, fields, target);
    if (from !== rcx) code.u8(popRcx);
    if (to === rcx) moveRegister(code, 1, rcx, scratch);
  };

const byRegister =
  (wide: Wide, fields: number): Lowering =>
  (code, to, from) => {
    if (from === rcx) {
      byRcx(code, wide, fields, to);
    } else if (to === rcx) {
      moveRegister(code, 1, scratch, rcx);
      moveRegister(code, 1, rcx, from);
      byRcx(code, wide, fields, scratch);
      moveRegister(code, 1, rcx, scratch);
    } else {
      code.u8(pushRcx);
      moveRegister(code, 1, rcx, from);
      byRcx(code, wide, fields, to);
      code.u8(popRcx);
    }
  };

const withBmi2 = (wide: Wide, fields: number, vex: number): Lowering => {
  const otherwise = byRegister(wide, fields);
  return (code, to, from, offset, imm) => {
    if (from === rcx) {
      otherwise(code, to, from, offset, imm);
      return;
    }
    const inverted = high(to) === 1 ? 0 : 0xa0;
    code.u24(0xc4, inverted | 0x42, (wide << 7) | ((~from & 15) << 3) | vex);
    code.u16(0xf7, modRegister(to, to));
  };
};

export const addShifts = (table: LoweringTable, era: Era, bmi2: boolean): void => {
  for (const wide of [0, 1] as const) {
    const alu = wide === 1 ? 0x07 : 0x04;
    for (const {operation, fields, vex} of rows) {
      table[alu | operation] = byImmediate(wide, fields);
      if (!eraHas(era, 'v612')) table[alu | operation | 0x08] = oldByRegister(wide, fields);
      else
        table[alu | operation | 0x08] = bmi2
          ? withBmi2(wide, fields, vex)
          : byRegister(wide, fields);
    }
  }
};
