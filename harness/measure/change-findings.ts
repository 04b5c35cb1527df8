// Findings on a change of the program: what both sides played, how many BPF instructions they have,
// and whether they return the same.
import {rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {UserError} from '../../results/error.ts';
import type {Finding} from '../../results/types.ts';
import {standardPacket} from '../../workloads/user/standard-packets.ts';
import type {Workload} from '../../workloads/types.ts';
import {scratchFolder} from '../host/scratch.ts';
import {buildShim} from '../shim/build-shim.ts';
import {prepareKernelJob} from '../shim/kernel-job.ts';
import {prepareJob} from '../shim/prepare.ts';
import {describeResult} from '../shim/result.ts';
import type {ShimRun} from '../shim/result.ts';
import {runShim} from '../shim/run-shim.ts';
import type {MeasureOptions, WorkloadTarget} from './measure-options.ts';
import {distinct} from './program-change.ts';
import {layoutOf} from './subjects.ts';

/** Plays both sides once more. Throws a UserError if one fails. */
export const changeFindings = async (
  target: WorkloadTarget,
  options: MeasureOptions,
): Promise<readonly Finding[]> => {
  const {before, after} = target.workloads;
  const files = distinct(target.workload, target.afterProgram ?? target.workload);
  const [from, to] = [
    await playOnce(before, target.before, options),
    await playOnce(after, target.before, options),
  ];
  const returned = from.map(({label, retval}, index) => ({
    label,
    before: retval,
    after: to[index].retval,
  }));
  const different = returned.filter((run) => run.before !== run.after);
  const instructions = {before: instructionsOf(before), after: instructionsOf(after)};
  const answers: readonly Finding[] =
    different.length === 0
      ? []
      : [
          {
            code: 'program-returns',
            text:
              'The two programs return different values, so they do not do the same work: ' +
              `${different.slice(0, 4).map(inWords).join('; ')}` +
              `${different.length > 4 ? `; ${different.length - 4} more runs` : ''}.`,
            data: {returned},
          },
        ];
  return [
    ...answers,
    {
      code: 'program-change',
      text:
        `A change of the program under ${target.before}: ${files.before} -> ${files.after}, ` +
        `${instructions.before} -> ${instructions.after} BPF instructions; ` +
        `both played ${playedBy(target, before)}${different.length === 0 ? sameValue(from) : ''}.`,
      data: {...files, instructions, packets: before.packets, returned},
    },
  ];
};

/** `packet tcp4 (a TCP SYN over IPv4, 60 bytes)`, or the scenario's name. */
export const playedBy = (
  {scenario, packet}: Pick<WorkloadTarget, 'scenario' | 'packet'>,
  {packets}: Pick<Workload, 'packets'>,
): string =>
  packet === undefined
    ? `scenario ${scenario ?? 'zeros'}`
    : `packet ${packet} (${standardPacket(packet).text}, ${packets[packet].length / 2} bytes)`;

const sameValue = (runs: readonly ShimRun[]): string => {
  const values = [...new Set(runs.map(({retval}) => retval))];
  return values.length === 1 ? ` and returned ${values[0]}` : ' and returned the same values';
};

const inWords = ({label, before, after}: {label: string; before: number; after: number}): string =>
  `${label} ${before} -> ${after}`;

const instructionsOf = ({programs}: Workload): number =>
  programs.reduce((sum, {insns}) => sum + insns.length / 8, 0);

const playOnce = async (
  workload: Workload,
  variant: string,
  options: MeasureOptions,
): Promise<readonly ShimRun[]> => {
  const isKernel = variant === 'kernel';
  const shim = await buildShim(isKernel ? 'kernel' : 'user');
  const placement = {kind: 'fixed', offset: 0} as const;
  const layout = layoutOf(options);
  const {job, image} = isKernel
    ? {...prepareKernelJob({workload, repeat: 1}), image: null}
    : prepareJob({workload, variant, placement, layout, shim, repeat: 1});
  const folder = scratchFolder('change');
  try {
    const path = join(folder, 'once.job');
    await writeFile(path, job);
    const [result] = await runShim(shim, path);
    if (result.status !== 'ok')
      throw new UserError(
        `${workload.name} failed: ${describeResult(result, image)}.`,
        `jitstat jit OBJECT --variant ${variant} --listing shows the code.`,
      );
    return result.runs;
  } finally {
    await rm(folder, {recursive: true, force: true});
  }
};
