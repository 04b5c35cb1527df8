// Compares a variant's code of a loaded program with the kernel's own, byte by byte.
import {compileProgram} from '../../jit/compile.ts';
import {codes, insnCount} from '../../jit/bpf/word/insn.ts';
import {guardStart} from '../../jit/lower/guarded-load.ts';
import type {Compiled, VerifiedProgram} from '../../jit/types.ts';
import {findVariant} from '../../jit/variants/list/index.ts';
import {opcodeOf} from '../../jit/x86/form.ts';
import {nop5} from '../../jit/x86/nops.ts';
import {mapPlaceholder} from './kernel-verified.ts';
import type {ProgramSource} from './program-source.ts';

/** Why code differs from the kernel's, by features of the kernel's function. */
export const codeClasses = [
  'identical',
  'private stack',
  'guarded load',
  'exceptions',
  'arena',
  'other',
] as const;
export type CodeClass = (typeof codeClasses)[number];

export interface CodeComparison {
  readonly kind: CodeClass;
  /** Places that the kernel patches while it runs and has patched: they count as equal. */
  readonly patched: number;
  /** The first difference; `insn` is -1 in a prologue. */
  readonly first: {
    readonly function: number;
    readonly offset: number;
    readonly insn: number;
  } | null;
}

/**
 * Compares all functions. The source must have been loaded by the kernel, with the kernel's layout.
 * Addresses of maps that the code does not show count as equal. Throws what the compiler throws.
 */
export const compareWithLoaded = (source: ProgramSource, variantName: string): CodeComparison => {
  const variant = findVariant(variantName);
  const {program, layout} = source.verifiedFor(variant);
  const compiled = compileProgram(program, variant, layout);
  const theirs = source.kernel!.functions;
  let patched = 0;
  for (const [number, {code, ends}] of compiled.functions.entries()) {
    const hidden = mapBytes(program, compiled, number);
    const places = patchPlaces(compiled, number, theirs[number]);
    patched += places.length;
    for (const at of places) for (let i = 0; i < patchBytes; i++) hidden.add(at + i);
    const end = Math.max(code.length, theirs[number].length);
    for (let at = 0; at < end; at++)
      if (code[at] !== theirs[number][at] && !hidden.has(at)) {
        const after = ends.findIndex((each) => at < each);
        const insn = after <= 0 ? -1 : program.functions[number].start + after - 1;
        const first = {function: number, offset: at, insn};
        return {kind: classOf(program, number, theirs[number]), patched, first};
      }
  }
  return {kind: 'identical', patched, first: null};
};

const immediateBytes = 8;
const patchBytes = 5;

/** Offsets that hold the address of a map. */
const mapBytes = (
  {insns, functions}: VerifiedProgram,
  {functions: compiled}: Compiled,
  number: number,
): Set<number> => {
  const view = new DataView(insns.buffer, insns.byteOffset, insns.byteLength);
  const placeholderLow = Number(mapPlaceholder & 0xffff_ffffn);
  const {start} = functions[number];
  const {ends} = compiled[number];
  const offsets = new Set<number>();
  for (let i = 0; i + 1 < ends.length && start + i < insnCount(insns); i++) {
    const at = (start + i) * 8;
    if (insns[at] !== codes.wide || view.getUint32(at + 4, true) !== placeholderLow) continue;
    for (let byte = ends[i + 1] - immediateBytes; byte < ends[i + 1]; byte++) offsets.add(byte);
  }
  return offsets;
};

const nearJumps = [...opcodeOf('call rel32'), ...opcodeOf('jmp rel32')];

/**
 * Places the kernel has patched: the hook at the beginning, if something is attached, and direct
 * tail calls whose slot is filled (the bypass is a nop, the target a jump).
 */
const patchPlaces = (
  {functions, pokes}: Compiled,
  number: number,
  theirs: Uint8Array,
): readonly number[] => {
  const {code} = functions[number];
  const isNop = (bytes: Uint8Array, at: number) => nop5.every((byte, i) => bytes[at + i] === byte);
  const hook = [0, 4].find((at) => isNop(code, at)) ?? -1;
  const places = [
    hook,
    ...pokes
      .filter((poke) => poke.function === number)
      .flatMap(({target, bypass}) => (bypass === null ? [target] : [bypass, target])),
  ];
  return places.filter(
    (at) =>
      at >= 0 &&
      code.subarray(at, at + patchBytes).some((byte, i) => byte !== theirs[at + i]) &&
      (isNop(theirs, at) || nearJumps.includes(theirs[at])),
  );
};

const classOf = (
  {functions, arena}: VerifiedProgram,
  number: number,
  code: Uint8Array,
): CodeClass => {
  const {privateStack, exceptions} = functions[number];
  if (privateStack !== undefined) return 'private stack';
  if (exceptions !== undefined) return 'exceptions';
  if (arena !== undefined) return 'arena';
  return Buffer.from(code).includes(Buffer.from(guardStart)) ? 'guarded load' : 'other';
};
