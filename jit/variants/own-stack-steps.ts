// Prologue steps of 6.9 and later: the arena's address in r12, and a per-CPU stack instead of the
// frame (6.13).
//
//   | guard | the function's stack | guard |     per CPU
//                                  ^ r9 = R10
import {assemble} from '../x86/assemble-form.ts';
import {CodeBuffer} from '../x86/buffer.ts';
import {ofPerCpu, ofWideImmediate} from '../x86/encode.ts';
import {r12, r9} from '../x86/registers.ts';
import {code} from './ops.ts';
import type {Step} from './prologue-steps.ts';

/** mov r12, arena; `push used` has saved r12. */
export const setArena: Step = {
  step: 'arena',
  ops: ({arena}) => (arena === undefined ? [] : [code(loadAddress(r12, arena))]),
  exit: 'nothing',
};

/** movabs r9, stack; add r9, gs:[this_cpu_off] (6.13) */
export const usePrivateStack: Step = {
  step: 'private stack',
  ops: ({privateStack, layout}) =>
    privateStack === undefined
      ? []
      : [code([...loadAddress(r9, privateStack), ...addPerCpuOffset(layout.percpuOffset ?? 0n)])],
  exit: 'nothing',
  framePointer: r9,
};

const moveAbsolute = ofWideImmediate('mov r64, imm64');
const addPerCpu = ofPerCpu('add r64, r/m64');

/** The shortest form that gives all 64 bits. */
const loadAddress = (register: number, address: bigint): readonly number[] => {
  const low = Number(BigInt.asIntN(32, address));
  if (address >> 32n === 0n) return assemble('mov r32, imm32', register, low);
  if (BigInt.asUintN(64, BigInt(low)) === address)
    return assemble('mov r/m64, imm32', register, low);
  return written((buffer) =>
    moveAbsolute(buffer, register, low, Number(BigInt.asIntN(32, address >> 32n))),
  );
};

const addPerCpuOffset = (offset: bigint): readonly number[] =>
  written((buffer) => addPerCpu(buffer, r9, Number(BigInt.asIntN(32, offset)), 'reg'));

const written = (write: (buffer: CodeBuffer) => void): readonly number[] => {
  const buffer = new CodeBuffer(16);
  write(buffer);
  return [...buffer.bytes.subarray(0, buffer.length)];
};
