// A session of exact counts with a kernel build on at least one side: boots the builds, plays the
// workload in each, and compares counts and code. Time is the other kind (`timed-session.ts`).
import {variantOfRelease} from '../programs/running-variant.ts';
import {compareExactCounts} from '../../results/compare/exact-counts.ts';
import type {Finding, SideInfo} from '../../results/types.ts';
import type {Workload} from '../../workloads/types.ts';
import {executionsPerRepeat} from '../../workloads/types.ts';
import type {Io} from '../command/command.ts';
import {storeCounted, storeCountedSide} from '../measure/counted-session.ts';
import type {Measured, MeasureRequest} from '../measure/session-types.ts';
import {layoutOf} from '../measure/subjects.ts';
import {buildShim} from '../shim/build-shim.ts';
import {kernelImageBytes} from '../shim/kernel-image.ts';
import {prepareImage} from '../shim/prepare.ts';
import {simulate} from '../simulate/simulate.ts';
import {lostNote, withMachine} from './boot-side.ts';
import {compareImages, describeImages} from './compare-images.ts';
import type {WorkloadCounts} from './count-workload.ts';
import {countWorkload} from './count-workload.ts';
import type {MachineArch} from './kernel-file.ts';
import type {KernelSide} from './kernel-side.ts';
import {setupOf, sideIdentity} from './kernel-side.ts';
import type {MachineSides} from './machine-options.ts';
import type {Machine} from './machine.ts';
import {buildInfo, sameBuild} from './build-info.ts';
import {timedSession} from './timed-session.ts';

/** Counts of one side for one repetition of the scenario, by event. */
interface CountedSide {
  readonly info: SideInfo;
  /** Identity of the code: equal for an A/A. */
  readonly identity: string;
  readonly counts: ReadonlyMap<string, number>;
  readonly arch: MachineArch;
  /** A kernel build's own; null for a variant. */
  readonly kernel: WorkloadCounts | null;
}

export interface MachineRequest extends MeasureRequest {
  readonly sides: MachineSides;
}

/** Boots, counts, compares and stores. Throws UserError as machines and workloads do. */
export const machineSession = async (io: Io, request: MachineRequest): Promise<Measured> => {
  const {target, options, store, sides} = request;
  if (target.kind !== 'workload' || target.after === null)
    throw new Error('kernel builds are compared on workloads');
  const workload = target.workloads.before;
  if (sides.boots !== null)
    return timedSession(io, {...request, ...bothBuilds(sides), workload, boots: sides.boots});
  const names = {before: target.before, after: target.after};
  const count = (side: 'before' | 'after'): Promise<CountedSide> => {
    const build = sides[side];
    return build === null
      ? countVariant(workload, names[side], options)
      : countBuild(workload, build, lostNote(io, request.quiet));
  };
  const [before, after] = await Promise.all([count('before'), count('after')]);
  const comparison = compareExactCounts(before, after, {
    sameImage: before.identity === after.identity,
    findings: [
      ...sameBuild(before.kernel !== null && before.identity === after.identity),
      ...notExact([before, after]),
      ...(await imageFindings(workload, before, after)),
    ],
  });
  return storeCounted(io, {options, store}, {workload: workload.name, placement, comparison});
};

const bothBuilds = ({before, after}: MachineSides) => {
  if (before === null || after === null) throw new Error('only two kernel builds are timed');
  return {before, after};
};

const placement = 'as the kernel places';

/** Boots one build, counts `workload` in it, and stores the counts. */
export const machineRun = async (
  io: Io,
  {options, store, quiet}: Pick<MeasureRequest, 'options' | 'store' | 'quiet'>,
  workload: Workload,
  side: KernelSide,
): Promise<Measured> => {
  const counted = await countBuild(workload, side, lostNote(io, quiet));
  const {info, counts} = counted;
  for (const {text} of quiet ? [] : notExact([counted])) io.err(`jitstat: ${text}\n`);
  return storeCountedSide(io, {options, store}, {workload: workload.name, placement, info, counts});
};

