// Sessions of slices whose truth is known or checked by whole runs: injected effects, slices of
// other lengths, and the same pair of variants by whole runs.
import {readFileSync} from 'node:fs';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {averageOf} from '../../results/compare/slices/average.ts';
import {answerOf} from '../../results/compare/slices/slices-answer.ts';
import {processFigures} from '../../results/compare/slices/process.ts';
import {slicesEvent, sliceRows} from '../../results/compare/slices/rows.ts';
import type {Estimate} from '../../results/stats/hodges-lehmann.ts';
import {isClaim} from '../../results/claims.ts';
import type {KnownChange, SlicesAnswer, Verdict} from '../../results/types.ts';
import type {Workload} from '../../workloads/types.ts';
import {derivedSeed} from '../derived-seed.ts';
import {buildShim} from '../shim/build-shim.ts';
import {prepareJob} from '../shim/prepare.ts';
import {runShim} from '../shim/run-shim.ts';
import {planSubject, runSlices, sliceSubject} from '../slices/measure-slices.ts';
import type {Trial} from '../slices/run.ts';

/** The margin within which sessions of identical sides are to be proven equal. */
const equalMargin = 0.003;

export interface PairRequest {
  readonly workload: Workload;
  readonly before: string;
  readonly after: string;
  readonly seconds: number;
  readonly seed: number;
  readonly folder: string;
}

export interface SessionsRequest extends Omit<PairRequest, 'seed' | 'folder'> {
  readonly aa: boolean;
  readonly trial?: Trial;
}

export interface SessionResult {
  readonly answer: SlicesAnswer;
  /** Of the workload's row; `equal` is proven within 0.3 %. */
  readonly verdict: Verdict;
  /** How many rows are called more or less, in the session and in its A/A. */
  readonly claims: number;
  readonly aaClaims: number;
}

/** A slices session of a workload at any placement. */
const subjectOf = (
  {workload, before, after}: Pick<PairRequest, 'workload' | 'before' | 'after'>,
  trial?: Trial,
) =>
  sliceSubject({
    workload,
    before,
    after,
    layout: {},
    placement: {kind: 'random'},
    seed: 0,
    folder: '',
    ...(trial === undefined ? {} : {trial}),
  });

/** Compiles both sides once, then runs sessions by seed as `ab --design slices` does. */
export const sliceSessions = async (
  request: SessionsRequest,
): Promise<(seed: number, folder: string) => Promise<SessionResult>> => {
  const {trial, seconds, aa} = request;
  const compiled = await subjectOf(request, trial);
  const effect = trial?.effect ?? 0;
  return async (seed, folder) => {
    const subject = {...compiled, seed, folder};
    const plan = await planSubject(subject, {
      seconds,
      aa,
      ...(effect === 0 ? {} : {multipleOf: Math.ceil(1 / effect)}),
    });
    const processes = await runSlices(subject, {plan, done: [], onProcess: () => {}});
    const {rows, aa: control} = sliceRows(processes, {
      level: 0.95,
      labels: subject.labels,
      margins: {[slicesEvent]: equalMargin},
      share: 1,
      primary: true,
    });
    return {
      answer: answerOf(processes, subject.labels, 0.95)!,
      verdict: rows[0].verdict,
      claims: rows.filter(isClaim).length,
      aaClaims: control?.changed ?? 0,
    };
  };
};

/** A change and its interval as natural logs. */
export const logsOf = ({ratio, low, high}: KnownChange): Estimate => ({
  value: Math.log(ratio),
  low: Math.log(low),
  high: Math.log(high),
});

