// The refusal of a program: its name, the instruction number and the reason, in one place.
import {Refusal} from '../../refusal.ts';
import type {Program} from '../../types.ts';

const fix = 'Fix the instruction, counted from 0; a wide load counts twice.';

/** Throws the Refusal of every refusal that concerns one instruction. */
export const refuse = (
  program: Pick<Program, 'name'>,
  insn: number,
  reason: string,
  hint = fix,
): never => {
  throw new Refusal(`program ${program.name}: instruction ${insn}: ${reason}`, hint);
};
