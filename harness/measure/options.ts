// What is measured and how: plain data, stored in the journal so that a killed session goes on with
// the same plan.
import type {Command, CommandArguments} from '../command/command.ts';
import {flag, text} from '../command/command.ts';
import {UserError} from '../../results/error.ts';
import {parsePlacement} from '../../jit/image/placement.ts';
import type {TlbGeometry} from '../simulate/geometry.ts';
import {formatTlb, parseTlb, tlbGeometry} from '../simulate/geometry.ts';

/**
 * Two variants (or one) of a workload, or two commands. `kernel` as a variant means the running
 * kernel's own JIT.
 */
export type Target =
  | {
      readonly kind: 'workload';
      readonly workload: string;
      readonly scenario?: string;
      readonly before: string;
      readonly after: string | null;
    }
  | {
      readonly kind: 'commands';
      readonly before: readonly string[];
      readonly after: readonly string[] | null;
      readonly cwd: string;
    };

export interface MeasureOptions {
  readonly runs: number | null;
  readonly budgetSeconds: number;
  readonly runsPerBlock: number | null;
  readonly warmupQuads: number;
  readonly seed: number;
  readonly repeat: number;
  /**
   * `random` (fresh per block), `fixed:OFFSET`, `stride:PAGES`, `random:SEED`,
   * `sweep:FROM:TO:STEP`, `binary-alloc:SEED`, `pack-alloc:SEED`.
   */
  readonly placement: string;
  /** Named events, or null for perf's set of `details`. */
  readonly events: readonly string[] | null;
  /** 3 = `-ddd`. */
  readonly details: 0 | 1 | 2 | 3;
  readonly modifier: '' | ':u' | ':k';
  readonly aa: boolean;
  readonly primary: string | null;
  readonly margins: Readonly<Record<string, number>>;
  /**
   * Stop as soon as the primary event is known to `target`, or is decided with `target` as the
   * margin of equality; null = fixed size.
   */
  readonly until: {readonly kind: 'precision' | 'decision'; readonly target: number} | null;
  readonly indirect: 'retpoline' | 'thunk' | 'lfence' | 'plain' | null;
  readonly region: 'process' | 'loop';
  readonly noMultiplex: boolean;
  /** Simulated counts beside the measured ones. */
  readonly simulate: 'never' | 'without a PMU' | 'always';
  /** What the simulated TLBs are. */
  readonly tlb: TlbGeometry;
  /** `perf` measures; the others count under valgrind only. */
  readonly source: 'perf' | 'callgrind' | 'cachegrind';
  readonly ignoreFailure: boolean;
  /** The variant whose verifier rules check the programs of sides with another compiler. */
  readonly rules?: string | null;
}