/** Boots a build and counts `workload` in it. */
const countBuild = (
  workload: Workload,
  side: KernelSide,
  onLost: (message: string) => void,
): Promise<CountedSide> =>
  withMachine(side, true, async (machine) => countIn(machine, workload, side), onLost);

const countIn = async (
  machine: Machine,
  workload: Workload,
  side: KernelSide,
): Promise<CountedSide> => {
  const kernel = await countWorkload(machine, workload);
  const imageBytes = kernelImageBytes(kernel.images);
  const {image, path} = kernel;
  return {
    kernel,
    arch: side.kernel.arch,
    identity: sideIdentity(side),
    counts: new Map([
      ['image/bytes/', imageBytes],
      ['qemu/image-instructions/', image.instructions],
      ['qemu/image-loads/', image.loads],
      ['qemu/image-stores/', image.stores],
      ...(path.exact
        ? ([
            ['qemu/instructions/', path.counts.instructions],
            ['qemu/loads/', path.counts.loads],
            ['qemu/stores/', path.counts.stores],
          ] as const)
        : []),
    ]),
    info: {...buildInfo(side, workload, machine, setupOf(side, null)), imageBytes, source: 'qemu'},
  };
};

/** A variant's own counts, from callgrind: the same unit, so they can be next to a kernel's. */
const countVariant = async (
  workload: Workload,
  variant: string,
  options: MeasureRequest['options'],
): Promise<CountedSide> => {
  const placement = {kind: 'fixed', offset: 0} as const;
  const layout = layoutOf(options);
  const {totals} = await simulate({workload, variant, layout, placement, tlb: options.tlb});
  const shim = await buildShim('user');
  const {image} = prepareImage({workload, variant, placement, layout, shim});
  const imageBytes = image.functions
    .filter(({program}) => program !== '')
    .reduce((sum, {code}) => sum + code.length, 0);
  return {
    kernel: null,
    arch: 'x86_64',
    identity: image.hash,
    counts: new Map([
      ['image/bytes/', imageBytes],
      ['qemu/image-instructions/', totals['callgrind/instructions/']],
      ['qemu/image-loads/', totals['callgrind/loads/']],
      ['qemu/image-stores/', totals['callgrind/stores/']],
    ]),
    info: {
      label: variant,
      workload: workload.name,
      variant,
      imageHash: image.hash,
      imageBytes,
      executions: executionsPerRepeat(workload),
      source: 'callgrind',
    },
  };
};

/** The whole way through the kernel may depend on hash seeds and timers; then it is left out. */
const notExact = (sides: readonly CountedSide[]): Finding[] =>
  sides.flatMap(({kernel, info}) =>
    kernel === null || kernel.path.exact
      ? []
      : [
          {
            code: 'path-not-exact',
            text:
              `${info.label}: the whole path through the kernel was not the same in three tries ` +
              `(about ${Math.round(kernel.path.counts.instructions)} instructions in one ` +
              'repetition), so only the images are compared.',
          },
        ],
  );

/** Each kernel's code next to the other side's variant, or next to the variant it should equal. */
const imageFindings = async (
  workload: Workload,
  before: CountedSide,
  after: CountedSide,
): Promise<Finding[]> => {
  const findings: Finding[] = [];
  // No variant writes arm64 code.
  if ([before, after].some(({arch}) => arch === 'arm64')) return findings;
  for (const [one, other] of [
    [before, after],
    [after, before],
  ]) {
    if (one.kernel === null) continue;
    const variant = other.kernel === null ? (other.info.variant ?? '') : variantOf(one.info);
    const compared = await compareImages(workload, variant, one.kernel.images);
    findings.push({
      code: compared.same === compared.functions ? 'kernel-image-same' : 'kernel-image-differs',
      text: describeImages(one.info.label, variant, compared),
      data: {functions: compared.functions, kinds: Object.fromEntries(compared.kinds)},
    });
  }
  return findings;
};

/** The nearest variant that is not newer than the kernel. */
export const variantOf = ({kernel}: Pick<SideInfo, 'kernel'>): string =>
  variantOfRelease(kernel?.release ?? '');
