// One process of slices: draws its pairs, writes its job, runs the shim, and returns what it
// measured as after/before.
import {writeFile} from 'node:fs/promises';
import {rmSync} from 'node:fs';
import {join} from 'node:path';
import type {Placement} from '../../jit/types.ts';
import type {SliceProcess, StepSummary} from '../../results/compare/slices/types.ts';
import {derivedSeed, seededRandom} from '../derived-seed.ts';
import type {Shim} from '../shim/build-shim.ts';
import type {ShimResult} from '../shim/result.ts';
import {describeResult} from '../shim/result.ts';
import {runShim} from '../shim/run-shim.ts';
import type {SlicesJob} from './slices-job.ts';
import {encodeSlicesJob} from './slices-job.ts';
import type {Pair} from './copy-pairs.ts';
import {drawPairs} from './copy-pairs.ts';
import type {Template} from './template.ts';

/** A side compiled for the memory of either slot. */
export type SliceSide = readonly [readonly Template[], readonly Template[]];

/** How much a process measures. */
export interface ProcessSize {
  readonly pairs: number;
  readonly quads: number;
  /** Executions of a slice, by step. */
  readonly executions: readonly number[];
}

export interface ProcessRequest extends ProcessSize {
  readonly index: number;
  readonly aa: boolean;
  readonly seed: number;
  readonly before: SliceSide;
  readonly after: SliceSide;
  readonly placement: Placement | null;
  readonly clock: SlicesJob['clock'];
  /** What is counted in place of time. */
  readonly counter?: SliceCounter;
  readonly folder: string;
  readonly shim: Pick<Shim, 'path'>;
  readonly trial?: Trial;
  /** For the whole process; 20 s unless tests ask for less. */
  readonly watchdogMs?: number;
}

/** What tests and benchmarks change to know the truth; the estimate does not know it. */
export interface Trial {
  /** The after side executes more, by this fraction. */
  readonly effect?: number;
  /** No order is drawn: the before side is treated first. */
  readonly withoutCoins?: boolean;
  readonly handicap?: SlicesJob['handicap'];
  /** Counted in place of the hardware's events. */
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

const warmSlices = 3;
/** A process takes a fraction of a second; this much is left for very slow machines. */
const watchdogMs = 20_000;

export const runProcess = async (request: ProcessRequest): Promise<ProcessOutcome> => {
  const {trial = {}} = request;
  const seed = derivedSeed(request.seed, request.index, Number(request.aa));
  const isSwapped = trial.withoutCoins !== true && seededRandom(seed)() < 0.5;
  const sides = ['before', 'after'] as const;
  const inSlots = isSwapped ? (['after', 'before'] as const) : sides;
  const templates = inSlots.map((side, slot) =>
    side === 'after' && !request.aa ? request.after[slot] : request.before[slot],
  ) as [readonly Template[], readonly Template[]];
  const pairs = drawPairs({
    seed: derivedSeed(seed, 1),
    pairs: request.pairs,
    templates,
    placement: request.placement,
    coins: trial.withoutCoins !== true,
  });
  const job = encodeSlicesJob({
    slots: inSlots.map((side, slot) => ({
      side,
      templates: templates[slot],
      executions: request.executions.map((count) =>
        side === 'after' && !request.aa ? Math.round(count * (1 + (trial.effect ?? 0))) : count,
      ),
    })) as unknown as SlicesJob['slots'],
    pairs,
    quads: request.quads,
    warmSlices,
    clock: request.counter === undefined ? request.clock : 'counter',
    ...(request.counter === undefined ? {} : {event: request.counter}),
    watchdogMs: request.watchdogMs ?? watchdogMs,
    ...(trial.handicap === undefined ? {} : {handicap: trial.handicap}),
  });
  const file = join(request.folder, `slices-${request.index}.job`);
  await writeFile(file, job);
  const begun = performance.now();
  const [result] = await runShim(request.shim, file, {timeoutMs: watchdogMs + 10_000});
  const seconds = (performance.now() - begun) / 1000;
  rmSync(file, {force: true});
  const problem = problemOf(result, templates, pairs, inSlots);
  return problem === null
    ? {process: processOf(result, request, pairs, isSwapped), seconds}
    : {problem, refused: result.status === 'refused'};
};

const problemOf = (
  result: ShimResult,
  templates: readonly (readonly Template[])[],
  pairs: readonly Pair[],
  inSlots: readonly string[],
): string | null => {
  if (result.status === 'ok') {
    const {slices} = result;
    return slices !== undefined && slices.pairs.length === pairs.length
      ? null
      : 'crash: the shim ended before all of its pairs were measured';
  }
  const slot = inSlots.indexOf(result.side ?? '');
  const pair = pairs[result.pair ?? 0];
  const functions =
    slot === -1 || pair === undefined
      ? []
      : templates[slot][pair.templates[slot]].functions.map(({symbol, code}, at) => ({
          symbol,
          code,
          base: pair.addresses[slot][at],
        }));
  return describeResult(result, {functions: functions as never});
};

const processOf = (
  {slices}: ShimResult,
  request: ProcessRequest,
  pairs: readonly Pair[],
  isSwapped: boolean,
): SliceProcess => {
  const {name, overhead, ticks, ns} = slices!.clock[0];
  const nsPerTick = name === 'tsc' ? ns / ticks : 1;
  return {
    index: request.index,
    aa: request.aa,
    ...(request.counter === undefined ? {} : {event: request.counter.event}),
    executions: request.executions,
    clock: {name, nsPerTick, overheadNs: overhead * nsPerTick},
    pairs: slices!.pairs.map((steps, at) => {
      const [zero, one] = pairs[at].addresses.map(([entry]) => Number(entry));
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
