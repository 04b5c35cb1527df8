// Turns callgrind's parts into counts: executions of each instruction of an image, what they did,
// and misses of warm code.
import {UserError} from '../../results/error.ts';
import type {ListingLine} from '../../jit/listing/listing.ts';
import {opcodeOf} from '../../jit/x86/form.ts';
import type {JobRecord} from '../shim/job.ts';
import type {CallgrindPart, Costs} from './callgrind-file.ts';
import {kindOf} from './kinds.ts';

/** One instruction of the image with what it did in one repetition of the whole scenario. */
export interface CountedLine extends ListingLine {
  readonly executions: number;
  readonly branches: number;
  readonly loads: number;
  readonly stores: number;
}

/** Counts of one test run of the scenario, repeated once. */
export interface RunCounts {
  readonly label: string;
  readonly instructions: number;
  readonly branches: number;
  readonly loads: number;
}

/**
 * One test run: its first execution, and the `repeat - 1` after it, with warm caches and
 * predictors.
 */
export interface RunParts {
  readonly label: string;
  readonly first: CallgrindPart;
  readonly warm: CallgrindPart;
  /** Which patched sites hold a jump (true) or a nop (false) in this run, by address. */
  readonly jumps: ReadonlyMap<number, boolean>;
}

/**
 * The parts of each test run. The shim enters its loop once for the first execution and once for
 * the others, and a part ends at each entry and at the end of the run: `… | first | warm | … |
 * first | warm | …`
 */
export const splitRuns = (
  parts: readonly CallgrindPart[],
  records: readonly JobRecord[],
): readonly RunParts[] => {
  const labels = records.filter((record) => record.op === 'run').map((record) => record.label);
  if (parts.length !== 3 * labels.length + 1)
    throw new Error(`${parts.length} parts of counts for ${labels.length} test runs.`);
  const states = siteStates(records);
  return labels.map((label, run) => ({
    label,
    first: parts[3 * run + 1],
    warm: parts[3 * run + 2],
    jumps: states[run],
  }));
};

/**
 * Executions of each instruction of the listing, and what they did, in all test runs and in each. A
 * patched site counts as a jump in the runs in which it was one. Throws if something was executed
 * that is not a listed instruction, and a UserError if repetitions differ.
 */
export const countLines = (
  runs: readonly RunParts[],
  listing: readonly ListingLine[],
  repeat: number,
): {readonly lines: readonly CountedLine[]; readonly runs: readonly RunCounts[]} => {
  requireListed(runs, listing);
  const perRun = runs.map(({label}) => ({label, instructions: 0, branches: 0, loads: 0}));
  const lines = listing.map((line): CountedLine => {
    const address = Number(line.address);
    const kind = kindOf(line.text);
    const sums = {executions: 0, branches: 0, loads: 0, stores: 0};
    runs.forEach((run, index) => {
      const executions = exactly(executionsAt(run, address), repeat, line);
      const branches = (run.jumps.get(address) ?? kind.branch === 1) ? executions : 0;
      sums.executions += executions;
      sums.branches += branches;
      sums.loads += executions * kind.loads;
      sums.stores += executions * kind.stores;
      perRun[index].instructions += executions;
      perRun[index].branches += branches;
      perRun[index].loads += executions * kind.loads;
    });
    return {...line, ...sums};
  });
  return {lines, runs: perRun};
};

/** Events per repetition of warm code: the first execution of each run is left out. */
export const warmEvents = (
  runs: readonly RunParts[],
  names: readonly string[],
  repeat: number,
): number => {
  const add = (costs: Costs): number => names.reduce((sum, name) => sum + (costs[name] ?? 0), 0);
  const total = runs.reduce(
    (all, run) => all + [...run.warm.costs.values()].reduce((sum, costs) => sum + add(costs), 0),
    0,
  );
  return total / (repeat - 1);
};

const executionsAt = ({first, warm}: RunParts, address: number): number =>
  (first.costs.get(address)?.['Ir'] ?? 0) + (warm.costs.get(address)?.['Ir'] ?? 0);

const requireListed = (runs: readonly RunParts[], listing: readonly ListingLine[]): void => {
  const starts = new Set(listing.map((line) => Number(line.address)));
  for (const part of runs.flatMap(({first, warm}) => [first, warm])) {
    for (const address of part.costs.keys()) {
      if (!starts.has(address))
        throw new Error(
          `Code was executed at 0x${address.toString(16)}, where the listing has no instruction.`,
        );
    }
  }
};

const exactly = (count: number, repeat: number, line: ListingLine): number => {
  if (count % repeat !== 0) {
    throw new UserError(
      `${line.symbol}+${line.offset} was executed ${count} times in ${repeat} ` +
        'repetitions of the scenario, not equally often in each.',
      'Counts for one repetition need programs that do the same in every repetition; ' +
        '--no-simulate leaves them out.',
    );
  }
  return count / repeat;
};

const [jump] = opcodeOf('jmp rel32');

/** For each run of the job, the patched sites that hold a jump at the time. */
const siteStates = (records: readonly JobRecord[]): readonly ReadonlyMap<number, boolean>[] => {
  const now = new Map<number, boolean>();
  for (const record of records) {
    if (record.op === 'poke' && !now.has(Number(record.address)))
      now.set(Number(record.address), record.before[0] === jump);
  }
  const states: ReadonlyMap<number, boolean>[] = [];
  for (const record of records) {
    if (record.op === 'poke') now.set(Number(record.address), record.after[0] === jump);
    if (record.op === 'run') states.push(new Map(now));
  }
  return states;
};
