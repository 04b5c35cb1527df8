// Parts of npm run bench:precision that compare designs: errors for the same CPU time, slices of
// several lengths, slices against whole runs.
import {mean, sampleStandardDeviation} from 'simple-statistics';
import {randomEffects} from '../../results/fleet/random-effects.ts';
import {normalQuantile} from '../../results/stats/distributions.ts';
import type {Estimate} from '../../results/stats/hodges-lehmann.ts';
import {findWorkload} from '../../workloads/list/index.ts';
import {findPerf} from '../perf/perf.ts';
import type {DesignName} from './precision-designs.ts';
import {estimatorsOf} from './precision-designs.ts';
import {alternatingLengths, slicesAndRuns} from './precision-sessions.ts';
import type {Settings} from './precision-text.ts';
import {
  error,
  halfOf,
  inState,
  percent,
  print,
  printGoal,
  ratioOf,
  shown,
} from './precision-text.ts';

const effect = 0.01;
/** The error of each design as a share of the error of quads. */
const mostOfQuads = {slices: 1 / 30, 'one-core': 1 / 3} as const;

export const designs = async ({estimates, seed, folder}: Settings): Promise<void> => {
  const perf = await findPerf(process.env);
  print(`designs: ${estimates} estimates each of a true ${percent(Math.log1p(effect))}, 0.4 s CPU`);
  const workload = findWorkload('callee_saved_2');
  const request = {workload, effect, processSeconds: 0.1, folder, perf};
  const estimators = await estimatorsOf(request);
  let isMet = true;
  for (const state of ['idle', 'load'] as const)
    await inState(state, seed, async () => {
      const found: Record<DesignName, number[]> = {quads: [], 'one-core': [], slices: []};
      for (let index = 0; index < estimates; index++)
        for (const design of ['quads', 'one-core', 'slices'] as const)
          found[design].push(await estimators[design](seed * 1000 + index));
      for (const design of ['quads', 'one-core', 'slices'] as const) {
        const logs = found[design];
        const {value, low, high} = ratioOf(logs, found.quads);
        const part = (share: number): string => `1/${(1 / share).toPrecision(3)}`;
        if (design !== 'quads' && value > mostOfQuads[design]) isMet = false;
        print(
          `    ${design.padEnd(9)} mean ${percent(mean(logs))}, standard error ` +
            error(sampleStandardDeviation(logs)) +
            (design === 'quads' ? '' : `, ${part(value)} of quads' [${part(low)}, ${part(high)}]`),
        );
      }
    });
  printGoal("slices at most 1/30 and one core at most 1/3 of quads' error, idle and loaded", isMet);
};

/** Half-widths of 95 and 99 % intervals in standard errors. */
const [reach95, reach99] = [0.975, 0.995].map(normalQuantile);

/** The p-value of independent estimates being of the same quantity. */
const sameThing = (estimates: readonly Estimate[]): number =>
  randomEffects(estimates.map((one) => ({value: one.value, error: halfOf(one) / reach95}))).pSame;

export const lengths = async ({seconds, seed, folder}: Settings): Promise<void> => {
  const all = seconds ?? 150;
  print(
    `lengths of a slice: callee_saved_2, v58 -> rfc1, one process of each in turn for ${all} s`,
  );
  const found = await alternatingLengths([1, 5, 20, 100, 500], {
    workload: findWorkload('callee_saved_2'),
    before: 'v58',
    after: 'rfc1',
    folder,
    seed,
    seconds: all,
  });
  for (const {sliceUs, estimate, processes} of found)
    print(`    ${String(sliceUs).padStart(3)} us: ${shown(estimate)}, ${processes} processes`);
  const p = sameThing(found.map(({estimate}) => estimate));
  print(`  one change at every length: p = ${p.toPrecision(2)}`);
  printGoal(
    'the estimate does not depend on the length from 1 to 500 us (p of at least 0.01)',
    p >= 0.01,
  );
};

const pairs = [
  ['tailcall1', 'v58', 'rfc1'],
  ['tailcall1', 'v510', 'v618'],
  ['tailcall3', 'v58', 'rfc1'],
  ['flow_dissector', 'v58', 'rfc1'],
  ['flow_dissector', 'v510', 'v618'],
  ['xsk_redirect', 'v58', 'rfc1'],
  ['callee_saved_2', 'v58', 'rfc1'],
  ['callee_saved_4', 'v58', 'v510'],
  ['tail_chain_8', 'v58', 'rfc1'],
  ['tailcall_bpf2bpf4', 'v510', 'v618'],
] as const;

/**
 * 99 % of pairs of independent estimates of one quantity differ by less than this many joint
 * errors.
 */
const joint99 = reach99 / reach95;

const areClose = (one: Estimate, other: Estimate): boolean =>
  Math.abs(one.value - other.value) <= joint99 * Math.hypot(halfOf(one), halfOf(other));

/** Slices that last longer than the states a code can be in (docs/slices.md). */
const longUs = 2000;

export const runs = async ({seconds, seed, folder}: Settings): Promise<void> => {
  const each = seconds ?? 20;
  print(`slices and whole runs in turn, ${each} s a pair:`);
  let agree = 0;
  for (const [name, before, after] of pairs) {
    const workload = findWorkload(name);
    const request = {workload, before, after, seed, folder, seconds: each};
    const {slices, runs: whole} = await slicesAndRuns(request);
    const isClose = areClose(slices, whole);
    if (isClose) agree++;
    print(
      `    ${`${name} ${before} -> ${after}`.padEnd(32)} slices ${shown(slices)}, ` +
        `runs ${shown(whole)}: ${isClose ? 'agree' : 'DISAGREE'}`,
    );
    if (isClose) continue;
    for (const {sliceUs, estimate} of await alternatingLengths([8, 500, longUs], {
      ...request,
      seconds: 3 * each,
    }))
      print(
        `        slices of ${sliceUs} us ${shown(estimate)} and these runs: ` +
          (areClose(estimate, whole) ? 'agree' : 'DISAGREE'),
      );
  }
  printGoal(
    `all ${pairs.length} agree within their joint 99 % interval (${agree} do)`,
    agree === pairs.length,
  );
};
