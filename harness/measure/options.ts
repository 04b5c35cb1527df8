// What is measured and how: plain data, stored in the journal so that a killed session goes on with
// the same plan.
import type {CommandArguments} from '../command/command.ts';
import {choice, flag, margins, number, text} from '../command/command.ts';
import type {Options} from '../command/option-types.ts';
import {storeOption} from '../command/options.ts';
import {readPercent} from '../command/values.ts';
import {UserError} from '../../results/error.ts';
import type {TlbGeometry} from '../simulate/geometry.ts';
import {formatTlb, parseTlb, tlbGeometry} from '../simulate/geometry.ts';
import type {PlacementPlan} from './placement-plan.ts';
import {placementHelp, readPlacementPlan} from './placement-plan.ts';

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
  /** How runs of the two sides are laid out in time. */
  readonly design: 'abba' | 'slices' | 'one-core';
  /** Slices as well as runs, where the target allows them. */
  readonly slices: boolean;
  readonly runs: number | null;
  readonly budgetSeconds: number;
  readonly runsPerBlock: number | null;
  readonly warmupQuads: number;
  readonly seed: number;
  readonly repeat: number;
  readonly placement: PlacementPlan;
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
  readonly source: 'perf' | 'callgrind' | 'cachegrind' | 'qemu';
  readonly ignoreFailure: boolean;
  /** The variant whose verifier rules check the programs of sides with another compiler. */
  readonly rules?: string | null;
}

const indirectModes = ['retpoline', 'thunk', 'lfence', 'plain'] as const;
const designsOfSessions = ['abba', 'slices', 'one-core'] as const;
const regions = ['process', 'loop'] as const;
const sources = ['perf', 'callgrind', 'cachegrind', 'qemu'] as const;

/** Bounds of every `--repeat`, and of `repeat` in a suite. */
export const repeatOption = {type: 'whole', least: 1, most: 2 ** 31 - 1} as const;

/** The options that `ab` and `run` share, as the command line takes them. */
export const measureOptionTable = {
  design: {
    type: 'choice',
    of: designsOfSessions,
    value: 'D',
    help:
      'how both sides share the time: whole runs in quads (default; workloads get slices as ' +
      'well), slices inside one process (sharpest), commands that share one core',
  },
  'no-slices': {type: 'flag', help: 'whole runs only'},
  runs: {
    type: 'whole',
    least: 1,
    most: 1_000_000,
    short: 'r',
    help: 'measured runs per side, rounded up to whole quads (default: what fits into --time)',
  },
  time: {
    type: 'positive',
    value: 'SECONDS',
    help: 'time for each workload when -r is not given (default 60)',
  },
  repeat: {...repeatOption, help: 'repetitions of every test run (default 1000000)'},
  placement: {
    type: 'text',
    value: 'P',
    help: placementHelp,
  },
  seed: {
    type: 'whole',
    least: 0,
    most: 2 ** 32 - 1,
    help: 'seed of order and placements (default: from the clock)',
  },
  events: {
    type: 'text',
    short: 'e',
    value: 'LIST',
    help: 'events instead of the -ddd set, separated by commas',
  },
  details: {
    type: 'flag',
    short: 'd',
    multiple: true,
    help: "perf's event sets: -d, -dd, -ddd (default); --no-details for its shortest",
  },
  'no-details': {type: 'flag', help: 'only the events perf counts without -d'},
  'runs-per-block': {
    type: 'whole',
    least: 1,
    most: 10_000,
    value: 'K',
    help: 'runs under one perf process (default: perf costs under 1 % of a run)',
  },
  warmup: {
    type: 'whole',
    least: 0,
    most: 1000,
    value: 'QUADS',
    help: 'warm-up quads, stored and left out (default 1)',
  },
  primary: {
    type: 'text',
    value: 'EVENT',
    help: 'the event that gets half of the error budget (default task-clock)',
  },
  margin: {
    type: 'margin',
    help: 'changes within PCT count as equal, for EVENT or for all; may be given several times',
  },
  until: {
    type: 'text',
    value: 'PCT',
    help: 'stop when the primary change is known to +-PCT, or `decided`; by a rule that keeps its error rate',
  },
  indirect: {
    type: 'choice',
    of: indirectModes,
    value: 'MODE',
    help: 'indirect branches (default: as the variant)',
  },
  region: {
    type: 'choice',
    of: regions,
    value: 'WHAT',
    help: 'what is counted, loop = the test runs only (default process)',
  },
  'no-multiplex': {
    type: 'flag',
    help: 'count in passes that fit the counters, rotated over quads',
  },
  'kernel-only': {type: 'flag', help: 'count in kernel mode only (:k)'},
  'user-only': {type: 'flag', help: 'count in user mode only (:u)'},
  source: {
    type: 'choice',
    of: sources,
    value: 'S',
    help: 'perf measures (default); callgrind and cachegrind simulate; qemu counts kernel builds',
  },
  simulate: {type: 'flag', help: 'simulated counts also on a host with a PMU'},
  'no-simulate': {type: 'flag', help: 'no simulated counts on a host without a PMU'},
  tlb: {
    type: 'text',
    value: 'T',
    help: `simulated TLBs as ENTRIES/WAYS (default ${formatTlb(tlbGeometry)})`,
  },
  'ignore-failure': {
    type: 'flag',
    help: 'measure commands that end with an exit code other than 0',
  },
  rules: {
    type: 'text',
    value: 'V',
    help: "verifier rules for sides that are not variants of jitstat's own (default: the nearest)",
  },
  scenario: {type: 'file', help: 'scenario of an object file of your own (JSON)'},
  ...storeOption,
} as const satisfies Options;

