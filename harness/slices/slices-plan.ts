// The plan of a slices session, from a short pilot: the length of a slice, quads per pair, pairs
// per process, and processes.
import type {NotCounted} from '../../results/types.ts';
import type {SliceProcess} from '../../results/compare/slices/types.ts';
import {processFigures} from '../../results/compare/slices/process.ts';
import {variancesOf} from '../../results/compare/slices/variance-parts.ts';
import type {ProcessSize, SliceCounter} from './run.ts';

/** Everything that resuming needs, with the session's seed. */
export interface SlicePlan {
  readonly size: ProcessSize;
  /** A/B processes, and A/A processes spread evenly among them. */
  readonly processes: number;
  readonly aaProcesses: number;
  readonly seconds: number;
  /** Events counted instead of time, in separate processes. */
  readonly counters?: readonly CounterTurns[];
  readonly notCounted?: readonly NotCounted[];
}

/** The processes of one event, including its A/A processes. */
export interface CounterTurns {
  readonly counter: SliceCounter;
  readonly processes: number;
  readonly aaProcesses: number;
}

/**
 * The target length of a slice, in nanoseconds, and the least multiple of the cost of an empty
 * slice.
 */
const sliceNs = 8000;
const overheadTimes = 200;
const fewestExecutions = 20;

/** Executions per slice by step, from the times of one execution by step and of an empty slice. */
export const executionsFor = (
  stepNs: readonly number[],
  overheadNs: number,
  wanted: {readonly sliceNs?: number; readonly multipleOf?: number} = {},
): readonly number[] => {
  const length = wanted.sliceNs ?? Math.max(sliceNs, overheadTimes * overheadNs);
  const multiple = wanted.multipleOf ?? 1;
  const least = wanted.sliceNs === undefined ? fewestExecutions : 1;
  return stepNs.map(
    (ns) => multiple * Math.ceil(Math.max(least, length / Math.max(ns, 0.1)) / multiple),
  );
};

/** Times of one execution by step, in nanoseconds, of the slower side. */
export const stepTimes = (process: SliceProcess): readonly number[] =>
  processFigures(process).steps.map((step) => Math.max(step.beforeNs, step.afterNs));

/** What the pilot found: its processes and their times, in seconds. */
export interface Pilot {
  readonly processes: readonly SliceProcess[];
  /** The time of each of them, and of one that measured next to nothing. */
  readonly seconds: readonly number[];
  readonly startSeconds: number;
  readonly quads: number;
}

const quadLimits = {least: 8, most: 40} as const;
/**
 * A pilot with slow pairs may have fewer than the least of these; then a process may have as few.
 */
const pairLimits = {least: 4, most: 200} as const;
/** This many processes show what varies between them; pairs are given up for them. */
const fewestProcesses = 24;
/** Below 6 values a signed-rank test cannot reject, however slow the machine. */
const least = {ab: 8, aa: 6} as const;
/** One in this many processes is an A/A. */
const aaEvery = 3;
/**
 * A pilot of three processes cannot show that processes do not differ: assume at least this, as a
 * log.
 */
const leastBetween = 0.002;
/** Copies keep their pages: no more functions than this are mapped in one process. */
const mostFunctions = 12_000;

/**
 * Slices of a pair until they add a tenth to what placements vary; pairs of a process by the rule
 * of two-stage samples, sqrt(cost of a process / cost of a pair x variances); the rest is processes.
 */
export const planFrom = (
  pilot: Pilot,
  executions: readonly number[],
  request: {readonly seconds: number; readonly aa: boolean; readonly functions: number},
): SlicePlan => {
  const variances = variancesOf(pilot.processes.map(processFigures));
  const placement = Math.max(variances.placement, 1e-8);
  const quads = clamp(
    Math.ceil((10 * variances.slices * pilot.quads) / placement),
    quadLimits.least,
    quadLimits.most,
  );
  const pairs = pilot.processes[0].pairs.length;
  const pairSeconds =
    (Math.max(1e-5, (middle(pilot.seconds) - pilot.startSeconds) / pairs) * (quads + fixedQuads)) /
    (pilot.quads + fixedQuads);
  const best = Math.sqrt(
    ((pilot.startSeconds / pairSeconds) * (placement + variances.slices)) /
      Math.max(variances.process, leastBetween ** 2),
  );
  const room = (request.seconds / fewestProcesses - pilot.startSeconds) / pairSeconds;
  const most = Math.min(pairLimits.most, mostFunctions / (2 * request.functions));
  const fewest = Math.min(pairLimits.least, pairs);
  const chosen = Math.max(fewest, Math.floor(clamp(Math.min(best, room), fewest, most)));
  const all = Math.floor(request.seconds / (pilot.startSeconds + chosen * pairSeconds));
  const aaProcesses = request.aa ? Math.max(least.aa, Math.round(all / aaEvery)) : 0;
  return {
    size: {pairs: chosen, quads, executions},
    processes: Math.max(least.ab, all - aaProcesses),
    aaProcesses,
    seconds: request.seconds,
  };
};

/** What a pair costs in addition to its quads (memory, code, checks, warm-up), in quads. */
const fixedQuads = 8;

const clamp = (value: number, least: number, most: number): number =>
  Math.min(most, Math.max(least, value));

const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Counts vary less than times: this share of a session's processes is enough for all of them. */
const counterShare = 0.25;
/** Constant counts in this many processes are enough to claim a change at every level in use. */
const fewestCounted = {ab: 10, aa: 6} as const;

/** The plan with processes for the events, which are taken from those for time. */
export const withCounters = (plan: SlicePlan, counters: readonly SliceCounter[]): SlicePlan => {
  if (counters.length === 0) return plan;
  const all = plan.processes + plan.aaProcesses;
  const each = Math.floor((counterShare * all) / counters.length);
  const hasAa = plan.aaProcesses > 0;
  const aaProcesses = hasAa ? Math.max(fewestCounted.aa, Math.round(each / aaEvery)) : 0;
  const processes = Math.max(fewestCounted.ab, each - aaProcesses);
  const left = 1 - counterShare;
  return {
    ...plan,
    processes: Math.max(least.ab, Math.round(left * plan.processes)),
    aaProcesses: hasAa ? Math.max(least.aa, Math.round(left * plan.aaProcesses)) : 0,
    counters: counters.map((counter) => ({counter, processes, aaProcesses})),
  };
};

/** One process of a plan; `counter`: what it counts instead of time. */
export interface PlannedProcess {
  readonly index: number;
  readonly aa: boolean;
  readonly counter?: SliceCounter;
}

type Turns = Pick<SlicePlan, 'processes' | 'aaProcesses' | 'counters'>;

/** The processes in the order they run; A/A processes and those of counters are spread evenly. */
export const sequenceOf = (plan: Turns): readonly PlannedProcess[] => {
  let index = 0;
  const turns = [plan, ...(plan.counters ?? [])].flatMap((one) => {
    const counted = 'counter' in one ? {counter: one.counter} : {};
    const all = one.processes + one.aaProcesses;
    const aaBefore = (at: number): number => Math.floor((at * one.aaProcesses) / all);
    return Array.from({length: all}, (_, at) => ({
      when: (at + 0.5) / all,
      process: {index: index++, aa: aaBefore(at + 1) > aaBefore(at), ...counted},
    }));
  });
  return turns.sort((a, b) => a.when - b.when).map(({process}) => process);
};

/** Processes of a plan in all. */
export const processesOf = (plan: Turns): number =>
  [plan, ...(plan.counters ?? [])].reduce((all, one) => all + one.processes + one.aaProcesses, 0);
