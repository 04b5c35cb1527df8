// Calls of kernel functions (kfuncs): which function an instruction calls.
import type {Program} from '../../types.ts';
import {codeAt, codes, immAt, pseudo, srcAt} from './insn.ts';

/** Undefined for other instructions, and for programs whose kernel functions have no names. */
export const kernelFunctionAt = (
  {insns, kernelFunctions}: Pick<Program, 'insns' | 'kernelFunctions'>,
  index: number,
): string | undefined =>
  codeAt(insns, index) === codes.call && srcAt(insns, index) === pseudo.kfunc
    ? kernelFunctions?.[immAt(insns, index)]
    : undefined;

/** Does not return: the program ends with the value that it throws. */
export const isThrow = (program: Program, index: number): boolean =>
  kernelFunctionAt(program, index) === 'bpf_throw';
