// One packet program of the corpus in the user shim, compared with the kernel's test runs: return
// value, packet and writable context fields after every standard packet.
import {writeFileSync} from 'node:fs';
import {startsAfterHeader} from '../../jit/program-kinds.ts';
import type {ProgramType} from '../../jit/program-kinds.ts';
import {standardPackets} from '../../workloads/user/standard-packets.ts';
import type {Workload} from '../../workloads/types.ts';
import {troubleOf, userMessage} from '../command/trouble.ts';
import {relocatedPrograms} from '../programs/relocated.ts';
import type {RelocatedPrograms} from '../programs/relocated.ts';
import type {TestRun, TestedProgram} from '../programs/test-runs.ts';
import type {Shim} from '../shim/build-shim.ts';
import {prepareJob} from '../shim/prepare.ts';
import {describeResult} from '../shim/result.ts';
import type {ShimRun} from '../shim/result.ts';
import {runShim} from '../shim/run-shim.ts';
import {shorten} from '../size/reason.ts';

/** The outcome of a program; `text` says which helper, which byte, which error. */
export interface PlayedPackets {
  readonly kind: 'equal' | 'different' | 'refused' | 'no test run';
  readonly text: string;
}

/** Plays `tested` with the user shim; its job is written to `jobPath`. */
export const playPackets = async (
  tested: TestedProgram,
  shim: Shim,
  jobPath: string,
): Promise<PlayedPackets> => {
  const [first] = tested.runs;
  if ('error' in first) return {kind: 'no test run', text: `${tested.type}: ${first.error}`};
  try {
    const workload = onAllPackets(relocatedPrograms(tested));
    const placement = {kind: 'fixed', offset: 0} as const;
    const options = {workload, variant: 'v618', placement, shim, repeat: 1, shows: true} as const;
    const {job, image} = prepareJob(options);
    writeFileSync(jobPath, job);
    const [result] = await runShim(shim, jobPath);
    if (result.status !== 'ok') return {kind: 'different', text: describeResult(result, image)};
    const text = firstDifference(tested, result.runs);
    return {kind: text === null ? 'equal' : 'different', text: text ?? ''};
  } catch (error) {
    if (troubleOf(error) === null) throw error;
    return {kind: 'refused', text: shorten(userMessage(error))};
  }
};

/** Slots filled as by the object, and one run for each standard packet. */
const onAllPackets = ({programs, maps, slots}: RelocatedPrograms): Workload => ({
  name: programs[0].name,
  purpose: 'all standard packets',
  type: programs[0].type,
  maps,
  programs,
  entry: programs[0].name,
  packets: Object.fromEntries(standardPackets.map(({name, hex}) => [name, hex])),
  scenario: [
    ...slots,
    ...standardPackets.map(({name}) => ({
      op: 'run' as const,
      label: name,
      packet: name,
      expect: {retval: null},
    })),
  ],
});

const firstDifference = ({runs, type}: TestedProgram, ours: readonly ShimRun[]): string | null => {
  for (const [number, kernel] of runs.entries()) {
    const text = differenceOf(kernel, ours[number], type as ProgramType);
    if (text !== null) return `${standardPackets[number].name}: ${text}`;
  }
  return null;
};

const differenceOf = (kernel: TestRun, ours: ShimRun, type: ProgramType): string | null => {
  if ('error' in kernel) return `the kernel's test run failed: ${kernel.error}`;
  if (kernel.retval !== ours.retval)
    return `returns ${ours.retval}, in the kernel ${kernel.retval}`;
  const output = `${headerOf(type)}${ours.output ?? ''}`;
  if (kernel.output !== output) return `output ${placeOf(kernel.output, output)}`;
  for (const {name, offset, bytes} of kernel.context === undefined ? [] : keptFields) {
    const theirs = kernel.context!.slice(2 * offset, 2 * (offset + bytes));
    if (theirs !== ours[name]) return `${name} is ${ours[name]}, in the kernel ${theirs}`;
  }
  return null;
};

/** Fields of `__sk_buff` that a test run gives back. */
const keptFields = [
  {name: 'mark', offset: 8, bytes: 4},
  {name: 'priority', offset: 32, bytes: 4},
  {name: 'cb', offset: 48, bytes: 20},
] as const;

/** Programs that see a packet from its network header on: a test run returns zeros for the rest. */
const headerOf = (type: ProgramType): string => (startsAfterHeader(type) ? '00'.repeat(14) : '');

const placeOf = (kernel: string, ours: string): string => {
  if (kernel.length !== ours.length)
    return `has ${ours.length / 2} bytes, in the kernel ${kernel.length / 2}`;
  let at = 0;
  while (kernel.slice(at, at + 2) === ours.slice(at, at + 2)) at += 2;
  return `byte ${at / 2} is ${ours.slice(at, at + 2)}, in the kernel ${kernel.slice(at, at + 2)}`;
};
