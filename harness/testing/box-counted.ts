// Runs in the box: slices with counters, and the region of the test runs, for two programs whose
// instruction counts are known exactly. `node box-counted.js FOLDER`: shims and answer are there.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {sliceRows} from '../../results/compare/slices/rows.ts';
import type {ComparisonRow, NotCounted} from '../../results/types.ts';
import type {Subject} from '../measure/subject.ts';
import {underPerf} from '../measure/runner.ts';
import {findPerf} from '../perf/perf.ts';
import {encodeJob} from '../shim/job.ts';
import {imageRegion, stackArea} from '../shim/job-memory.ts';
import {planSubject, runSlices} from '../slices/measure-slices.ts';
import type {SliceSubject} from '../slices/measure-slices.ts';
import type {CopiedSide} from '../slices/slice-side.ts';

export interface BoxAnswer {
  readonly rows: readonly ComparisonRow[];
  readonly notCounted: readonly NotCounted[];
  /** Results while another program uses all six counters. */
  readonly taken: readonly NotCounted[];
  /** `instructions:u` of each run, by region and side. */
  readonly regions: Readonly<Record<'loop' | 'process', readonly (readonly number[])[]>>;
}

/**
 * Instructions of one execution of a side: those of its code, and 9 of the calling loop
 * (`enter-arm.h`).
 */
const instructions = {before: 400, after: 404} as const;
/** Executions of a test run under perf. */
const executions = 10_000;

const retval = 7;
const around = 9 + 3;
const words = (values: readonly number[]): Uint8Array =>
  new Uint8Array(Uint32Array.from(values).buffer);

/** `mov x9, n; 1: subs x9, x9, 1; b.ne 1b; mov x0, 7; ret`. */
const codeOf = (all: number): Uint8Array =>
  words([
    0xd2800009 | (((all - around) / 2) << 5),
    0xf1000529,
    0x54ffffe1,
    0xd2800000 | (retval << 5),
    0xd65f03c0,
  ]);

const label = 'known';
const runRecord = {op: 'run', label, context: 0n, repeat: executions, retval} as const;
const noMemory = {
  maps: new Map(),
  programs: new Map(),
  context: 0n,
  keys: 0n,
  packet: () => 0n,
  segments: [],
  stores: [],
};

const sideOf = (all: number): CopiedSide => {
  const template = {
    remainder: null,
    functions: [{symbol: label, code: codeOf(all)}],
    references: [],
    pointers: [],
    memory: noMemory,
    script: [{...runRecord, entry: 0}],
  };
  return [[template], [template]];
};

/** A session of slices as in `ab WORKLOAD`, with the events that every PMU counts. */
const sliced = async (
  folder: string,
): Promise<Pick<BoxAnswer, 'rows' | 'notCounted' | 'taken'>> => {
  const subject: SliceSubject = {
    before: sideOf(instructions.before),
    after: sideOf(instructions.after),
    shim: {name: 'slices', path: join(folder, 'slices'), hash: '', symbols: new Map()},
    labels: [label],
    functions: 1,
    placement: null,
    seed: 1,
    folder,
  };
  const counters = [
    {event: 'cycles', type: 0, config: 0},
    {event: 'instructions', type: 0, config: 1},
  ];
  const options = {seconds: 3, aa: true, counters, sliceNs: 100_000};
  const plan = await planSubject(subject, options);
  const processes = await runSlices(subject, {plan, done: [], onProcess: () => undefined});
  const {rows} = sliceRows(processes, {level: 0.95, labels: [label], share: 1, primary: true});
  const other = spawn('perf', ['stat', '-a', '-e', Array(6).fill('r8:D').join(), 'sleep', '1000']);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const {notCounted: taken = []} = await planSubject(subject, options);
  other.kill();
  await once(other, 'close');
  return {rows, notCounted: plan.notCounted ?? [], taken};
};

/** Runs of the user shim under perf, counted as in `ab WORKLOAD --region`. */
const counted = async (
  folder: string,
  region: 'loop' | 'process',
  all: number,
): Promise<number[]> => {
  const code = codeOf(all);
  const path = join(folder, `${all}.job`);
  const job = encodeJob(
    [
      {op: 'segment', address: imageRegion, bytes: code.length, access: 'rx'},
      {op: 'store', address: imageRegion, bytes: code},
      {op: 'start'},
      {...runRecord, entry: imageRegion},
    ],
    {sandbox: true, watchdogMs: 100_000, stack: stackArea},
  );
  writeFileSync(path, job);
  const check = () => ({problem: null, results: [], counts: []});
  const ready = {argv: [join(folder, 'user'), path], placement: null, check};
  const subject: Subject = {info: {label}, prepare: async () => ready};
  const perf = await findPerf(process.env);
  const request = {perf, region, folder, events: ['instructions:u']};
  const {result} = await underPerf(request, subject, ready, 3);
  if (result.exitCode !== 0) throw new Error(result.stderr);
  return result.runs.map((run) => run[0].value);
};

const [, , folder] = process.argv;
const regionOf = async (region: 'loop' | 'process') => [
  await counted(folder, region, instructions.before),
  await counted(folder, region, instructions.after),
];
const answer: BoxAnswer = {
  ...(await sliced(folder)),
  regions: {loop: await regionOf('loop'), process: await regionOf('process')},
};
process.stdout.write(JSON.stringify(answer));
