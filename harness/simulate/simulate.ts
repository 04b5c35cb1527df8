// Simulated counts of one side: the user shim's scenario under valgrind, per instruction of the image, for one repetition.
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {UserError} from '../../jit/error.ts';
import type {ListingLine} from '../../jit/listing.ts';
import {listImage} from '../../jit/listing.ts';
import type {Image, Layout, Placement} from '../../jit/types.ts';
import type {Workload} from '../../workloads/types.ts';
import {executionsPerRepeat} from '../../workloads/types.ts';
import {buildShim} from '../shim/build.ts';
import type {JobRecord} from '../shim/job.ts';
import {prepareJob} from '../shim/prepare.ts';
import {describeResult, parseShimResults} from '../shim/result.ts';
import type {CallgrindPart, Costs} from './callgrind-file.ts';
import {kindOf} from './kinds.ts';
import type {Geometry} from './valgrind.ts';
import {cacheGeometry, runCallgrind, tlbGeometry} from './valgrind.ts';

export interface SimulateRequest {
  readonly workload: Workload;
  readonly variant: string;
  readonly placement: Placement;
  readonly layout?: Partial<Layout>;
  /** Repetitions that are run and divided by: misses are averages over them, counts must come out whole. */
  readonly repeat?: number;
  readonly caches?: Geometry;
  readonly tlb?: Geometry;
}

/** One instruction of the image with what it did in one repetition of the whole scenario. */
export interface CountedLine extends ListingLine {
  readonly executions: number;
  readonly branches: number;
  readonly loads: number;
  readonly stores: number;
}

export interface Simulated {
  readonly image: Image;
  readonly lines: readonly CountedLine[];
  /** By event name (`callgrind/instructions/` …), for one repetition of the whole scenario. */
  readonly totals: Readonly<Record<string, number>>;
  /** Program executions (of the entry program) in one repetition. */
  readonly executions: number;
  /** The same counts for each test run of the scenario. */
  readonly runs: readonly RunCounts[];
}

export interface RunCounts {
  readonly label: string;
  readonly instructions: number;
  readonly branches: number;
  readonly loads: number;
}

const defaultRepeat = 16;

/** Runs the scenario three times under valgrind: with caches, empty, and with page-sized lines. Throws UserError where valgrind is missing. */
export const simulate = async (request: SimulateRequest): Promise<Simulated> => {
  const repeat = request.repeat ?? defaultRepeat;
  const [counted, empty, paged] = [
    await runJob(request, repeat, request.caches ?? cacheGeometry),
    await runJob(request, 0, request.caches ?? cacheGeometry),
    await runJob(request, repeat, request.tlb ?? tlbGeometry),
  ];
  const lines = countLines(counted, empty, repeat);
  const sum = (field: 'executions' | 'branches' | 'loads' | 'stores'): number => lines.reduce((total, line) => total + line[field], 0);
  const misses = (run: JobRun, names: readonly string[]): number => (missesOf(run.parts, names) - (run === counted ? missesOf(empty.parts, names) : 0)) / repeat;
  return {
    image: counted.image,
    lines,
    executions: executionsPerRepeat(request.workload),
    runs: countRuns(counted, lines, repeat),
    totals: {
      'callgrind/instructions/': sum('executions'),
      'callgrind/branches/': sum('branches'),
      'callgrind/loads/': sum('loads'),
      'callgrind/stores/': sum('stores'),
      'callgrind/branch-misses/': misses(counted, ['Bcm', 'Bim']),
      'callgrind/L1-icache-load-misses/': misses(counted, ['I1mr']),
      'callgrind/L1-dcache-load-misses/': misses(counted, ['D1mr']),
      'callgrind/LLC-load-misses/': misses(counted, ['ILmr', 'DLmr']),
      'cachegrind/iTLB-loads/': misses(paged, ['I1mr']),
      'cachegrind/iTLB-load-misses/': misses(paged, ['ILmr']),
      'cachegrind/dTLB-loads/': misses(paged, ['D1mr', 'D1mw']),
      'cachegrind/dTLB-load-misses/': misses(paged, ['DLmr', 'DLmw']),
    },
  };
};

interface JobRun {
  readonly image: Image;
  readonly parts: readonly CallgrindPart[];
  readonly records: readonly JobRecord[];
}

