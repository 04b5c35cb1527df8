// Simulated counts of one side: the user shim's scenario under valgrind, per instruction of the
// image, for one repetition.
import {rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {UserError} from '../../results/error.ts';
import {listImage} from '../../jit/listing/listing.ts';
import type {Image, Layout, Placement} from '../../jit/types.ts';
import {variantOf} from '../../jit/variants/list/index.ts';
import type {Variant} from '../../jit/variants/variant.ts';
import type {Workload} from '../../workloads/types.ts';
import {executionsPerRepeat} from '../../workloads/types.ts';
import {buildShim} from '../shim/build-shim.ts';
import type {PreparedJob} from '../shim/prepare.ts';
import {prepareJob} from '../shim/prepare.ts';
import {describeResult, parseShimResults} from '../shim/result.ts';
import {scratchFolder} from '../host/scratch.ts';
import type {CountedLine, RunCounts, RunParts} from './count.ts';
import {countLines, splitRuns, warmEvents} from './count.ts';
import type {Geometry, TlbGeometry} from './geometry.ts';
import {asCaches, cacheGeometry, tlbGeometry} from './geometry.ts';
import type {Touched} from './touched.ts';
import {parseTrace} from './touched.ts';
import type {Traced} from './valgrind.ts';
import {runCallgrind, runLackey} from './valgrind.ts';

export interface SimulateRequest {
  readonly workload: Workload;
  /** A name, or a variant that is in no list. */
  readonly variant: string | Variant;
  readonly placement: Placement;
  readonly layout?: Partial<Layout>;
  readonly tlb?: TlbGeometry;
}

/** An image with the counts of each instruction in one repetition of the scenario. */
export interface CountedCode {
  readonly image: Image;
  readonly variant: Variant;
  readonly lines: readonly CountedLine[];
  /** The same counts for each test run of the scenario. */
  readonly runs: readonly RunCounts[];
}

export interface Simulated extends CountedCode {
  /** By event name (`callgrind/instructions/` …), for one repetition of the whole scenario. */
  readonly totals: Readonly<Record<string, number>>;
  /** Program executions (of the entry program) in one repetition. */
  readonly executions: number;
  /** The geometry of the simulated TLBs. */
  readonly tlb: TlbGeometry;
}

/** Repetitions under callgrind: one that warms up, and sixteen over which misses are averaged. */
const repeat = 17;

/**
 * Runs the scenario under valgrind: with caches, with TLBs, and once with every access traced.
 * Throws a UserError if that fails.
 */
export const simulate = async (request: SimulateRequest): Promise<Simulated> => {
  const tlb = request.tlb ?? tlbGeometry;
  const counted = await runCounted(request, cacheGeometry);
  const paged = await runCounted(request, asCaches(tlb));
  const touched = await traceExecutions(request);
  const code = countedCode(request, counted);
  const sum = (field: 'executions' | 'branches' | 'loads' | 'stores'): number =>
    code.lines.reduce((total, line) => total + line[field], 0);
  const misses = ({runs}: CallgrindRun, ...names: readonly string[]): number =>
    warmEvents(runs, names, repeat);
  const pages = (field: keyof Touched): number =>
    touched.reduce((total, execution) => total + execution[field], 0);
  return {
    ...code,
    executions: executionsPerRepeat(request.workload),
    tlb,
    totals: {
      'callgrind/instructions/': sum('executions'),
      'callgrind/branches/': sum('branches'),
      'callgrind/loads/': sum('loads'),
      'callgrind/stores/': sum('stores'),
      'callgrind/branch-misses/': misses(counted, 'Bcm', 'Bim'),
      'callgrind/L1-icache-load-misses/': misses(counted, 'I1mr'),
      'callgrind/L1-dcache-load-misses/': misses(counted, 'D1mr'),
      'callgrind/LLC-load-misses/': misses(counted, 'ILmr', 'DLmr'),
      'cachegrind/iTLB-loads/': misses(paged, 'I1mr'),
      'cachegrind/iTLB-load-misses/': misses(paged, 'ILmr'),
      'cachegrind/dTLB-loads/': misses(paged, 'D1mr', 'D1mw'),
      'cachegrind/dTLB-load-misses/': misses(paged, 'DLmr', 'DLmw'),
      'image/code-pages/': pages('codePages'),
      'image/code-lines/': pages('codeLines'),
      'image/data-pages/': pages('dataPages'),
    },
  };
};

/** Only the exact counts: one run under valgrind. Throws like `simulate`. */
export const countCode = async (request: SimulateRequest): Promise<CountedCode> =>
  countedCode(request, await runCounted(request, cacheGeometry));

interface CallgrindRun {
  readonly image: Image;
  readonly runs: readonly RunParts[];
}

const countedCode = ({variant}: SimulateRequest, {image, runs}: CallgrindRun): CountedCode => ({
  image,
  variant: variantOf(variant),
  ...countLines(runs, listImage(image), repeat),
});

const runCounted = async (request: SimulateRequest, geometry: Geometry): Promise<CallgrindRun> => {
  const {prepared, traced} = await underValgrind(request, repeat, (argv, {image}) =>
    runCallgrind({
      argv,
      geometry,
      ...rangeOf(image),
      dumpBefore: ['run_plain', 'run_flow'],
      dumpAfter: ['play_run'],
    }),
  );
  return {image: prepared.image, runs: splitRuns(traced.parts, prepared.records)};
};

/** What each program execution of one repetition touched, in order. */
export const traceExecutions = async (request: SimulateRequest): Promise<readonly Touched[]> => {
  const {prepared, traced} = await underValgrind(request, 1, (argv) => runLackey(argv));
  const entry = Number(
    prepared.image.programs.find((program) => program.name === request.workload.entry)?.compiled
      .functions[0].base,
  );
  return parseTrace(traced.trace, {...rangeOf(prepared.image), entry});
};

const rangeOf = ({functions}: Image): {readonly low: number; readonly high: number} => ({
  low: Math.min(...functions.map((one) => Number(one.base))),
  high: Math.max(...functions.map((one) => Number(one.base) + one.code.length)),
});

/** Prepares the job and runs it; the scenario must pass its own checks under valgrind too. */
const underValgrind = async <T extends Traced>(
  request: SimulateRequest,
  times: number,
  run: (argv: readonly string[], prepared: PreparedJob) => Promise<T>,
) => {
  const shim = await buildShim('user');
  const prepared = prepareJob({...request, shim, repeat: times, sandbox: false});
  const folder = scratchFolder('simulate');
  try {
    const file = join(folder, 'simulate.job');
    await writeFile(file, prepared.job);
    const traced = await run([shim.path, file], prepared);
    const [result] = parseShimResults(traced.reported);
    if (result === undefined || result.status !== 'ok') {
      const what = result === undefined ? 'no report' : describeResult(result, prepared.image);
      throw new UserError(
        `Under valgrind ${request.workload.name} ${prepared.image.variant} failed: ${what}.`,
        'Measure with --no-simulate, and look at jitstat jit WORKLOAD --variant V --listing.',
      );
    }
    return {prepared, traced};
  } finally {
    await rm(folder, {recursive: true, force: true});
  }
};
