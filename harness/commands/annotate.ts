// jitstat annotate: the listing with executions per instruction and step, of one variant, of two
// side by side, or by placement.
import {UserError} from '../../results/error.ts';
import {parsePlacement} from '../../jit/image/placement.ts';
import type {Placement} from '../../jit/types.ts';
import type {Workload} from '../../workloads/types.ts';
import type {Command, CommandArguments, Io} from '../command/command.ts';
import {exitCodes, firstGiven, flag, number, text, texts} from '../command/command.ts';
import {resolveSide} from '../sides/resolve.ts';
import {loadWorkloads} from '../measure/load-target.ts';
import {annotateKernel, annotationJson, annotationText} from '../machine/annotate-kernel.ts';
import {lostNote} from '../machine/boot-side.ts';
import {isKernelBuild} from '../machine/kernel-side.ts';
import {readOneMachine, refuseWithoutBuild} from '../machine/machine-options.ts';
import {findPerf} from '../perf/perf.ts';
import {annotatedListing, stepComparison} from '../simulate/annotate-text.ts';
import {parseTlb} from '../simulate/geometry.ts';
import {placementTable, programRuns} from '../simulate/placement-text.ts';
import {observerTable, recordedDocument} from '../simulate/record-text.ts';
import type {Recorded} from '../simulate/perf-record.ts';
import {record} from '../simulate/perf-record.ts';
import type {Simulated} from '../simulate/simulate.ts';
import {simulate} from '../simulate/simulate.ts';
import {countSteps, stepDifferences} from '../simulate/step-counts.ts';
import {sayWhatRuns} from '../command/left-out.ts';
import {table} from '../usage/annotate.ts';

export const command: Command = {
  ...table,
  run: async (io, args) => {
    const name = args.positionals[0];
    const scenario = text(args, 'scenario');
    const named = {workload: name, ...(scenario === undefined ? {} : {scenario})};
    const workload = loadWorkloads(named, io.cwd).workloads.before;
    sayWhatRuns(io, args, workload);
    refuseWithoutBuild(args, {before: text(args, 'on')});
    if (text(args, 'on') !== undefined) return annotateOnKernel(io, args, workload);
    const variants = variantsOf(args);
    for (const variant of variants)
      await resolveSide(variant, {io, rules: text(args, 'rules') ?? null});
    const placements = placementsOf(args, variants);
    const recorded = await recordedOf(io, args, workload, variants, placements);
    const tlb = parseTlb(text(args, 'tlb') ?? '');
    const sides: Simulated[] = [];
    for (const variant of variants) {
      for (const placement of placements)
        sides.push(await simulate({workload, variant, placement, tlb}));
    }
    if (flag(args, 'json')) io.out(`${JSON.stringify(document(workload.name, sides, recorded))}\n`);
    else io.out(textOf(workload.name, sides, placements.length > 1, recorded));
    return exitCodes.done;
  },
};

/** Options that choose variants and placements, which a kernel build chooses itself. */
const ofVariants = ['variant', 'before', 'after', 'placement', 'rules', 'tlb', 'record', 'repeat'];

const annotateOnKernel = async (
  io: Io,
  args: CommandArguments,
  workload: Workload,
): Promise<number> => {
  const on = text(args, 'on') ?? '';
  if (!isKernelBuild(on))
    throw new UserError(`--on does not take '${on}'.`, 'A kernel build: --on kernel:bzImage.');
  const other = firstGiven(args, ofVariants);
  if (other !== undefined)
    throw new UserError(
      `--${other} has no meaning with --on ${on}.`,
      'The kernel compiles and places the programs itself; leave the option out.',
    );
  const side = readOneMachine(args, io, on);
  const found = await annotateKernel(workload, side, lostNote(io, flag(args, 'quiet')));
  io.out(flag(args, 'json') ? `${JSON.stringify(annotationJson(found))}\n` : annotationText(found));
  return exitCodes.done;
};

const textOf = (
  workload: string,
  sides: readonly Simulated[],
  byPlacement: boolean,
  recorded: Recorded | null,
): string => {
  if (byPlacement) return placementTable(sides, workload);
  if (sides.length === 2) return stepComparison(sides[0], sides[1], workload);
  return (
    annotatedListing(sides[0], workload, recorded?.samples) +
    (recorded === null ? '' : observerTable(recorded))
  );
};

const variantsOf = (args: CommandArguments): readonly string[] => {
  const [variant, before, after] = [
    text(args, 'variant'),
    text(args, 'before'),
    text(args, 'after'),
  ];
  const named =
    variant !== undefined && before === undefined && after === undefined
      ? [variant]
      : before !== undefined && after !== undefined && variant === undefined
        ? [before, after]
        : null;
  if (named === null)
    throw new UserError(
      'annotate takes either --variant, or --before and --after.',
      'For example jitstat annotate tailcall1 --before v58 --after rfc1.',
    );
  if (named.includes('kernel'))
    throw new UserError(
      "The kernel's own image cannot run under valgrind.",
      'Annotate the variant of its version, for example v618.',
    );
  return named;
};

const placementsOf = (
  args: CommandArguments,
  variants: readonly string[],
): readonly Placement[] => {
  const given = texts(args, 'placement');
  if (given.length > 1 && variants.length > 1)
    throw new UserError(
      'Placements are compared for one variant at a time.',
      'Give --variant V with several --placement, or --before and --after with one.',
    );
  return given.length === 0 ? [{kind: 'fixed', offset: 0}] : given.map(parsePlacement);
};

const recordedOf = async (
  io: Io,
  args: CommandArguments,
  workload: Workload,
  variants: readonly string[],
  placements: readonly Placement[],
): Promise<Recorded | null> => {
  const file = text(args, 'record');
  if (file === undefined) return null;
  if (variants.length > 1 || placements.length > 1)
    throw new UserError(
      '--record takes one variant at one placement.',
      'For example jitstat annotate tailcall1 --variant rfc1 --record perf.data.',
    );
  const repeat = number(args, 'repeat') ?? 1_000_000;
  return record({
    perf: await findPerf(io.env),
    workload,
    variant: variants[0],
    placement: placements[0],
    repeat,
    file,
    cwd: io.cwd,
  });
};

const document = (workload: string, sides: readonly Simulated[], recorded: Recorded | null) => ({
  schema: 'jitstat/annotate/1',
  workload,
  sides: sides.map((side) => ({
    variant: side.image.variant,
    placement: side.image.placement,
    tlb: side.tlb,
    executions: side.executions,
    programRuns: programRuns(side),
    totals: side.totals,
    steps: countSteps(side.lines),
    lines: side.lines.map(({address, leadsTo: _leadsTo, ...line}) => ({
      ...line,
      address: `0x${address.toString(16)}`,
      ...(recorded === null ? {} : {samples: recorded.samples.get(Number(address)) ?? 0}),
    })),
  })),
  ...(sides.length === 2 ? {differences: stepDifferences(sides[0].lines, sides[1].lines)} : {}),
  ...(recorded === null ? {} : {recorded: recordedDocument(recorded)}),
});
