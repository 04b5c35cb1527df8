// From a target to its two subjects: variants of a workload in the user shim, the running kernel,
// or commands.
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {formatPlacement} from '../../jit/image/placement.ts';
import type {Layout, Placement} from '../../jit/types.ts';
import type {CodeSide} from '../simulate/simulate-pair.ts';
import {findVariant} from '../../jit/variants/list/index.ts';
import type {Workload} from '../../workloads/types.ts';
import {executionsPerRepeat} from '../../workloads/types.ts';
import {ensureVariant} from '../play/ensure-variant.ts';
import {buildShim} from '../shim/build-shim.ts';
import {prepareJob} from '../shim/prepare.ts';
import {dumpKernelImages, kernelImageBytes} from '../shim/kernel-image.ts';
import {prepareKernelJob} from '../shim/kernel-job.ts';
import {describeResult, parseShimResults} from '../shim/result.ts';
import {resolveSide} from '../sides/resolve.ts';
import type {SideIo} from '../sides/resolve.ts';
import type {MeasureOptions, Target, WorkloadTarget} from './measure-options.ts';
import {nameChange} from './program-change.ts';
import {placementOfBlock} from '../shim/placement-plan.ts';
import {commandSubjects} from './command-subjects.ts';
import type {CheckedReport, Subject, Subjects} from './subject.ts';

/** Both sides of a target, compiled and checked; `after` is null for a one-sided session. */
export const subjectsOf = async (
  target: Target,
  options: MeasureOptions,
  io: SideIo,
): Promise<Subjects> => {
  if (target.kind === 'commands') return commandSubjects(target);
  const {workloads} = target;
  const context = {io, rules: options.rules ?? null};
  await resolveSide(target.before, context);
  if (target.after !== null) await resolveSide(target.after, context);
  const before = await variantSubject(workloads.before, target.before, options);
  const after =
    target.after === null ? null : await variantSubject(workloads.after, target.after, options);
  return after === null || target.afterProgram === undefined
    ? {before, after}
    : nameChange(target, {before, after});
};

/** Workload and variant of both sides. */
export const codeSidesOf = ({workloads, before, after}: WorkloadTarget): [CodeSide, CodeSide] => [
  {workload: workloads.before, variant: before},
  {workload: workloads.after, variant: after ?? before},
];

const variantSubject = async (
  workload: Workload,
  variant: string,
  options: MeasureOptions,
): Promise<Subject> =>
  variant === 'kernel' ? kernelSubject(workload, options) : userSubject(workload, variant, options);

const userSubject = async (
  workload: Workload,
  variant: string,
  options: MeasureOptions,
): Promise<Subject> => {
  const shim = await buildShim('user');
  await ensureVariant(findVariant(variant), {shim});
  const layout = layoutOf(options);
  const job = (placement: Placement, repeat: number) =>
    prepareJob({workload, variant, placement, layout, shim, repeat});
  const reference = await job({kind: 'fixed', offset: 0}, 1);
  return {
    info: {
      label: `${workload.name} ${variant}`,
      workload: workload.name,
      variant,
      imageHash: reference.image.hash,
      imageBytes: reference.imageBytes,
      executions: options.repeat * executionsPerRepeat(workload),
      source: 'user shim',
    },
    prepare: async (seat) => {
      const placement = placementOfBlock(options.placement, seat);
      const {job: bytes, image} = await job(placement, options.repeat);
      const file = join(seat.folder, `block-${seat.index}.job`);
      await writeFile(file, bytes);
      return {
        argv: [shim.path, file],
        placement: {
          text: formatPlacement(placement),
          addresses: Object.fromEntries(
            image.functions.map((one) => [one.symbol, `0x${one.base.toString(16)}`]),
          ),
        },
        check: (reported, runs) =>
          checkReported(reported, runs, (result) => describeResult(result, image)),
      };
    },
  };
};

/** What the options change in a variant's layout. */
export const layoutOf = (options: MeasureOptions): Partial<Layout> =>
  options.indirect === null ? {} : {indirectBranch: options.indirect};

const kernelSubject = async (workload: Workload, options: MeasureOptions): Promise<Subject> => {
  const shim = await buildShim('kernel');
  const {job} = prepareKernelJob({workload, repeat: options.repeat});
  const images = await dumpKernelImages(shim, workload);
  return {
    info: {
      label: `${workload.name} kernel`,
      workload: workload.name,
      variant: 'kernel',
      imageBytes: kernelImageBytes(images),
      executions: options.repeat * executionsPerRepeat(workload),
      source: 'kernel',
    },
    prepare: async (seat) => {
      const file = join(seat.folder, `kernel-${seat.index}.job`);
      await writeFile(file, job);
      return {
        argv: [shim.path, file],
        placement: null,
        check: (reported, runs) =>
          checkReported(reported, runs, (result) => describeResult(result, {functions: []})),
      };
    },
  };
};

type ShimResult = ReturnType<typeof parseShimResults>[number];

/** Judges what the runs of a block reported: every run must have reported, and must be `ok`. */
const checkReported = (
  reported: string,
  runs: number,
  describe: (result: ShimResult) => string,
): CheckedReport => {
  const results = parseShimResults(reported);
  const counts = results.map((result) => ({'ns-per-execution': nsPerExecution(result)}));
  const wrong = results.findIndex((result) => result.status !== 'ok');
  if (wrong !== -1)
    return {problem: `run ${wrong + 1} of ${runs}: ${describe(results[wrong])}`, results, counts};
  if (results.length < runs)
    return {
      problem: `run ${results.length + 1} of ${runs} ended without a report`,
      results,
      counts,
    };
  return {problem: null, results, counts};
};

const nsPerExecution = ({runs}: ShimResult): number =>
  runs.reduce((sum, run) => sum + run.ns, 0) / runs.reduce((sum, run) => sum + run.executions, 0);
