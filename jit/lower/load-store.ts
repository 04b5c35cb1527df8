// Loads and stores of registers and immediates, sign-extending loads, and the speculation barrier.
import {alone, ofMemory, ofMemoryImmediate} from '../x86/encode.ts';
import {classes, codes, modes, sizeBits} from '../bpf/word/insn.ts';
import {eraHas} from './lowering.ts';
import type {Era, Lowering, LoweringTable} from './lowering.ts';

export type BySize = Readonly<Record<number, Lowering>>;

/** By the size bits of the BPF opcode. */
export const loads: BySize = {
  [sizeBits[1]]: ofMemory('movzx r64, r/m8'),
  [sizeBits[2]]: ofMemory('movzx r64, r/m16'),
  [sizeBits[4]]: ofMemory('mov r32, r/m32'),
  [sizeBits[8]]: ofMemory('mov r64, r/m64'),
};

export const stores: BySize = {
  [sizeBits[1]]: ofMemory('mov r/m8, r8'),
  [sizeBits[2]]: ofMemory('mov r/m16, r16'),
  [sizeBits[4]]: ofMemory('mov r/m32, r32'),
  [sizeBits[8]]: ofMemory('mov r/m64, r64'),
};

export const signedLoads: BySize = {
  [sizeBits[1]]: ofMemory('movsx r64, r/m8'),
  [sizeBits[2]]: ofMemory('movsx r64, r/m16'),
  [sizeBits[4]]: ofMemory('movsxd r64, r/m32'),
};

const immediate = (write: ReturnType<typeof ofMemoryImmediate>): Lowering => {
  return (code, to, _from, offset, imm) => write(code, to, offset, imm);
};

const immediateStores: BySize = {
  [sizeBits[1]]: immediate(ofMemoryImmediate('mov r/m8, imm8')),
  [sizeBits[2]]: immediate(ofMemoryImmediate('mov r/m16, imm16')),
  [sizeBits[4]]: immediate(ofMemoryImmediate('mov r/m32, imm32')),
  [sizeBits[8]]: immediate(ofMemoryImmediate('mov r/m64, imm32')),
};

export const addMemory = (table: LoweringTable, era: Era): void => {
  const add = (base: number, rows: BySize) => {
    for (const [size, lowering] of Object.entries(rows)) table[base | Number(size)] = lowering;
  };
  add(classes.ldx | modes.mem, loads);
  add(classes.stx | modes.mem, stores);
  add(classes.st | modes.mem, immediateStores);
  if (eraHas(era, 'v612')) add(classes.ldx | modes.memsx, signedLoads);
  if (era !== 'old') table[codes.nospec] = alone('lfence');
};
