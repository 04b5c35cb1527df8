// A program that the kernel has loaded, as an image to list: a variant's code of it at the kernel's
// own addresses, or the kernel's code itself.
import {createHash} from 'node:crypto';
import {compileProgram} from '../../jit/compile.ts';
import {codes} from '../../jit/bpf/word/insn.ts';
import type {Compiled, CompiledFunction, Image, Mark} from '../../jit/types.ts';
import type {Variant} from '../../jit/variants/variant.ts';
import type {ProgramSource} from './program-source.ts';

/** Throws a Refusal for what the variant's kernel refuses. */
export const imageOfVariant = (source: ProgramSource, variant: Variant): Image => {
  const {program, layout} = source.verifiedFor(variant);
  return imageOf(source, variant, compileProgram(program, variant, layout));
};

/** `variant` is the one that the kernel's code follows; it names stacks and steps. */
export const imageOfKernel = (source: ProgramSource, variant: Variant): Image => {
  const {program} = source.verifiedFor(variant);
  const functions = program.functions.map(({base, start}, number): CompiledFunction => {
    const code = source.kernel!.functions[number];
    const offsets = source.kernel!.offsets(number);
    const ends = offsets === null ? [] : [...offsets, code.length];
    return {
      base,
      code,
      ends: Uint32Array.from(ends.length === 0 ? [code.length] : ends),
      marks: () => marksOf(program.insns, start, ends, code.length),
    };
  });
  return imageOf(source, variant, {functions, pokes: [], passes: []});
};

const marksOf = (
  insns: Uint8Array,
  start: number,
  ends: readonly number[],
  length: number,
): readonly Mark[] => {
  if (ends.length === 0) return [{offset: 0, bytes: length, step: 'code', insn: -1}];
  const marks: Mark[] = [{offset: 0, bytes: ends[0], step: 'prologue', insn: -1}];
  for (let i = 1; i < ends.length; i++) {
    const bytes = ends[i] - ends[i - 1];
    const opcode = insns[8 * (start + i - 1)];
    const step = opcode === codes.tailCall ? 'tail call' : opcode === codes.exit ? 'exit' : 'body';
    if (bytes > 0) marks.push({offset: ends[i - 1], bytes, step, insn: start + i - 1});
  }
  return marks;
};

const imageOf = (source: ProgramSource, variant: Variant, compiled: Compiled): Image => {
  const {program, layout} = source.verifiedFor(variant);
  const {name} = source;
  const hash = createHash('sha256');
  for (const {code} of compiled.functions) hash.update(code);
  return {
    variant: variant.name,
    layout,
    placement: {kind: 'fixed', offset: 0},
    functions: compiled.functions.map((each, number) => ({
      ...each,
      program: name,
      symbol: number === 0 ? name : `${name}.${number}`,
    })),
    programs: [{name, verified: program, compiled}],
    hash: hash.digest('hex'),
  };
};