/** The options that `ab` and `run` share, as the command line takes them. */
export const measureOptionTable = {
  runs: {
    type: 'string',
    short: 'r',
    value: 'N',
    help: 'measured runs per side, rounded up to whole quads (default: what fits into --time)',
  },
  time: {
    type: 'string',
    value: 'SECONDS',
    help: 'time for each workload when -r is not given (default 60)',
  },
  repeat: {type: 'string', value: 'N', help: 'repetitions of every test run (default 1000000)'},
  placement: {
    type: 'string',
    value: 'P',
    help: 'random (default: fresh per block), fixed:OFFSET, stride:PAGES, random:SEED, sweep:FROM:TO:STEP, binary-alloc:SEED, pack-alloc:SEED',
  },
  seed: {
    type: 'string',
    value: 'N',
    help: 'seed of order and placements (default: from the clock)',
  },
  events: {
    type: 'string',
    short: 'e',
    value: 'LIST',
    help: 'events instead of the -ddd set, separated by commas',
  },
  details: {
    type: 'boolean',
    short: 'd',
    multiple: true,
    help: "perf's event sets: -d, -dd, -ddd (default); --no-details for its shortest",
  },
  'no-details': {type: 'boolean', help: 'only the events perf counts without -d'},
  'runs-per-block': {
    type: 'string',
    value: 'K',
    help: 'runs under one perf process (default: perf costs under 1 % of a run)',
  },
  warmup: {type: 'string', value: 'QUADS', help: 'warm-up quads, stored and left out (default 1)'},
  primary: {
    type: 'string',
    value: 'EVENT',
    help: 'the event that gets half of the error budget (default task-clock)',
  },
  margin: {
    type: 'string',
    multiple: true,
    value: 'EVENT=PCT',
    help: 'equivalence margin of an event; may be given several times',
  },
  until: {
    type: 'string',
    value: 'PCT',
    help: 'stop when the primary change is known to +-PCT, or `decided`; by a rule that keeps its error rate',
  },
  indirect: {
    type: 'string',
    value: 'MODE',
    help: 'indirect branches: retpoline, thunk, lfence or plain (default: as the variant)',
  },
  region: {
    type: 'string',
    value: 'WHAT',
    help: 'what is counted: process (default) or loop (the test runs only)',
  },
  'no-multiplex': {
    type: 'boolean',
    help: 'count in passes that fit the counters, rotated over quads',
  },
  'kernel-only': {type: 'boolean', help: 'count in kernel mode only (:k)'},
  'user-only': {type: 'boolean', help: 'count in user mode only (:u)'},
  source: {
    type: 'string',
    value: 'S',
    help: 'perf (default), or callgrind or cachegrind: simulated counts only, for one repetition',
  },
  simulate: {type: 'boolean', help: 'simulated counts also on a host with a PMU'},
  'no-simulate': {type: 'boolean', help: 'no simulated counts on a host without a PMU'},
  tlb: {
    type: 'string',
    value: 'T',
    help: `simulated TLBs as ENTRIES/WAYS (default ${formatTlb(tlbGeometry)})`,
  },
  'ignore-failure': {
    type: 'boolean',
    help: 'measure commands that end with an exit code other than 0',
  },
  rules: {
    type: 'string',
    value: 'V',
    help: "verifier rules for sides that are not variants of jitstat's own (default: the nearest)",
  },
  scenario: {type: 'string', value: 'FILE', help: 'scenario of an object file of your own (JSON)'},
  store: {type: 'string', value: 'DIR', help: 'store (default $JITSTAT_STORE or ./jitstat-store)'},
} as const satisfies Command['options'];

/** Reads the shared options; every wrong value is one message and one hint. */
export const readMeasureOptions = (args: CommandArguments, now: Date): MeasureOptions => {
  if (flag(args, 'kernel-only') && flag(args, 'user-only')) {
    throw new UserError(
      '--kernel-only and --user-only exclude each other.',
      'Give one of them, or none to count both modes.',
    );
  }
  return {
    runs: whole(args, 'runs', 1, 1_000_000),
    budgetSeconds: positive(args, 'time') ?? 60,
    runsPerBlock: whole(args, 'runs-per-block', 1, 10_000),
    warmupQuads: whole(args, 'warmup', 0, 1000) ?? 1,
    seed: whole(args, 'seed', 0, 2 ** 32 - 1) ?? now.getTime() % 2 ** 32,
    repeat: whole(args, 'repeat', 1, 2 ** 31 - 1) ?? 1_000_000,
    placement: readPlacement(text(args, 'placement') ?? 'random'),
    events: readEvents(text(args, 'events')),
    details: readDetails(args),
    modifier: flag(args, 'kernel-only') ? ':k' : flag(args, 'user-only') ? ':u' : '',
    aa: args.values['no-aa'] !== true,
    primary: text(args, 'primary') ?? null,
    margins: readMargins(args.values['margin']),
    until: readUntil(text(args, 'until')),
    indirect: oneOf(args, 'indirect', ['retpoline', 'thunk', 'lfence', 'plain']),
    region: oneOf(args, 'region', ['process', 'loop']) ?? 'process',
    noMultiplex: flag(args, 'no-multiplex'),
    simulate: flag(args, 'no-simulate')
      ? 'never'
      : flag(args, 'simulate')
        ? 'always'
        : 'without a PMU',
    tlb: parseTlb(text(args, 'tlb') ?? ''),
    source: oneOf(args, 'source', ['perf', 'callgrind', 'cachegrind']) ?? 'perf',
    ignoreFailure: flag(args, 'ignore-failure'),
    rules: text(args, 'rules') ?? null,
  };
};

const workloadOnly = [
  'before',
  'after',
  'variant',
  'on',
  'repeat',
  'placement',
  'indirect',
  'scenario',
  'region',
  'source',
  'tlb',
  'rules',
] as const;

/**
 * Commands are run as they are: options that shape images and scenarios are a mistake beside them.
 */
