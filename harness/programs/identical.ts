// A loaded program's code by a variant, byte by byte against the kernel's own.
import {compileProgram} from '../../jit/compile.ts';
import {codes} from '../../jit/bpf/word/insn.ts';
import type {Compiled, VerifiedProgram} from '../../jit/types.ts';
import {findVariant} from '../../jit/variants/list/index.ts';
import {mapPlaceholder} from './kernel-verified.ts';
import type {ProgramSource} from './program-source.ts';

/** Why code differs from the kernel's, by the bytes at the first difference. */
export type CodeClass = 'identical' | 'private stack' | 'guarded load' | 'other';

/**
 * Compares all functions; addresses of maps, which the dump hides, count as equal. The source must
 * have been loaded by the kernel, with the kernel's layout. Throws what the compiler throws.
 */
export const compareWithLoaded = (source: ProgramSource, variantName: string): CodeClass => {
  const variant = findVariant(variantName);
  const {program, layout} = source.verifiedFor(variant);
  const compiled = compileProgram(program, variant, layout);
  const theirs = source.kernel!.functions;
  for (const [number, {code}] of compiled.functions.entries()) {
    const hidden = mapBytes(program, compiled, number);
    const end = Math.max(code.length, theirs[number].length);
    for (let at = 0; at < end; at++)
      if (code[at] !== theirs[number][at] && !hidden.has(at)) return classOf(theirs[number]);
  }
  return 'identical';
};

const immediateBytes = 8;

/** Offsets that hold the address of a map. */
const mapBytes = (
  {insns, functions}: VerifiedProgram,
  {functions: compiled}: Compiled,
  number: number,
): ReadonlySet<number> => {
  const view = new DataView(insns.buffer, insns.byteOffset, insns.byteLength);
  const placeholderLow = Number(mapPlaceholder & 0xffff_ffffn);
  const {start} = functions[number];
  const {ends} = compiled[number];
  const offsets = new Set<number>();
  for (let i = 0; i + 1 < ends.length; i++) {
    const at = (start + i) * 8;
    if (insns[at] !== codes.wide || view.getUint32(at + 4, true) !== placeholderLow) continue;
    for (let byte = ends[i + 1] - immediateBytes; byte < ends[i + 1]; byte++) offsets.add(byte);
  }
  return offsets;
};

/** `movabs r9, …; add r9, gs:[…]`, the stack of 6.13 and later. */
const privateStack = Buffer.from('654c030c25', 'hex');
/** `mov r10, 0xffffffffff600000`, in front of loads through kernel pointers. */
const guard = Buffer.from('49c7c2000060ff', 'hex');

const classOf = (code: Uint8Array): CodeClass => {
  const bytes = Buffer.from(code);
  if (bytes.includes(privateStack)) return 'private stack';
  return bytes.includes(guard) ? 'guarded load' : 'other';
};
