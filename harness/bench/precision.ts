// npm run bench:precision: what each design resolves for the same CPU time, idle and with other
// work on every core; known effects and identical sides through slices; slices of other lengths;
// slices against whole runs.
import {mkdtempSync} from 'node:fs';
import {cpus, tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {mean, sampleStandardDeviation} from 'simple-statistics';
import {rateInterval} from '../../results/stats/distributions.ts';
import type {Estimate} from '../../results/stats/hodges-lehmann.ts';
import {median} from '../../results/stats/robust.ts';
import {endOnSignals} from '../host/signals.ts';
import {atExit} from '../host/scratch.ts';
import {findPerf} from '../perf/perf.ts';
import {startLoad} from './load.ts';
import type {DesignName} from './precision-designs.ts';
import {estimatorsOf} from './precision-designs.ts';
import {
  alternatingLengths,
  cpuTimes,
  logsOf,
  sliceSession,
  slicesAndRuns,
} from './precision-sessions.ts';

const parts = ['designs', 'effects', 'lengths', 'runs'] as const;

const {values} = parseArgs({
  options: {
    parts: {type: 'string', default: parts.join(',')},
    estimates: {type: 'string', default: '30'},
    sessions: {type: 'string', default: '20'},
    seconds: {type: 'string', default: '2'},
    seed: {type: 'string', default: '1'},
  },
});
const [estimates, sessions, seconds, seed] = [
  values.estimates,
  values.sessions,
  values.seconds,
  values.seed,
].map(Number);

const folder = atExit(mkdtempSync(join(tmpdir(), 'jitstat-precision-')));
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const percent = (logs: number): string =>
  `${logs >= 0 ? '+' : ''}${(100 * logs).toFixed(Math.abs(logs) < 0.1 ? 3 : 2)} %`;
const error = (logs: number): string => `${(100 * logs).toPrecision(2)} %`;
const halfOf = ({low, high}: Estimate): number => (high - low) / 2;

const whileLoaded = async (processes: number, work: () => Promise<void>): Promise<void> => {
  const stop = startLoad(processes, seed);
  const before = cpuTimes();
  try {
    await work();
  } finally {
    stop();
  }
  const after = cpuTimes();
  const busy = (after.busy - before.busy) / (after.all - before.all);
  print(`    (CPUs busy for ${(100 * busy).toFixed(0)} % of this time)`);
};

const states = [
  {name: 'no load of ours', processes: 0},
  {name: 'load on every core', processes: 2 * cpus().length},
] as const;

/** Ratio of two standard deviations with its 95 % interval, for normal values. */
const ratioOf = (a: readonly number[], b: readonly number[]): string => {
  const ratio = sampleStandardDeviation([...a]) / sampleStandardDeviation([...b]);
  const half = 1.96 * Math.sqrt(1 / (2 * (a.length - 1)) + 1 / (2 * (b.length - 1)));
  const shown = (value: number): string => (1 / value).toPrecision(3);
  return `1/${shown(ratio)} [1/${shown(ratio * Math.exp(-half))}, 1/${shown(ratio * Math.exp(half))}]`;
};

const effect = 0.01;

const designs = async (): Promise<void> => {
  const perf = await findPerf(process.env);
  print(`designs: ${estimates} estimates each of a true ${percent(Math.log1p(effect))}, 0.4 s CPU`);
  const request = {workload: 'callee_saved_2', effect, processSeconds: 0.1, folder, perf};
  const estimators = await estimatorsOf(request);
  for (const {name, processes} of states) {
    print(`  ${name}:`);
    await whileLoaded(processes, async () => {
      const found: Record<DesignName, number[]> = {quads: [], 'one-core': [], slices: []};
      for (let index = 0; index < estimates; index++)
        for (const design of ['quads', 'one-core', 'slices'] as const)
          found[design].push(await estimators[design](seed * 1000 + index));
      for (const [design, logs] of Object.entries(found))
        print(
          `    ${design.padEnd(9)} mean ${percent(mean(logs))}, standard error ` +
            `${error(sampleStandardDeviation(logs))}, of quads' ${ratioOf(logs, found.quads)}`,
        );
    });
  }
};

const counted = (hits: number, of: number): string => {
  const {low, high} = rateInterval(hits, of);
  return `${hits} of ${of} [${(100 * low).toFixed(0)}, ${(100 * high).toFixed(0)} %]`;
};

const effects = async (): Promise<void> => {
  print(`effects: ${sessions} sessions of ${seconds} s each, tailcall1, v58 on both sides`);
  for (const {name, processes} of states) {
    print(`  ${name}:`);
    await whileLoaded(processes, async () => {
      const controls: {answer: Estimate; claims: number}[] = [];
      for (const truth of [0, 0.001, 0.002, 0.01]) {
        const found: {answer: Estimate; claims: number}[] = [];
        for (let index = 0; index < sessions; index++) {
          const {answer, claims, aaClaims} = await sliceSession({
            workload: 'tailcall1',
            before: 'v58',
            after: 'v58',
            seconds,
            seed: seed * 100_000 + Math.round(truth * 1e6) + index,
            folder,
            aa: true,
            trial: {effect: truth},
          });
          found.push({answer: logsOf(answer.overPlacements), claims});
          if (answer.aa !== null)
            controls.push({answer: logsOf(answer.aa.change), claims: aaClaims});
        }
        report(percent(Math.log1p(truth)), Math.log1p(truth), found);
      }
      report('the A/As', 0, controls);
    });
  }
};

const report = (
  name: string,
  truth: number,
  found: readonly {answer: Estimate; claims: number}[],
): void => {
  const errors = found.map(({answer}) => answer.value - truth);
  const covered = found.filter(({answer}) => answer.low <= truth && answer.high >= truth).length;
  const margin = Math.log1p(0.003);
  const equal = found.filter(({answer}) => answer.low > -margin && answer.high < margin).length;
  print(
    `    ${name.padEnd(9)} bias ${percent(mean(errors))} ` +
      `+-${error(sampleStandardDeviation(errors) / Math.sqrt(errors.length))}, ` +
      `half-width ${error(median(found.map(({answer}) => halfOf(answer))))}, ` +
      `covered ${counted(covered, found.length)}, ` +
      `claims ${counted(found.filter(({claims}) => claims > 0).length, found.length)}, ` +
      `inside +-0.3 % ${equal}`,
  );
};

const lengths = async (): Promise<void> => {
  print('lengths of a slice: callee_saved_2, v58 -> rfc1, one process of each in turn');
  const request = {workload: 'callee_saved_2', before: 'v58', after: 'rfc1', folder, seed};
  const found = await alternatingLengths([1, 5, 20, 100, 500], {...request, seconds: 30 * seconds});
  for (const {sliceUs, estimate, processes} of found)
    print(
      `    ${String(sliceUs).padStart(3)} us: ${percent(estimate.value)} +-${error(halfOf(estimate))}, ` +
        `${processes} processes`,
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

/** 99 % of two independent estimates of one thing differ by less than this many joint errors. */
const joint99 = 2.575829 / 1.959964;

const runs = async (): Promise<void> => {
  print(`slices and whole runs in turn, ${10 * seconds} s a pair:`);
  let agree = 0;
  for (const [workload, before, after] of pairs) {
    const request = {workload, before, after, seed, folder, seconds: 10 * seconds};
    const {slices, runs: whole} = await slicesAndRuns(request);
    const joint = joint99 * Math.hypot(halfOf(slices), halfOf(whole));
    const isClose = Math.abs(slices.value - whole.value) <= joint;
    if (isClose) agree++;
    print(
      `    ${`${workload} ${before} -> ${after}`.padEnd(32)} slices ${percent(slices.value)} ` +
        `+-${error(halfOf(slices))}, runs ${percent(whole.value)} +-${error(halfOf(whole))}: ` +
        (isClose ? 'agree' : 'DISAGREE'),
    );
  }
  print(`    ${agree} of ${pairs.length} agree within their joint 99 % interval`);
};

const work = {designs, effects, lengths, runs};

const asked = values.parts.split(',');
const isWhole = [estimates, sessions, seed].every((one) => Number.isInteger(one) && one > 0);
if (isWhole && estimates > 1 && sessions > 1 && seconds > 0 && asked.every((one) => one in work)) {
  endOnSignals();
  for (const part of parts.filter((one) => asked.includes(one))) await work[part]();
} else {
  process.stderr.write(
    `bench:precision: --parts takes some of ${parts.join(',')}; --estimates, --sessions (2 or more) ` +
      'and --seed take whole numbers, --seconds a number\n',
  );
  process.exitCode = 2;
}