export const refuseWorkloadOptions = (args: CommandArguments): void => {
  const given = workloadOnly.find((name) => args.values[name] !== undefined);
  if (given !== undefined)
    throw new UserError(
      `--${given} has no meaning for commands.`,
      'It is for workloads; leave it out, or put it behind -- if it belongs to the command.',
    );
};

/** A whole number option within limits, or null where it is not given. */
export const whole = (
  args: CommandArguments,
  name: string,
  least: number,
  most: number,
): number | null => {
  const value = text(args, name);
  if (value === undefined) return null;
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < least || number > most) {
    throw new UserError(
      `--${name} takes a whole number from ${least} to ${most}, not '${value}'.`,
      `For example --${name} ${Math.max(least, Math.min(most, 100))}.`,
    );
  }
  return number;
};

const positive = (args: CommandArguments, name: string): number | null => {
  const value = text(args, name);
  if (value === undefined) return null;
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number) || number <= 0)
    throw new UserError(
      `--${name} takes a positive number, not '${value}'.`,
      `For example --${name} 45.`,
    );
  return number;
};

const readUntil = (value: string | undefined): MeasureOptions['until'] => {
  if (value === undefined) return null;
  return value === 'decided'
    ? {kind: 'decision', target: 0.01}
    : {kind: 'precision', target: percentValue(value, '--until')};
};

const percentValue = (value: string, what: string): number => {
  const number = Number(value.replace(/\s*%$/, ''));
  if (value.trim() === '' || !Number.isFinite(number) || number <= 0 || number >= 100)
    throw new UserError(`${what} takes a percentage, not '${value}'.`, 'For example 0.5%.');
  return number / 100;
};

const oneOf = <T extends string>(
  args: CommandArguments,
  name: string,
  known: readonly T[],
): T | null => {
  const value = text(args, name);
  if (value === undefined) return null;
  const found = known.find((word) => word === value);
  if (found === undefined)
    throw new UserError(
      `--${name} does not know '${value}'.`,
      `It takes one of: ${known.join(', ')}.`,
    );
  return found;
};

const readMargins = (values: CommandArguments['values'][string]): Record<string, number> => {
  const list = Array.isArray(values) ? values : values === undefined ? [] : [values];
  return Object.fromEntries(
    list.map((entry) => {
      const [event, value, more] = String(entry).split('=');
      if (event === '' || value === undefined || more !== undefined)
        throw new UserError(
          `--margin takes EVENT=PCT, not '${entry}'.`,
          'For example --margin cycles=0.5%.',
        );
      return [event, percentValue(value, '--margin')];
    }),
  );
};

const readDetails = (args: CommandArguments): MeasureOptions['details'] => {
  const given = args.values['details'];
  const count = Array.isArray(given) ? given.length : 0;
  if (flag(args, 'no-details')) return 0;
  return count === 0 || count >= 3 ? 3 : count === 1 ? 1 : 2;
};

const readEvents = (list: string | undefined): readonly string[] | null => {
  if (list === undefined) return null;
  const events = splitEvents(list);
  if (events.length === 0)
    throw new UserError('--events names no event.', 'For example --events cycles,instructions.');
  const twice = events.find((event, index) => events.indexOf(event) !== index);
  if (twice !== undefined)
    throw new UserError(`--events names '${twice}' twice.`, 'Name each event once.');
  return events;
};

/** Splits at commas outside `pmu/…/` terms. */
const splitEvents = (list: string): string[] =>
  (list.match(/(?:[^,/]|\/[^/]*\/)+/g) ?? [])
    .map((event) => event.trim())
    .filter((event) => event !== '');

const readPlacement = (value: string): string => {
  if (value === 'random') return value;
  if (value.startsWith('sweep:')) sweepOffsets(value);
  else parsePlacement(value);
  return value;
};

/** Offsets of `sweep:FROM:TO:STEP`, in bytes, both ends included. */
export const sweepOffsets = (placement: string): readonly number[] => {
  const match = /^sweep:(\d+):(\d+):(\d+)$/.exec(placement);
  const [from, to, step] = (match ?? []).slice(1).map(Number);
  if (match === null || step < 4 || step % 4 !== 0 || from % 4 !== 0 || to < from || to > 4088) {
    throw new UserError(
      `'${placement}' is not a sweep.`,
      'sweep:FROM:TO:STEP in bytes, multiples of 4, for example sweep:0:64:4.',
    );
  }
  return Array.from(
    {length: Math.floor((to - from) / step) + 1},
    (_, index) => from + index * step,
  );
};
