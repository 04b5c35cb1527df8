// The compare half of a conditional jump, and the condition of the jump half.
import {fitsImm8} from '../x86/encode-head.ts';
import {ofImmediate, ofTwo} from '../x86/encode.ts';
import {sized} from '../x86/form.ts';
import {conditionOf} from '../x86/names.ts';
import {classes, jumpBits, sourceX} from '../bpf/word/insn.ts';
import type {Lowering, LoweringTable} from './lowering.ts';

/** BPF jumps and the x86 condition that takes them. */
const rows = [
  ['jeq', 'e'],
  ['jgt', 'a'],
  ['jge', 'ae'],
  ['jset', 'ne'],
  ['jne', 'ne'],
  ['jsgt', 'g'],
  ['jsge', 'ge'],
  ['jlt', 'b'],
  ['jle', 'be'],
  ['jslt', 'l'],
  ['jsle', 'le'],
] as const;

/** The condition of each BPF opcode's jump; 0 if the opcode is not a conditional jump. */
export const conditions = new Uint8Array(256);

for (const [name, condition] of rows) {
  for (const kind of [classes.jmp, classes.jmp32])
    for (const source of [0, sourceX])
      conditions[jumpBits[name] | kind | source] = conditionOf(condition);
}

const testImmediate = (bits: 32 | 64): Lowering => {
  const test = ofImmediate(sized(bits, 'test r/m32, imm32'));
  return (code, to, _from, _offset, imm) => test(code, to, imm);
};

const compareImmediate = (bits: 32 | 64): Lowering => {
  const test = ofTwo(sized(bits, 'test r/m32, r32'));
  const short = ofImmediate(sized(bits, 'cmp r/m32, imm8'));
  const long = ofImmediate(sized(bits, 'cmp r/m32, imm32'));
  return (code, to, _from, _offset, imm) => {
    if (imm === 0) test(code, to, to);
    else if (fitsImm8(imm)) short(code, to, imm);
    else long(code, to, imm);
  };
};

export const addCompares = (table: LoweringTable): void => {
  for (const bits of [32, 64] as const) {
    const jump = bits === 64 ? classes.jmp : classes.jmp32;
    for (const [name] of rows) {
      const isTest = name === 'jset';
      table[jump | jumpBits[name] | sourceX] = ofTwo(
        sized(bits, isTest ? 'test r/m32, r32' : 'cmp r/m32, r32'),
      );
      table[jump | jumpBits[name]] = isTest ? testImmediate(bits) : compareImmediate(bits);
    }
  }
};
