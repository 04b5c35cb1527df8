// The code of many programs on one side: bytes and bytes by step, or why the side refuses one.
import {compilePrograms} from '../../jit/compile.ts';
import type {Compiled, Mark} from '../../jit/types.ts';
import type {Variant} from '../../jit/variants/variant.ts';
import {UserError} from '../../results/error.ts';
import {sizeSteps} from '../../results/size/types.ts';
import type {SideSize, SizeStep} from '../../results/size/types.ts';
import {attempt} from '../command/trouble.ts';
import type {ProgramSource} from '../programs/program-source.ts';

/** In order of `programs`: a size, or the error of a program that is refused. */
export const compileSide = (
  programs: readonly ProgramSource[],
  variant: Variant | 'kernel',
): readonly (SideSize | Error)[] => {
  if (variant === 'kernel') return programs.map(kernelSize);
  const ready = programs.map((one) => attempt(() => one.verifiedFor(variant)));
  // An external compiler is asked once for all programs, unless it refuses one of them.
  const whole = ready.flatMap((one) => (one instanceof Error ? [] : [one]));
  const together =
    variant.foreign === undefined || whole.length === 0
      ? null
      : attempt(() =>
          compilePrograms(
            whole.map(({program}) => program),
            variant,
            whole[0].layout,
          ),
        );
  let next = 0;
  return ready.map((one) => {
    if (one instanceof Error) return one;
    if (together !== null && !(together instanceof Error)) return sizeOf(together[next++]);
    return attempt(() => sizeOf(compilePrograms([one.program], variant, one.layout)[0]));
  });
};

const kernelSize = ({name, kernel}: ProgramSource): SideSize | Error =>
  kernel === null
    ? new UserError(
        `the running kernel did not load ${name}`,
        '--loader libbpf loads objects into the kernel.',
      )
    : {bytes: kernel.functions.reduce((sum, code) => sum + code.length, 0), steps: null};

const sizeOf = ({functions}: Compiled): SideSize => {
  const steps = Object.fromEntries(sizeSteps.map((step) => [step, 0])) as Record<SizeStep, number>;
  let isNamed = true;
  for (const {marks} of functions)
    for (const mark of marks()) {
      const step = stepOf(mark);
      if (step === null) isNamed = false;
      else steps[step] += mark.bytes;
    }
  return {
    bytes: functions.reduce((sum, {code}) => sum + code.length, 0),
    steps: isNamed ? steps : null,
  };
};

/** The steps of variants as a report groups them; other steps are parts of a tail call. */
const stepNames: Readonly<Record<string, SizeStep>> = {
  body: 'body',
  jump: 'body',
  padding: 'body',
  unwind: 'unwind',
  rewind: 'unwind',
  exit: 'exit',
  return: 'exit',
  end: 'exit',
};

/** Null for code from an external compiler, which is one piece. */
const stepOf = ({insn, step}: Mark): SizeStep | null => {
  if (step === 'code') return null;
  return insn < 0 ? 'prologue' : (stepNames[step] ?? 'tail call');
};
