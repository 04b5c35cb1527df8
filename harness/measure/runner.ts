// The runner: goes through the planned blocks, runs what is not done yet, and writes each finished
// block to the journal.
import {closeSync, openSync, readFileSync, rmSync} from 'node:fs';
import {constants} from 'node:os';
import {join, resolve} from 'node:path';
import {UserError} from '../../results/error.ts';
import {eventInfo} from '../../results/events/events.ts';
import type {Journal, JournalBlock, JournalRun} from '../../results/store/index.ts';
import {cpuCount, loadBetween, readLoad} from '../host/host-load.ts';
import type {BlockResult, Count} from '../perf/block.ts';
import type {Perf} from '../perf/perf.ts';
import {visible} from '../../results/visible.ts';
import {lastLine, runBlock} from '../perf/block.ts';
import {openRegion} from '../perf/region.ts';
import {runHook} from './hooks.ts';
import type {PlannedBlock} from './plan.ts';
import type {ReadyBlock, Subject} from './subject.ts';

export interface RunnerRequest {
  readonly blocks: readonly PlannedBlock[];
  readonly done: readonly JournalBlock[];
  readonly before: Subject;
  readonly after: Subject | null;
  /** Sets of events to count, one per quad in turn; a single set unless passes were asked for. */
  readonly passes: readonly (readonly string[])[];
  readonly runsPerBlock: number;
  readonly perf: Perf;
  /** Count the test runs only, not the shim's start. */
  readonly region: 'process' | 'loop';
  readonly ignoreFailure: boolean;
  /** Put in front of every perf, to keep blocks on one CPU. */
  readonly prefix?: readonly string[];
  /** Scratch folder of the session. */
  readonly folder: string;
  readonly journal: Journal;
  readonly onBlock: (finished: readonly JournalBlock[]) => void;
  /** Gets what commands print, if it is to be shown. */
  readonly show?: (text: string) => void;
  /** Called once per side whose command leaves processes in the background. */
  readonly onLeftBehind?: (subject: Subject) => void;
  /** Called before each quad: true ends the session there (a stopping rule). */
  readonly enough?: (blocks: readonly JournalBlock[]) => boolean;
}

/** A run failed: the message names the block and the failure. */
export class RunProblem extends UserError {
  readonly side: string;
  readonly trouble: string;

  constructor(block: PlannedBlock, subject: Subject, trouble: string, hint: string) {
    super(`${where(block, subject)}: ${trouble}.`, hint);
    this.side = subject.info.label;
    this.trouble = trouble;
  }
}

/**
 * Runs every block that is not done and returns all blocks in order. Throws RunProblem; the blocks
 * before it are in the journal.
 */
export const runBlocks = async (request: RunnerRequest): Promise<readonly JournalBlock[]> => {
  const finished = [...request.done];
  const leavers = new Set<Subject>();
  const doneIndexes = new Set(request.done.map((block) => block.index));
  const left = request.blocks.filter((block) => !doneIndexes.has(block.index));
  let upcoming = left.length === 0 ? null : prepareBlock(request, left[0]);
  let isSlow = false;
  for (let place = 0; place < left.length;) {
    const block = left[place];
    if (block.position === 0 && request.enough?.(finished) === true) break;
    const begun = performance.now();
    const together = isSlow ? [block] : joined(request, left, place);
    place += together.length;
    const running = runOne(request, together, await upcoming!);
    // The next image is compiled while perf starts, so that no time passes between blocks.
    upcoming = place < left.length ? prepareBlock(request, left[place]) : null;
    upcoming?.catch(() => {});
    const {records, leftBehind} = await running;
    const subject = subjectOf(request, block);
    if (leftBehind && !leavers.has(subject)) request.onLeftBehind?.(subject);
    if (leftBehind) leavers.add(subject);
    for (const record of records) {
      request.journal.append(record);
      finished.push(record);
    }
    request.onBlock(finished);
    isSlow = performance.now() - begun > slowMs;
  }
  return finished;
};

/** Longer blocks are not joined: a kill would lose more of them than perf's start costs. */
const slowMs = 500;

