// Separate stacks (6.13): which functions of programs that may nest keep theirs outside the frame.
import type {Program, VerifierRules} from '../../types.ts';
import {insnCount, isTailCall, isWide} from '../word/insn.ts';
import {mayNest} from '../word/program-types.ts';

/** Kernels give smaller frames no separate stack. */
const leastBytes = 64;

/** Takes as many bytes in code as a per-CPU address of the kernel. */
export const somePrivateStack = 0x607f_c000_1000n;

/** Functions by number. None of a program with a tail call gets one. */
export const separateStacks = (
  program: Program,
  rules: VerifierRules,
  depths: readonly number[],
): ReadonlySet<number> => {
  if (rules.isa !== 'v6.18' || !mayNest(program.type) || hasTailCall(program)) return new Set();
  const rounded = (depth: number) => Math.ceil(depth / rules.frameRounding) * rules.frameRounding;
  return new Set(depths.flatMap((depth, number) => (rounded(depth) >= leastBytes ? [number] : [])));
};

const hasTailCall = ({insns}: Program): boolean => {
  for (let at = 0; at < insnCount(insns); at++) {
    if (isTailCall(insns, at)) return true;
    if (isWide(insns, at)) at++;
  }
  return false;
};
