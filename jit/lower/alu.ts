// Arithmetic, logic, moves, negation and byte swaps (all but multiplication, division and shifts).
import {fitsImm8} from '../x86/encode-head.ts';
import {ofAccumulator, ofImmediate, ofOne, ofPerCpu, ofTwo} from '../x86/encode.ts';
import {sized} from '../x86/form.ts';
import {rax} from '../x86/registers.ts';
import {aluBits, classes, codes, sourceX} from '../bpf/word/insn.ts';
import {refuse} from '../refusal.ts';
import {eraHas} from './lowering.ts';
import type {Era, Lowering, LoweringTable} from './lowering.ts';
import {copy, moveImmediate, moveRegister} from './moves.ts';
import type {Wide} from './moves.ts';

const names = ['add', 'sub', 'or', 'and', 'xor'] as const;

const withImmediate = (name: (typeof names)[number], wide: Wide): Lowering => {
  const bits = wide === 1 ? 64 : 32;
  const short = ofImmediate(sized(bits, `${name} r/m32, imm8`));
  const long = ofImmediate(sized(bits, `${name} r/m32, imm32`));
  const withRax = ofAccumulator(sized(bits, `${name} eax, imm32`));
  return (code, to, _from, _offset, imm) => {
    if (fitsImm8(imm)) short(code, to, imm);
    else if (to === rax) withRax(code, imm);
    else long(code, to, imm);
  };
};

/** Sign-extending moves of 6.6, by width and bits. */
const signed: readonly [Readonly<Record<number, Lowering>>, Readonly<Record<number, Lowering>>] = [
  {8: ofTwo('movsx r32, r/m8'), 16: ofTwo('movsx r32, r/m16')},
  {
    8: ofTwo('movsx r64, r/m8'),
    16: ofTwo('movsx r64, r/m16'),
    32: ofTwo('movsxd r64, r/m32'),
  },
];

const move =
  (wide: Wide): Lowering =>
  (code, to, from) =>
    moveRegister(code, wide, to, from);

const moveOf612 =
  (wide: Wide): Lowering =>
  (code, to, from, offset, imm) => {
    if (offset === 0) moveRegister(code, wide, to, from);
    else if (signed[wide][offset] !== undefined) signed[wide][offset](code, to, from, offset, imm);
    else if (offset === -1 && wide === 1)
      refuse('no-percpu', 'the program takes a per-CPU address but the layout has no percpuOffset');
    else refuse('unknown-opcode', `a sign-extending move from ${offset} bits does not exist`);
  };

const addPerCpu = ofPerCpu('add r64, r/m64');

/**
 * Moves with offset -1: add to, gs:[percpuOffset]. 6.18 puts a high `to` into REX.B, which is right
 * only for R0, the one register it is used with; 6.12 puts it into REX.R, where it belongs.
 */
export const addPerCpuMove = (table: LoweringTable, era: Era, percpuOffset: number): void => {
  if (!eraHas(era, 'v612')) return;
  const opcode = classes.alu64 | aluBits.mov | sourceX;
  const move = table[opcode]!;
  table[opcode] = (code, to, from, offset, imm) => {
    if (offset !== -1) {
      move(code, to, from, offset, imm);
      return;
    }
    moveRegister(code, 1, to, from);
    addPerCpu(code, to, percpuOffset, era === 'v618' ? 'rm' : 'reg');
  };
};

const rotate16 = ofImmediate('ror r/m16, imm8');
const zeroExtend16 = ofTwo('movzx r32, r/m16');
const swap32 = ofOne('bswap r32');
const swap64 = ofOne('bswap r64');

const swap: Lowering = (code, to, _from, _offset, bits) => {
  if (bits === 16) {
    rotate16(code, to, 8);
    zeroExtend16(code, to, to);
  } else if (bits === 32) swap32(code, to);
  else if (bits === 64) swap64(code, to);
  else refuse('unknown-opcode', `a byte swap of ${bits} bits does not exist`);
};

const truncate: Lowering = (code, to, _from, _offset, bits) => {
  if (bits === 16) zeroExtend16(code, to, to);
  else if (bits === 32) copy[0](code, to, to);
  else if (bits !== 64) refuse('unknown-opcode', `a byte swap of ${bits} bits does not exist`);
};

export const addAlu = (table: LoweringTable, era: Era): void => {
  for (const wide of [0, 1] as const) {
    const alu = wide === 1 ? classes.alu64 : classes.alu;
    const bits = wide === 1 ? 64 : 32;
    for (const name of names) {
      table[alu | aluBits[name] | sourceX] = ofTwo(sized(bits, `${name} r/m32, r32`));
      table[alu | aluBits[name]] = withImmediate(name, wide);
    }
    table[alu | aluBits.mov | sourceX] = eraHas(era, 'v612') ? moveOf612(wide) : move(wide);
    table[alu | aluBits.mov] = (code, to, _from, _offset, imm) =>
      moveImmediate(code, wide, to, imm);
    table[alu | aluBits.neg] = ofOne(sized(bits, 'neg r/m32'));
  }
  table[codes.toBigEndian] = swap;
  table[codes.toLittleEndian] = truncate;
  if (eraHas(era, 'v612')) table[codes.swap] = swap;
};