/**
 * The block at `place`, with the next one if one perf can run both: perf takes ten milliseconds or
 * more to start, which is much compared with a short command.
 */
const joined = (
  request: RunnerRequest,
  left: readonly PlannedBlock[],
  place: number,
): readonly PlannedBlock[] => {
  const [block, next] = left.slice(place, place + 2);
  const isOneRun =
    next !== undefined &&
    subjectOf(request, block).joins === true &&
    request.passes.length === 1 &&
    next.side === block.side &&
    next.aa === block.aa &&
    next.warmup === block.warmup &&
    (next.position > 0 || request.enough === undefined);
  return isOneRun ? [block, next] : [block];
};

const subjectOf = (request: RunnerRequest, block: PlannedBlock): Subject =>
  block.side === 'before' || block.aa || request.after === null ? request.before : request.after;

export const prepareBlock = (request: RunnerRequest, block: PlannedBlock): Promise<ReadyBlock> =>
  subjectOf(request, block).prepare({
    index: block.index,
    quad: block.quad,
    seed: block.seed,
    folder: request.folder,
  });

/** Runs blocks of one side under one perf process; each gets its part of the runs, in order. */
export const runOne = async (
  request: RunnerRequest,
  blocks: readonly PlannedBlock[],
  ready: ReadyBlock,
): Promise<{records: readonly JournalBlock[]; leftBehind: boolean}> => {
  const [first] = blocks;
  const subject = subjectOf(request, first);
  const events = request.passes[first.quad % request.passes.length];
  const runs = request.runsPerBlock * blocks.length;
  const before = readLoad();
  const {result, reported} = await underPerf({...request, events}, subject, ready, runs);
  const {problem, results, counts} = ready.check(reported, runs);
  const trouble = problem ?? exitTrouble(result, runs, request.ignoreFailure);
  if (trouble !== null) throw new RunProblem(first, subject, trouble, hintFor(problem, result));
  const journalled = result.runs.map((counted, run): JournalRun => ({
    events: {
      ...Object.fromEntries(withoutLostTime(counted.map(journalCount))),
      ...Object.fromEntries(
        Object.entries(counts[run] ?? {}).map(([event, value]) => [
          event,
          [value, null, null] as const,
        ]),
      ),
    },
    ...(results[run] === undefined
      ? {}
      : {shim: results[run] as Readonly<Record<string, unknown>>}),
  }));
  const load = loadBetween(before, readLoad());
  const records = blocks.map((block, place): JournalBlock => ({
    type: 'block',
    index: block.index,
    quad: block.quad,
    position: block.position,
    side: block.side === 'before' ? 0 : 1,
    warmup: block.warmup,
    aa: block.aa,
    placement: ready.placement === null ? null : {...ready.placement, side: block.side},
    runs: journalled.slice(place * request.runsPerBlock, (place + 1) * request.runsPerBlock),
    ...(load === null ? {} : {load: {...load, seconds: load.seconds / blocks.length}}),
  }));
  return {records, leftBehind: result.leftBehind};
};

type NamedCount = readonly [event: string, count: JournalRun['events'][string]];

/** `-v` prints clocks in nanoseconds; the table of events has them in perf's own msec. */
const journalCount = (count: Count): NamedCount => {
  const value = eventInfo(count.event).unit === 'msec' ? count.value / 1e6 : count.value;
  return [
    count.event,
    [count.running > 0 || count.enabled === 0 ? value : null, count.enabled, count.running],
  ];
};

/**
 * perf reads the clock after it has let the command go: if it loses the CPU in between, the elapsed
 * time is too short. A time shorter than the CPU time divided by the CPUs cannot be true.
 */
const withoutLostTime = (counts: readonly NamedCount[]): readonly NamedCount[] => {
  const onCpuNs = 1e6 * (counts.find(([event]) => event === 'task-clock')?.[1][0] ?? 0);
  return counts.map(([event, count]) => {
    const isLost = event === 'duration_time' && (count[0] ?? 0) * cpuCount < onCpuNs;
    return [event, isLost ? [null, count[1], count[2]] : count];
  });
};

