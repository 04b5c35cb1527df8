// One boot of two machines for time: both on one core, the one that is not measured stands still, and
// plays of one job alternate in quads.
//
//   quad ABBA:  before goes | after goes | after goes | before goes      (or BAAB, drawn)
import type {Boot, BootQuad} from '../../results/compare/boots.ts';
import type {Workload} from '../../workloads/types.ts';
import {seededRandom} from '../derived-seed.ts';
import type {Perf} from '../perf/perf.ts';
import {prepareKernelJob} from '../shim/kernel-job.ts';
import {playJob} from './count-workload.ts';
import type {Machine} from './machine.ts';
import {startMachine} from './machine.ts';
import type {MachineSetup} from './qemu.ts';
import {countThread, vcpuThread} from './vcpu-counts.ts';

export interface TimedBootRequest {
  readonly workload: Workload;
  readonly setups: {readonly before: MachineSetup; readonly after: MachineSetup};
  readonly initrd: Uint8Array;
  readonly quads: number;
  readonly seed: number;
  /** Repetitions of a play; null = as many as take `playNs` on the slower side. */
  readonly repeat: number | null;
  /** Counted on the thread of the virtual CPU; null = time alone. */
  readonly counted: {readonly perf: Perf; readonly events: readonly string[]} | null;
}

export interface TimedBoot {
  readonly boot: Boot;
  readonly repeat: number;
  readonly machines: Readonly<Record<Side, Pick<Machine, 'hello' | 'qemuVersion'>>>;
}

type Side = 'before' | 'after';
type Pair = Readonly<Record<Side, Machine>>;
/** What one play gave, by event. */
type Values = ReadonlyMap<string, number>;
/** The two plays of each side in a quad. */
type Plays = Readonly<Record<Side, readonly Values[]>>;

export const timeEvent = 'ns-per-execution';
const playNs = 50e6;
const trialRepeat = 200;
const mostRepeat = 1_000_000;

/** Boots, plays and ends both machines. Throws as `startMachine` and `playJob`. */
export const timeBoot = (request: TimedBootRequest): Promise<TimedBoot> =>
  standing(request.setups.before, request, (before) =>
    standing(request.setups.after, request, (after) => timePair({before, after}, request)),
  );

/** Boots a machine that stands still while nothing is asked of it. */
const standing = async <T>(
  setup: MachineSetup,
  {initrd}: TimedBootRequest,
  use: (machine: Machine) => Promise<T>,
): Promise<T> => {
  const machine = await startMachine(setup, initrd);
  try {
    machine.pause();
    return await use(machine);
  } finally {
    await machine.end();
  }
};

const timePair = async (pair: Pair, request: TimedBootRequest): Promise<TimedBoot> => {
  const repeat = request.repeat ?? (await fittingRepeat(pair, request));
  const {job} = prepareKernelJob({workload: request.workload, repeat});
  const random = seededRandom(request.seed);
  const quads: Plays[] = [];
  for (let i = 0; i < request.quads; i++) {
    const [outer, inner]: readonly Side[] =
      random() < 0.5 ? ['before', 'after'] : ['after', 'before'];
    const plays: Record<Side, Values[]> = {before: [], after: []};
    for (const side of [outer, inner, inner, outer])
      plays[side].push(await play(pair[side], request, job));
    quads.push(plays);
  }
  return {boot: bootOf(quads), repeat, machines: pair};
};

/** An event that perf could not count in one play is not compared. */
const bootOf = (quads: readonly Plays[]): Boot => {
  const all = quads.flatMap(({before, after}) => [...before, ...after]);
  const events = [...all[0].keys()].filter((event) =>
    all.every((values) => (values.get(event) ?? 0) > 0),
  );
  const both = ([first, second]: readonly Values[], event: string) =>
    [first.get(event)!, second.get(event)!] as const;
  const quadOf = ({before, after}: Plays, event: string): BootQuad => ({
    before: both(before, event),
    after: both(after, event),
  });
  return new Map(events.map((event) => [event, quads.map((quad) => quadOf(quad, event))]));
};

const fittingRepeat = async (pair: Pair, request: TimedBootRequest): Promise<number> => {
  const {workload} = request;
  const {job, executions} = prepareKernelJob({workload, repeat: trialRepeat, dump: true});
  const times: number[] = [];
  for (const side of ['before', 'after'] as const)
    times.push((await play(pair[side], request, job)).get(timeEvent)!);
  const repetitionNs = (Math.max(...times) * executions) / trialRepeat;
  return Math.min(mostRepeat, Math.max(trialRepeat, Math.ceil(playNs / repetitionNs)));
};

/** Lets the machine go, plays the job, and stops it again; values by event. */
const play = async (
  machine: Machine,
  {workload, counted}: TimedBootRequest,
  job: Uint8Array,
): Promise<Values> => {
  const playIt = async (): Promise<number> => {
    const {runs} = await playJob(machine, workload, job);
    const sum = (key: 'ns' | 'executions') => runs.reduce((all, run) => all + run[key], 0);
    return sum('ns') / sum('executions');
  };
  machine.resume();
  try {
    if (counted === null) return new Map([[timeEvent, await playIt()]]);
    const {perf, events} = counted;
    const {value, counts} = await countThread(perf, vcpuThread(machine.pid), events, playIt);
    return new Map([[timeEvent, value], ...counts]);
  } finally {
    machine.pause();
  }
};
