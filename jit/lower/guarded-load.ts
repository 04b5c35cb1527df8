// Loads through pointers that the verifier could not prove valid (PROBE_MEM): newer kernels test the
// address first, and give 0 for one that is not a kernel address.
//
//   5.5 to 5.11   a plain load; a fault is caught
//   6.1           mov r11, limit + |off|; cmp src, r11; jb zero; mov r11, src; add r11, off; jae load
//   6.10 on       mov r10, vsyscall; mov r11, src; add r11, off; sub r11, r10; mov r10, size;
//                 cmp r11, r10; ja load
//   then          zero: xor dst, dst; jmp end; load: …; end:
import {ofImmediate, ofTwo} from '../x86/encode.ts';
import {assemble} from '../x86/assemble-form.ts';
import type {CodeBuffer} from '../x86/buffer.ts';
import {opcodeOf} from '../x86/form.ts';
import {conditionOf} from '../x86/names.ts';
import {r10} from '../x86/registers.ts';
import {classes, modes} from '../bpf/word/insn.ts';
import {scratch} from './bpf-registers.ts';
import {loads, signedLoads} from './load-store.ts';
import type {BySize} from './load-store.ts';
import {eraHas} from './lowering.ts';
import type {Era, Lowering, LoweringTable} from './lowering.ts';
import {copy, moveAbsolute, moveImmediate, moveSignExtended} from './moves.ts';

/** The end of user space with four levels of page tables, and a guard page (TASK_SIZE_MAX). */
const userEnd = 0x8000_0000_0000n;
/** The page of the legacy system calls (VSYSCALL_ADDR), the only user page above that. */
const vsyscall = -0xa0_0000;
/** The distance from one to the other, across the end of the address space. */
const between = userEnd - BigInt(vsyscall);

/** What a guard begins with from 6.10 on. */
export const guardStart = assemble('mov r/m64, imm32', r10, vsyscall);

const add = ofImmediate('add r/m64, imm32');
const subtract = ofTwo('sub r/m64, r64');
const compare = ofTwo('cmp r/m64, r64');
const [jumpIfAbove] = opcodeOf('jcc rel8', conditionOf('a'));
const [jumpIfBelow] = opcodeOf('jcc rel8', conditionOf('b'));
const [jumpIfNotBelow] = opcodeOf('jcc rel8', conditionOf('ae'));
const [jumpAlways] = opcodeOf('jmp rel8');

const moveWide = (code: CodeBuffer, to: number, value: bigint): void =>
  moveAbsolute(code, to, Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)));

/** Writes a short jump whose distance is filled in later; returns the position of the distance. */
const jumpAhead = (code: CodeBuffer, opcode: number): number => {
  code.u16(opcode, 0);
  return code.length - 1;
};

const landHere = (code: CodeBuffer, at: number): void => {
  code.bytes[at] = code.length - (at + 1);
};

/** `test` returns the jump to the load. */
const guarded =
  (load: Lowering, test: (code: CodeBuffer, from: number, offset: number) => Guard): Lowering =>
  (code, to, from, offset, imm) => {
    const {toZero, toLoad} = test(code, from, offset);
    if (toZero !== null) landHere(code, toZero);
    moveImmediate(code, 0, to, 0);
    const toEnd = jumpAhead(code, jumpAlways);
    landHere(code, toLoad);
    load(code, to, from, offset, imm);
    landHere(code, toEnd);
  };

interface Guard {
  readonly toZero: number | null;
  readonly toLoad: number;
}

const testOf61 = (code: CodeBuffer, from: number, offset: number): Guard => {
  moveWide(code, scratch, userEnd + BigInt(Math.abs(offset)));
  compare(code, from, scratch);
  const toZero = jumpAhead(code, jumpIfBelow);
  copy[1](code, scratch, from);
  add(code, scratch, offset);
  return {toZero, toLoad: jumpAhead(code, jumpIfNotBelow)};
};

const testOf612 = (code: CodeBuffer, from: number, offset: number): Guard => {
  moveSignExtended(code, r10, vsyscall);
  copy[1](code, scratch, from);
  if (offset !== 0) add(code, scratch, offset);
  subtract(code, scratch, r10);
  moveWide(code, r10, between);
  compare(code, scratch, r10);
  return {toZero: null, toLoad: jumpAhead(code, jumpIfAbove)};
};

export const addGuardedLoads = (table: LoweringTable, era: Era): void => {
  const set = (mode: number, rows: BySize) => {
    for (const [size, load] of Object.entries(rows))
      table[classes.ldx | mode | Number(size)] =
        era === 'old' ? load : guarded(load, era === 'v61' ? testOf61 : testOf612);
  };
  set(modes.probeMem, loads);
  if (eraHas(era, 'v612')) set(modes.probeMemsx, signedLoads);
};
