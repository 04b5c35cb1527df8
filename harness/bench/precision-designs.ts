// One estimate of a known effect by each design, for about the same CPU time: a quad of processes,
// two pairs of processes that share a core, and slices.
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {answerOf} from '../../results/compare/slices/slices-answer.ts';
import type {Workload} from '../../workloads/types.ts';
import {onOneCore} from '../measure/one-core.ts';
import {runBlock} from '../perf/block.ts';
import type {Perf} from '../perf/perf.ts';
import {buildShim} from '../shim/build-shim.ts';
import {prepareJob} from '../shim/prepare.ts';
import {planSubject, runSlices, sliceSubject} from '../slices/measure-slices.ts';

export type DesignName = 'quads' | 'one-core' | 'slices';

/** A natural log of after/before; `seed` draws order and placements. */
export type Estimator = (seed: number) => Promise<number>;

export interface DesignsRequest {
  readonly workload: Workload;
  /** The after side executes this fraction more of the same code. */
  readonly effect: number;
  /** CPU time of one process; an estimate takes four times that. */
  readonly processSeconds: number;
  readonly folder: string;
  readonly perf: Perf;
}

/** All processes have one placement, so that only the machine disturbs them. */
const placement = {kind: 'fixed', offset: 64} as const;

export const estimatorsOf = async (
  request: DesignsRequest,
): Promise<Readonly<Record<DesignName, Estimator>>> => {
  const {workload, folder, effect, perf} = request;
  const shim = await buildShim('user');
  const file = async (name: string, repeat: number): Promise<string> => {
    const path = join(folder, `${name}.job`);
    const job = prepareJob({workload, variant: 'v58', placement, shim, repeat});
    await writeFile(path, job.job);
    return path;
  };
  const taskClock = async (job: string, prefix: readonly string[] = []): Promise<number> => {
    const argv = [shim.path, job, '--result-fd', '99'];
    const {runs} = await runBlock({perf, events: ['task-clock'], runs: 1, argv, prefix});
    return Math.log(runs[0][0].value);
  };
  const trial = 1_000_000;
  const seconds = Math.exp(await taskClock(await file('trial', trial))) / 1e9;
  const repeat = Math.round((trial * request.processSeconds) / seconds);
  const sides = [
    await file('before', repeat),
    await file('after', Math.round(repeat * (1 + effect))),
  ] as const;
  const orderOf = (seed: number): readonly [0 | 1, 0 | 1] => (seed % 2 === 0 ? [0, 1] : [1, 0]);
  const pin = onOneCore();

  const quads: Estimator = async (seed) => {
    const [outer, inner] = orderOf(seed);
    const sums = [0, 0];
    for (const side of [outer, inner, inner, outer]) sums[side] += await taskClock(sides[side]);
    return (sums[1] - sums[0]) / 2;
  };
  const oneCore: Estimator = async (seed) => {
    const [outer, inner] = orderOf(seed);
    const sums = [0, 0];
    for (const pair of [
      [outer, inner],
      [inner, outer],
    ] as const) {
      const logs = await Promise.all(pair.map((side) => taskClock(sides[side], pin)));
      pair.forEach((side, at) => (sums[side] += logs[at]));
    }
    return (sums[1] - sums[0]) / 2;
  };
  return {quads, 'one-core': oneCore, slices: await slicesEstimator(request)};
};

const slicesEstimator = async (request: DesignsRequest): Promise<Estimator> => {
  const seconds = 4 * request.processSeconds;
  const subject = await sliceSubject({
    workload: request.workload,
    before: 'v58',
    after: 'v58',
    layout: {},
    placement: {kind: 'random'},
    seed: 1,
    folder: request.folder,
    trial: {effect: request.effect},
  });
  const multipleOf = Math.ceil(1 / request.effect);
  const plan = await planSubject(subject, {seconds, aa: false, multipleOf});
  return async (seed) => {
    const processes = await runSlices({...subject, seed}, {plan, done: [], onProcess: () => {}});
    return Math.log(answerOf(processes, subject.labels, 0.95)!.overPlacements.ratio);
  };
};