/** Reads the shared options; every wrong value is one message and one hint. */
export const readMeasureOptions = (args: CommandArguments, now: Date): MeasureOptions => {
  if (flag(args, 'kernel-only') && flag(args, 'user-only')) {
    throw new UserError(
      '--kernel-only and --user-only exclude each other.',
      'Give one of them, or none to count both modes.',
    );
  }
  return {
    design: choice(args, 'design', designsOfSessions) ?? 'abba',
    slices: !flag(args, 'no-slices'),
    runs: number(args, 'runs') ?? null,
    budgetSeconds: number(args, 'time') ?? 60,
    runsPerBlock: number(args, 'runs-per-block') ?? null,
    warmupQuads: number(args, 'warmup') ?? 1,
    seed: number(args, 'seed') ?? now.getTime() % 2 ** 32,
    repeat: number(args, 'repeat') ?? 1_000_000,
    placement: readPlacementPlan(text(args, 'placement') ?? 'random'),
    events: readEvents(text(args, 'events')),
    details: readDetails(args),
    modifier: flag(args, 'kernel-only') ? ':k' : flag(args, 'user-only') ? ':u' : '',
    aa: !flag(args, 'no-aa'),
    primary: text(args, 'primary') ?? null,
    margins: margins(args, 'margin'),
    until: readUntil(text(args, 'until')),
    indirect: choice(args, 'indirect', indirectModes) ?? null,
    region: choice(args, 'region', regions) ?? 'process',
    noMultiplex: flag(args, 'no-multiplex'),
    simulate: flag(args, 'no-simulate')
      ? 'never'
      : flag(args, 'simulate')
        ? 'always'
        : 'without a PMU',
    tlb: parseTlb(text(args, 'tlb') ?? ''),
    source: choice(args, 'source', sources) ?? 'perf',
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

const readUntil = (value: string | undefined): MeasureOptions['until'] => {
  if (value === undefined) return null;
  return value === 'decided'
    ? {kind: 'decision', target: 0.01}
    : {kind: 'precision', target: readPercent('--until', value)};
};

const readDetails = (args: CommandArguments): MeasureOptions['details'] => {
  const count = number(args, 'details') ?? 0;
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
