// One look over a function before code is written: registers it uses, tail calls, and whether every
// instruction is where it should be.
import {codeAt, codes, dstAt, isWide, srcAt} from '../bpf/word/insn.ts';
import {refuse} from '../refusal.ts';
import type {VerifiedProgram} from '../types.ts';

export interface Scan {
  /**
   * Bit n for register n, from both register fields of every slot, even if an instruction ignores
   * the field.
   */
  readonly registers: number;
  readonly hasTailCall: boolean;
}

/** The last instruction of a function; one that throws an exception ends with a call. */
const ends: readonly number[] = [codes.exit, codes.ja, codes.gotol];

export const scanFunction = (
  {insns, functions}: VerifiedProgram,
  start: number,
  end: number,
): Scan => {
  const last = codeAt(insns, end - 1);
  const mayThrow = () => functions.some(({exceptions}) => exceptions !== undefined);
  if (!ends.includes(last) && !(last === codes.call && mayThrow()))
    refuse('bad-program', `instruction ${end - 1}: a function ends with an exit or a jump`);
  let registers = 0;
  let hasTailCall = false;
  for (let insn = start; insn < end; insn++) {
    registers |= (1 << dstAt(insns, insn)) | (1 << srcAt(insns, insn));
    if (codeAt(insns, insn) === codes.tailCall) hasTailCall = true;
    else if (isWide(insns, insn)) {
      insn++;
      if (insn === end)
        refuse(
          'bad-program',
          `instruction ${insn - 1}: a 64-bit immediate load needs a second slot`,
        );
      if (codeAt(insns, insn) !== 0)
        refuse(
          'bad-program',
          `instruction ${insn}: the second slot of a 64-bit immediate load has opcode 0`,
        );
    }
  }
  if (registers >= 1 << 12) refuse('bad-register', `a register above R11 is used`);
  return {registers, hasTailCall};
};
