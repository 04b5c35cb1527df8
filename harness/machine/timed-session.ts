// A session of time on two kernel builds: several boots of both machines, quads in each. Only KVM
// gives a verdict: what an emulator takes says nothing about a CPU.
import {finding} from '../../results/compare/findings.ts';
import type {Boot} from '../../results/compare/boots.ts';
import {bootFinding, bootRows} from '../../results/compare/boots.ts';
import type {Workload} from '../../workloads/types.ts';
import type {Io} from '../command/command.ts';
import {derivedSeed} from '../derived-seed.ts';
import {storeCounted} from '../measure/counted-session.ts';
import {emptyComparison} from '../measure/empty-comparison.ts';
import {onOneCore} from '../measure/one-core.ts';
import type {Measured, MeasureRequest} from '../measure/session-types.ts';
import {hasHardwareCounters} from '../perf/countable.ts';
import {findPerf} from '../perf/perf.ts';
import {accelerator} from './accelerator.ts';
import {lostNote, onceMore} from './boot-side.ts';
import {buildInfo, sameBuild} from './build-info.ts';
import {guestInitramfs} from './guest.ts';
import type {KernelSide} from './kernel-side.ts';
import {setupOf, sideIdentity} from './kernel-side.ts';
import {requireQemu} from './qemu.ts';
import type {TimedBoot} from './timed-boot.ts';
import {timeBoot, timeEvent} from './timed-boot.ts';

/** Quads of a boot, unless `-r` asks for a number of runs. */
const defaultQuads = 5;
/** One quad would not show what quads of a boot differ by. */
const fewestQuads = 2;
/** Of the guest alone, if the host has a PMU. */
const guestEvents = ['cycles:G', 'instructions:G'];

export interface TimedRequest extends Pick<MeasureRequest, 'options' | 'store' | 'quiet'> {
  readonly workload: Workload;
  readonly before: KernelSide;
  readonly after: KernelSide;
  readonly boots: number;
}

export const timedSession = async (io: Io, request: TimedRequest): Promise<Measured> => {
  const {workload, before, after, options, quiet} = request;
  const {arch} = before.kernel;
  requireQemu(arch);
  const how = await accelerator(arch);
  const setup = (side: KernelSide) => ({
    ...setupOf(side, null),
    accelerator: how,
    prefix: onOneCore(),
  });
  const isCounted = how === 'kvm' && hasHardwareCounters();
  const shared = {
    workload,
    setups: {before: setup(before), after: setup(after)},
    initrd: await guestInitramfs(arch),
    quads: quadsPerBoot(request),
    counted: isCounted ? {perf: await findPerf(io.env), events: guestEvents} : null,
  };
  const done: TimedBoot[] = [];
  for (let i = 0; i < request.boots; i++) {
    const seed = derivedSeed(options.seed, i);
    const attempt = () => timeBoot({...shared, seed, repeat: done[0]?.repeat ?? null});
    done.push(await onceMore(attempt, lostNote(io, quiet)));
    if (!quiet) io.err(`jitstat: boot ${i + 1} of ${request.boots} timed\n`);
  }
  const boots = done.map(({boot}) => boot);
  const info = (side: 'before' | 'after') => ({
    ...buildInfo(request[side], workload, done[0].machines[side], shared.setups[side]),
    source: 'kernel',
  });
  const comparison = {
    ...emptyComparison(info('before'), info('after'), 'abba' as const),
    quads: boots.length * shared.quads,
    rows: bootRows(boots, {
      primary: timeEvent,
      withheld: how === 'kvm' ? null : 'the machines are emulated: no time is a verdict',
    }),
    findings: [
      ...sameBuild(sideIdentity(before) === sideIdentity(after)),
      ...(how === 'kvm' ? [] : [finding('emulated-time', {})]),
      ...partsFinding(boots),
    ],
  };
  const placement = 'as the kernel places';
  return storeCounted(io, request, {workload: workload.name, placement, comparison});
};

/** Two boots are needed to see what they change. */
const partsFinding = (boots: readonly Boot[]) =>
  boots.length < 2 ? [] : [bootFinding(boots, timeEvent)];

const quadsPerBoot = ({options, boots}: TimedRequest): number =>
  options.runs === null
    ? defaultQuads
    : Math.max(fewestQuads, Math.ceil(options.runs / (2 * boots)));