/** The same comparison with slices of several lengths, one process of each in turn. */
export const alternatingLengths = async (
  lengthsUs: readonly number[],
  request: PairRequest,
): Promise<readonly {sliceUs: number; estimate: Estimate; processes: number}[]> => {
  const subject = {...(await subjectOf(request)), folder: request.folder};
  const lanes = [];
  for (const sliceUs of lengthsUs) {
    const plan = await planSubject(subject, {seconds: 5, aa: false, sliceNs: 1000 * sliceUs});
    const size = {...plan.size, pairs: 10, quads: 10};
    lanes.push({sliceUs, plan: {...plan, size, processes: 1}, logRatios: [] as number[]});
  }
  let index = 0;
  for (const end = performance.now() + 1000 * request.seconds; performance.now() < end;)
    for (const {plan, logRatios} of lanes) {
      const seed = derivedSeed(request.seed, index++);
      const [process] = await runSlices({...subject, seed}, {plan, done: [], onProcess: () => {}});
      logRatios.push(processFigures(process).logRatio);
    }
  return lanes.map(({sliceUs, logRatios}) => ({
    sliceUs,
    estimate: averageOf(logRatios, 0.95),
    processes: logRatios.length,
  }));
};

/** Processes of slices for each quad of whole runs, which takes longer. */
const slicesPerQuad = 4;

/**
 * Slices and whole runs in turn, so that both see the same moments: time of one execution, the runs
 * in quads of processes at random placements.
 */
export const slicesAndRuns = async (
  request: PairRequest,
): Promise<{readonly slices: Estimate; readonly runs: Estimate}> => {
  const {workload, before, after, folder} = request;
  const subject = {...(await subjectOf(request)), folder};
  const plan = {...(await planSubject(subject, {seconds: 5, aa: false})), processes: slicesPerQuad};
  const quadOf = await quadRunner({workload, before, after, folder, seed: request.seed});
  const runs: number[] = [];
  const slices: number[] = [];
  for (const end = performance.now() + 1000 * request.seconds; performance.now() < end;) {
    const seed = derivedSeed(request.seed, runs.length);
    runs.push(await quadOf(runs.length));
    const processes = await runSlices({...subject, seed}, {plan, done: [], onProcess: () => {}});
    slices.push(...processes.map((one) => processFigures(one).logRatio));
  }
  // Both by the mean: changes over placements are skewed.
  return {slices: averageOf(slices, 0.95), runs: averageOf(runs, 0.95)};
};

/** One quad of processes of about 50 ms: the log ratio of their times per execution. */
const quadRunner = async (request: {
  readonly workload: Workload;
  readonly before: string;
  readonly after: string;
  readonly folder: string;
  readonly seed: number;
}): Promise<(quad: number) => Promise<number>> => {
  const {workload, folder} = request;
  const shim = await buildShim('user');
  const file = join(folder, 'run.job');
  let drawn = 0;
  const logNs = async (variant: string, repeat: number): Promise<number> => {
    const placement = {kind: 'random', seed: derivedSeed(request.seed, drawn++)} as const;
    await writeFile(file, prepareJob({workload, variant, placement, shim, repeat}).job);
    const [{status, runs, what}] = await runShim(shim, file);
    if (status !== 'ok') throw new Error(what);
    return Math.log(runs.reduce((sum, run) => sum + run.ns / run.executions, 0));
  };
  const trial = 20_000;
  const perRepeat = Math.exp(await logNs(request.before, trial));
  const repeat = Math.ceil(50e6 / perRepeat);
  return async (quad) => {
    const isFlipped = derivedSeed(request.seed, 7, quad) % 2 === 1;
    const sums = {before: 0, after: 0};
    for (const isOuter of [true, false, false, true]) {
      const side = isOuter === isFlipped ? 'after' : 'before';
      sums[side] += await logNs(request[side], repeat);
    }
    return (sums.after - sums.before) / 2;
  };
};

/** Busy time of all CPUs of the machine since boot, and total time, in seconds. */
export const cpuTimes = (): {readonly busy: number; readonly all: number} => {
  const ticks = readFileSync('/proc/stat', 'utf8')
    .split('\n')[0]
    .split(/\s+/)
    .slice(1, 9)
    .map(Number);
  const all = ticks.reduce((sum, one) => sum + one, 0);
  return {busy: (all - ticks[3] - ticks[4]) / 100, all: all / 100};
};
