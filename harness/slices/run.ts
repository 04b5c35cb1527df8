// One process of slices: draws its order, writes its job, runs the shim, and returns what it
// measured as after/before.
import {writeFile} from 'node:fs/promises';
import {rmSync} from 'node:fs';
import {join} from 'node:path';
import type {Placement} from '../../jit/types.ts';
import type {SliceProcess, StepSummary} from '../../results/compare/slices/types.ts';
import {derivedSeed, seededRandom} from '../derived-seed.ts';
import type {Shim} from '../shim/build-shim.ts';
import type {ReportedSlices} from '../shim/result.ts';
import {runShim} from '../shim/run-shim.ts';
import type {Entries} from './process-job.ts';
import {copiedJob, loadedJob} from './process-job.ts';
import type {SliceSide} from './slice-side.ts';
import type {SlicesPlan} from './slices-job.ts';

/** How much a process measures. */
export interface ProcessSize {
  readonly pairs: number;
  readonly quads: number;
  /** Executions per slice, by step. */
  readonly executions: readonly number[];
}

export interface ProcessRequest extends ProcessSize {
  readonly index: number;
  readonly aa: boolean;
  readonly seed: number;
  readonly before: SliceSide;
  readonly after: SliceSide;
  readonly placement: Placement | null;
  readonly clock: SlicesPlan['clock'];
  /** What is counted in place of time. */
  readonly counter?: SliceCounter;
  readonly folder: string;
  readonly shim: Pick<Shim, 'path'>;
  readonly trial?: Trial;
  /** For the whole process; 20 s unless tests set less. */
  readonly watchdogMs?: number;
}

/** What tests and benchmarks change so that the truth is known, unknown to the estimate. */
export interface Trial {
  /** The after side executes more, by this fraction. */
  readonly effect?: number;
  /** No order is drawn: the before side is always treated first. */
  readonly withoutCoins?: boolean;
  readonly handicap?: SlicesPlan['handicap'];
  /** Counted instead of the hardware events. */
  readonly counter?: SliceCounter;
}

/** An event by perf's name, with `type` and `config` of perf_event_open(2). */
export interface SliceCounter {
  readonly event: string;
  readonly type: number;
  readonly config: number;
}

/**
 * What a process did, or what went wrong in it, in words. `refused`: the shim did not begin, or the
 * counter was taken away; neither side is at fault.
 */
export type ProcessOutcome =
  | {readonly process: SliceProcess; readonly seconds: number}
  | {readonly problem: string; readonly refused: boolean};

/** Index of the pilot's first process. */
export const firstProcess = -1;
const warmSlices = 3;
/** A process takes a fraction of a second; this much allows for very slow machines. */
const watchdogMs = 20_000;

export const runProcess = async (request: ProcessRequest): Promise<ProcessOutcome> => {
  const {trial = {}} = request;
  const seed = derivedSeed(request.seed, request.index, Number(request.aa));
  const isSwapped = trial.withoutCoins !== true && seededRandom(seed)() < 0.5;
  const inSlots = isSwapped ? (['after', 'before'] as const) : (['before', 'after'] as const);
  const {bytes, pairs, describe, entries} = ('workload' in request.before ? loadedJob : copiedJob)({
    seed: derivedSeed(seed, 1),
    pairs: request.pairs,
    placement: request.placement,
    coins: trial.withoutCoins !== true,
    checked: request.index === firstProcess,
    slots: inSlots.map((side) => {
      const isAfter = side === 'after' && !request.aa;
      const more = isAfter ? (trial.effect ?? 0) : 0;
      return {
        side,
        code: isAfter ? request.after : request.before,
        executions: request.executions.map((count) => Math.round(count * (1 + more))),
      };
    }),
    plan: {
      quads: request.quads,
      warmSlices,
      clock: request.counter === undefined ? request.clock : 'counter',
      ...(request.counter === undefined ? {} : {event: request.counter}),
      watchdogMs: request.watchdogMs ?? watchdogMs,
      ...(trial.handicap === undefined ? {} : {handicap: trial.handicap}),
    },
  });
  const file = join(request.folder, `slices-${request.index}.job`);
  await writeFile(file, bytes);
  const begun = performance.now();
  const [result] = await runShim(request.shim, file, {timeoutMs: watchdogMs + 10_000});
  const seconds = (performance.now() - begun) / 1000;
  rmSync(file, {force: true});
  if (result.status !== 'ok')
    return {problem: describe(result), refused: result.status === 'refused'};
  if (result.slices?.pairs.length !== pairs)
    return {
      problem: 'crash: the shim ended before all of its pairs were measured',
      refused: false,
    };
  const process = processOf(result.slices, request, entries(result.slices), isSwapped);
  return {process, seconds};
};

const processOf = (
  slices: ReportedSlices,
  request: ProcessRequest,
  entries: readonly Entries[],
  isSwapped: boolean,
): SliceProcess => {
  const {name, overhead, ticks, ns} = slices.clock[0];
  const nsPerTick = name === 'tsc' ? ns / ticks : 1;
  return {
    index: request.index,
    aa: request.aa,
    ...(request.counter === undefined ? {} : {event: request.counter.event}),
    executions: request.executions,
    clock: {name, nsPerTick, overheadNs: overhead * nsPerTick},
    pairs: slices.pairs.map((steps, at) => {
      const [zero, one] = entries[at];
      return isSwapped
        ? {steps: steps.map(swapped), entries: [one, zero] as const}
        : {steps, entries: [zero, one] as const};
    }),
  };
};

const swapped = ([quads, logRatio, spread, zero, one]: StepSummary): StepSummary => [
  quads,
  -logRatio,
  spread,
  one,
  zero,
];