const runJob = async (request: SimulateRequest, repeat: number, geometry: Geometry): Promise<JobRun> => {
  const shim = await buildShim('user');
  const {job, image, records} = prepareJob({...request, shim, repeat, sandbox: false});
  const folder = await mkdtemp(join(tmpdir(), 'jitstat-simulate-'));
  try {
    const file = join(folder, 'simulate.job');
    await writeFile(file, job);
    const low = Math.min(...image.functions.map((one) => Number(one.base)));
    const high = Math.max(...image.functions.map((one) => Number(one.base) + one.code.length));
    const {parts, reported} = await runCallgrind({argv: [shim.path, file], geometry, low, high, dumpAfter: 'play_run'});
    const [result] = parseShimResults(reported);
    if (result === undefined || result.status !== 'ok') {
      const what = result === undefined ? 'no report' : describeResult(result, image);
      throw new UserError(`Under valgrind ${request.workload.name} ${request.variant} failed: ${what}.`, 'Measure with --no-simulate, and look at jitstat jit WORKLOAD --variant V --listing.');
    }
    return {image, parts, records};
  } finally {
    await rm(folder, {recursive: true, force: true});
  }
};

/** Executions of each instruction, and what they did: a patched site counts as a jump in the runs in which it was one. */
const countLines = (counted: JobRun, empty: JobRun, repeat: number): readonly CountedLine[] => {
  const states = siteStates(counted.records);
  return listImage(counted.image).map((line) => {
    const address = Number(line.address);
    let executions = -executionsAt(empty.parts, address);
    let jumps = 0;
    counted.parts.forEach((part, index) => {
      const here = part.costs.get(address)?.['Ir'] ?? 0;
      executions += here;
      if (states[index]?.get(address) === true) jumps += here;
    });
    const patched = states.some((state) => state.has(address));
    const kind = kindOf(line.text);
    const whole = exactly(executions, repeat, line);
    return {
      ...line,
      executions: whole,
      branches: patched ? exactly(jumps, repeat, line) : whole * kind.branch,
      loads: whole * kind.loads,
      stores: whole * kind.stores,
    };
  });
};

/** The part of each test run; parts and runs have the same order. */
const countRuns = ({parts, records}: JobRun, lines: readonly CountedLine[], repeat: number): readonly RunCounts[] => {
  const states = siteStates(records);
  return records.filter((record) => record.op === 'run').map((record, index): RunCounts => {
    let [instructions, branches, loads] = [0, 0, 0];
    for (const line of lines) {
      const address = Number(line.address);
      const executions = parts[index].costs.get(address)?.['Ir'] ?? 0;
      const kind = kindOf(line.text);
      const jumps = states[index].get(address) ?? kind.branch === 1;
      instructions += executions;
      branches += jumps ? executions : 0;
      loads += executions * kind.loads;
    }
    return {label: record.label, instructions: instructions / repeat, branches: branches / repeat, loads: loads / repeat};
  });
};

const exactly = (count: number, repeat: number, line: ListingLine): number => {
  if (count % repeat !== 0) throw new Error(`${line.symbol}+${line.offset} was executed ${count} times in ${repeat} repetitions.`);
  return count / repeat;
};

const executionsAt = (parts: readonly CallgrindPart[], address: number): number =>
  parts.reduce((sum, part) => sum + (part.costs.get(address)?.['Ir'] ?? 0), 0);

/** For each run of the job, which patched sites hold a jump then (true) and which a nop (false). */
const siteStates = (records: readonly JobRecord[]): readonly ReadonlyMap<number, boolean>[] => {
  const now = new Map<number, boolean>();
  for (const record of records) {
    if (record.op === 'poke' && !now.has(Number(record.address))) now.set(Number(record.address), record.before[0] === jumpOpcode);
  }
  const states: ReadonlyMap<number, boolean>[] = [];
  for (const record of records) {
    if (record.op === 'poke') now.set(Number(record.address), record.after[0] === jumpOpcode);
    if (record.op === 'run') states.push(new Map(now));
  }
  return states;
};

const jumpOpcode = 0xe9;

const missesOf = (parts: readonly CallgrindPart[], names: readonly string[]): number => {
  const add = (costs: Costs): number => names.reduce((sum, name) => sum + (costs[name] ?? 0), 0);
  return parts.reduce((total, part) => total + [...part.costs.values()].reduce((sum, costs) => sum + add(costs), 0), 0);
};