/** Blocks may run at the same time, each with its own file. */
let reports = 0;

/**
 * Runs a prepared block with descriptor 3 open on a separate file; returns what was reported there.
 */
export const underPerf = async (
  request: Pick<RunnerRequest, 'perf' | 'region' | 'folder' | 'prefix' | 'show'> & {
    readonly events: readonly string[];
  },
  subject: Subject,
  ready: ReadyBlock,
  runs: number,
): Promise<{result: BlockResult; reported: string}> => {
  const file = join(request.folder, `reported-${reports++}.txt`);
  const descriptor = openSync(file, 'a', 0o600);
  const region = request.region === 'loop' ? openRegion(request.folder) : null;
  const input = openInput(subject);
  try {
    await runHook(subject, 'prepare');
    const isShown = subject.around?.showOutput === true;
    const result = await runBlock({
      perf: request.perf,
      folder: request.folder,
      events: request.events,
      runs,
      argv: [...ready.argv, ...(region?.arguments ?? [])],
      descriptors: [descriptor, ...(region?.descriptors ?? [])],
      extra: region?.perfOptions ?? [],
      ...(request.prefix === undefined ? {} : {prefix: request.prefix}),
      ...(subject.cwd === undefined ? {} : {cwd: subject.cwd}),
      ...(input === null ? {} : {stdin: input}),
      ...(isShown ? {onOutput: request.show} : {}),
    });
    if (isShown) request.show?.(ownWords(result));
    await runHook(subject, 'conclude');
    return {result, reported: readFileSync(file, 'utf8')};
  } finally {
    region?.close();
    if (input !== null) closeSync(input);
    closeSync(descriptor);
    rmSync(file, {force: true});
  }
};

/** Every run reads its input from the start. */
const openInput = ({cwd = '.', around}: Subject): number | null =>
  around?.input === undefined ? null : openSync(resolve(cwd, around.input), 'r');

/** What went wrong in the runs of a command, in words; null if nothing did. */
export const exitTrouble = (
  result: BlockResult,
  runs: number,
  ignoreFailure: boolean,
): string | null => {
  if (result.killed !== null && !ignoreFailure) return `the command was killed (${result.killed})`;
  if (result.runs.length < runs) return `perf counted ${result.runs.length} of ${runs} runs`;
  return result.exitCode === 0 || ignoreFailure
    ? null
    : `the command ended with exit code ${result.exitCode}${shellsSignal(result.exitCode)}` +
        saying(result);
};

/** A shell exits with 128 + N if signal N killed its last command. */
const shellsSignal = (exitCode: number): string => {
  const name = Object.entries(constants.signals).find(([, one]) => one === exitCode - 128)?.[0];
  return name === undefined ? '' : `, which from a shell means ${name}`;
};

/** The last line the command wrote, as the end of a message. */
const saying = (result: BlockResult): string => {
  const last = lastLine(ownWords(result));
  return last === '' ? '' : `; it said: ${visible(last).replace(/\.$/, '')}`;
};

/** What the command wrote to stderr, without the chatter of `perf stat -v`. */
const ownWords = ({stderr}: BlockResult): string =>
  stderr
    .split('\n')
    .filter((line) => !/^(?:Using CPUID|Control descriptor|Workload failed)/.test(line))
    .join('\n');

const where = (block: PlannedBlock, subject: Subject): string =>
  `block ${block.index + 1} (quad ${block.quad + 1}, ${block.aa ? 'A/A, ' : ''}${block.side}: ` +
  `${visible(subject.info.label)})`;

const hintFor = (problem: string | null, {runs, exitCode, killed}: BlockResult): string =>
  problem !== null
    ? 'The finished runs are kept in the store; jitstat jit WORKLOAD --variant V --listing shows the code.'
    : exitCode !== 0 || killed !== null
      ? 'Fix the command, or pass --ignore-failure to measure it all the same; finished runs are kept.'
      : 'Try again; finished runs are ' +
        `kept${runs.length === 0 ? ', and jitstat doctor shows what perf can count' : ''}.`;
