// The compiler: a verified program and a variant in, machine code and poke sites out.
import {arrangeConverging} from './lower/emit/converge.ts';
import {arrangeAsKernel} from './lower/emit/driver.ts';
import {CompileRefusal, refuse} from './refusal.ts';
import {explainPasses} from './lower/emit/explain.ts';
import {lowerFunction} from './lower/function.ts';
import {loweringTable} from './lower/lowerings.ts';
import type {Skeleton} from './lower/skeleton.ts';
import type {Arrangement} from './lower/emit/arrangement.ts';
import type {Compiled, CompiledFunction, Layout, PokeSite, VerifiedProgram} from './types.ts';
import {landingOffset} from './variants/derive.ts';
import {codeAt, codes, insnBytes, insnCount, isWide} from './bpf/word/insn.ts';
import {findVariant} from './variants/list/index.ts';
import type {Variant} from './variants/variant.ts';
import {writeFunction} from './lower/emit/write-code.ts';

export interface CompileOptions {
  readonly driver?: 'kernel' | 'converging';
}

/**
 * Compiles all functions at their `base` addresses. Throws a CompileRefusal for what the variant's
 * kernel refuses: unknown opcodes, calls out of reach, layouts that do not settle.
 */
export const compileProgram = (
  program: VerifiedProgram,
  variantOrName: Variant | string,
  layout: Layout,
  options: CompileOptions = {},
): Compiled => {
  const variant = typeof variantOrName === 'string' ? findVariant(variantOrName) : variantOrName;
  if (variant.foreign !== undefined) return compilePrograms([program], variant, layout, options)[0];
  checkProgram(program, variant);
  const table = loweringTable(variant.habits.era, layout, program.arena);
  const functions: CompiledFunction[] = [];
  const pokes: PokeSite[][] = [];
  const passes: number[] = [];
  program.functions.forEach((_function, index) => {
    const skeleton = lowerFunction(program, index, variant, layout, table);
    const arrangement = arrange(
      skeleton,
      program.functions.length > 1,
      options.driver ?? variant.driver,
    );
    functions.push(writeFunction(skeleton, arrangement));
    pokes.push(pokeSites(skeleton, arrangement));
    passes.push(arrangement.passes);
  });
  return {functions, pokes: pokes.flat(), passes};
};

/** Compiles several programs; a foreign compiler gets all of them in one request. */
export const compilePrograms = (
  programs: readonly VerifiedProgram[],
  variant: Variant,
  layout: Layout,
  options: CompileOptions = {},
): readonly Compiled[] => {
  if (variant.foreign === undefined)
    return programs.map((program) => compileProgram(program, variant, layout, options));
  if (options.driver !== undefined && options.driver !== variant.driver)
    refuse('bad-request', `${variant.name} has its own driver`, 'Leave the driver out.');
  for (const program of programs) checkProgram(program, variant);
  return variant.foreign.compile(programs, layout);
};

const arrange = (
  skeleton: Skeleton,
  extraPass: boolean,
  driver: 'kernel' | 'converging',
): Arrangement => {
  if (driver === 'converging') return arrangeConverging(skeleton);
  try {
    return arrangeAsKernel(skeleton, extraPass);
  } catch (error) {
    throw error instanceof CompileRefusal
      ? new CompileRefusal(
          error.code,
          error.message,
          error.hint,
          explainPasses(skeleton, extraPass),
        )
      : error;
  }
};

const pokeSites = (skeleton: Skeleton, arrangement: Arrangement): PokeSite[] => {
  const {ends} = arrangement;
  if (skeleton.tailCalls.length === 0) return [];
  const adj = landingOffset(skeleton.variant, skeleton.frame);
  return skeleton.tailCalls
    .filter(({descriptor}) => descriptor >= 0)
    .map(({insn, descriptor, sequence}) => {
      const begin =
        ends[insn - 1] +
        (sequence.aligned ? misplacement(skeleton, arrangement, insn, sequence.bytes.length) : 0);
      return {
        descriptor,
        function: skeleton.functionIndex,
        insn: skeleton.start + insn - 1,
        target: begin + sequence.target!,
        bypass: sequence.bypass === null ? null : begin + sequence.bypass,
        bypassTarget: sequence.bypass === null ? null : ends[insn],
        adj,
      };
    });
};

/**
 * The patch in the thread counts poke addresses back from an end that includes the padding of the
 * pass before.
 */
const misplacement = (
  {openInsn}: Skeleton,
  {driver, ends, openDistance}: Arrangement,
  insn: number,
  length: number,
): number =>
  driver === 'converging' ? 0 : openDistance[openInsn.indexOf(insn)] - (ends[insn - 1] + length);

/** Checks what every compiler relies on. Throws a Refusal. */
export const checkProgram = (program: VerifiedProgram, variant: Variant): void => {
  checkFunctions(program);
  checkMixture(program, variant);
};

const checkFunctions = ({insns, functions}: VerifiedProgram): void => {
  if (insns.length === 0 || insns.length % insnBytes !== 0)
    refuse('bad-program', 'a program is a whole number of 8-byte instructions, at least one');
  const starts = functions.map((each) => each.start);
  const ordered = starts.every(
    (start, index) => Number.isInteger(start) && start > (index === 0 ? -1 : starts[index - 1]),
  );
  if (starts[0] !== 0 || !ordered || starts.at(-1)! >= insnCount(insns)) {
    refuse(
      'bad-program',
      'functions are listed by their first instruction, the first at 0, each within the program',
    );
  }
};

/** Kernels before the series reject this mixture in their verifier, before they compile. */
const checkMixture = ({insns, functions}: VerifiedProgram, {rules}: Variant): void => {
  if (rules.tailCallsInSubprograms !== 'refuse' || functions.length === 1) return;
  for (let at = 0; at < insnCount(insns); at += isWide(insns, at) ? 2 : 1) {
    if (codeAt(insns, at) === codes.tailCall)
      refuse(
        'bad-program',
        'tail_calls are not allowed in programs with bpf-to-bpf calls',
        'Variants from rfc1 on allow the mixture.',
      );
  }
};
