// How the parts of npm run bench:precision print, and the state of the machine they run on: quiet
// or loaded.
import {cpus} from 'node:os';
import {sampleStandardDeviation} from 'simple-statistics';
import {rateInterval} from '../../results/stats/distributions.ts';
import type {Estimate} from '../../results/stats/hodges-lehmann.ts';
import type {loads} from './load.ts';
import {startLoad} from './load.ts';
import {cpuTimes} from './precision-sessions.ts';

/** The settings of the command line, for every part. */
export interface Settings {
  readonly estimates: number;
  /** Sessions of each kind, and seconds of each; null = the part's own. */
  readonly sessions: number | null;
  readonly seconds: number | null;
  readonly atOnce: number;
  readonly seed: number;
  readonly folder: string;
}

export const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** The last line of a part. */
export const printGoal = (goal: string, isMet: boolean): void =>
  print(`  goal: ${goal}: ${isMet ? 'met' : 'missed'}`);

export const percent = (logs: number): string =>
  `${logs >= 0 ? '+' : ''}${(100 * logs).toFixed(Math.abs(logs) < 0.1 ? 3 : 2)} %`;

export const error = (logs: number): string => `${(100 * logs).toPrecision(2)} %`;

export const halfOf = ({low, high}: Estimate): number => (high - low) / 2;

export const shown = (estimate: Estimate): string =>
  `${percent(estimate.value)} +-${error(halfOf(estimate))}`;

export const counted = (hits: number, of: number): string => {
  const {low, high} = rateInterval(hits, of);
  const share = (value: number): string => (100 * value).toFixed(1);
  return `${hits} of ${of} (${share(hits / of)} % [${share(low)}, ${share(high)}])`;
};

/** The ratio of two standard deviations with its 95 % interval, for normal values. */
export const ratioOf = (a: readonly number[], b: readonly number[]): Estimate => {
  const value = sampleStandardDeviation([...a]) / sampleStandardDeviation([...b]);
  const half = 1.96 * Math.sqrt(1 / (2 * (a.length - 1)) + 1 / (2 * (b.length - 1)));
  return {value, low: value * Math.exp(-half), high: value * Math.exp(half)};
};

/** The states by name, with the kind of load on every core, twice over. */
export const states = {
  idle: null,
  load: 'mixed',
  'steady load': 'steady',
  drift: 'drift',
  bursts: 'bursts',
} as const satisfies Readonly<Record<string, keyof typeof loads | null>>;

export const inState = async (
  state: keyof typeof states,
  seed: number,
  work: () => Promise<void>,
): Promise<void> => {
  print(`  ${state}:`);
  const kind = states[state];
  const stop = kind === null ? () => {} : startLoad(2 * cpus().length, seed, kind);
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
