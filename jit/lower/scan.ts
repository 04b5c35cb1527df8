// One look over a function before code is written: registers it uses, tail calls, and whether every
// instruction is where it should be.
import {refuse} from '../refusal.ts';

export const insnBytes = 8;

export interface Scan {
  /**
   * Bit n for register n, from both register fields of every slot, also where an instruction
   * ignores the field.
   */
  readonly registers: number;
  readonly hasTailCall: boolean;
}

const wideLoad = 0x18;
const tailCall = 0xf5;
const exit = 0x95;
const jump = 0x05;
const jumpLong = 0x06;

export const scanFunction = (insns: Uint8Array, start: number, end: number): Scan => {
  const last = insns[(end - 1) * insnBytes];
  if (last !== exit && last !== jump && last !== jumpLong)
    refuse('bad-program', `instruction ${end - 1}: a function ends with an exit or a jump`);
  let registers = 0;
  let hasTailCall = false;
  for (let insn = start; insn < end; insn++) {
    const at = insn * insnBytes;
    const opcode = insns[at];
    const fields = insns[at + 1];
    registers |= (1 << (fields & 15)) | (1 << (fields >> 4));
    if (opcode === tailCall) hasTailCall = true;
    else if (opcode === wideLoad) {
      insn++;
      if (insn === end)
        refuse(
          'bad-program',
          `instruction ${insn - 1}: a 64-bit immediate load needs a second slot`,
        );
      if (insns[at + insnBytes] !== 0)
        refuse(
          'bad-program',
          `instruction ${insn}: the second slot of a 64-bit immediate load has opcode 0`,
        );
    }
  }
  if (registers >= 1 << 12) refuse('bad-register', `a register above R11 is used`);
  return {registers, hasTailCall};
};
