// The options that `ab` and `run` share, as the command line takes them.
import type {Options} from '../command/option-types.ts';
import {storeOption} from '../command/options.ts';
import {formatTlb, tlbGeometry} from '../simulate/geometry.ts';
import {standardPacketNames} from '../../workloads/user/standard-packets.ts';
import {placementHelp} from '../shim/placement-plan.ts';

export const indirectModes = ['retpoline', 'thunk', 'lfence', 'plain'] as const;

export const designsOfSessions = ['abba', 'slices', 'one-core'] as const;

export const regions = ['process', 'loop'] as const;

export const sources = ['perf', 'callgrind', 'cachegrind', 'qemu'] as const;

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
  'no-slices': {type: 'flag', group: 'expert', help: 'measure whole runs only'},
  runs: {
    type: 'whole',
    group: 'length',
    least: 1,
    most: 1_000_000,
    short: 'r',
    help: 'measured runs per side, rounded up to whole quads (default: what fits into --time)',
  },
  time: {
    type: 'positive',
    group: 'length',
    value: 'SECONDS',
    help: 'time for each workload (default 60) or pair of commands (10) when -r is not given',
  },
  repeat: {...repeatOption, help: 'repetitions of every test run (default 1000000)'},
  placement: {
    type: 'text',
    group: 'expert',
    value: 'P',
    help: placementHelp,
  },
  seed: {
    type: 'whole',
    group: 'expert',
    least: 0,
    most: 2 ** 32 - 1,
    help: 'seed for order and placements (default: from the clock)',
  },
  events: {
    type: 'text',
    short: 'e',
    value: 'LIST',
    help: 'events instead of the -ddd set, separated by commas',
  },
  details: {
    type: 'flag',
    group: 'expert',
    short: 'd',
    multiple: true,
    help: "perf's event sets: -d, -dd, -ddd (default); --no-details for the shortest",
  },
  'no-details': {type: 'flag', group: 'expert', help: 'only the events perf counts without -d'},
  'runs-per-block': {
    type: 'whole',
    group: 'length',
    least: 1,
    most: 10_000,
    value: 'K',
    help: 'runs under one perf process (default: perf costs under 1 % of a run)',
  },
  warmup: {
    type: 'whole',
    group: 'length',
    least: 0,
    most: 1000,
    short: 'w',
    help:
      'warm-up, stored and left out: quads of a workload (default 1), runs of a command ' +
      '(default 0)',
  },
  primary: {
    type: 'text',
    group: 'expert',
    value: 'EVENT',
    help: 'the event that gets half of the error budget (default task-clock; for commands elapsed)',
  },
  margin: {
    type: 'margin',
    group: 'expert',
    help: 'changes within PCT count as equal, for EVENT or for all events; may be repeated',
  },
  until: {
    type: 'text',
    group: 'length',
    value: 'PCT',
    help:
      'stop when the primary change is known to +-PCT, or `decided` (commands: the default), ' +
      'by a rule that keeps its error rate; `never`: use all of --time',
  },
  indirect: {
    type: 'choice',
    group: 'expert',
    of: indirectModes,
    value: 'MODE',
    help: 'form of indirect branches (default: as the variant)',
  },
  region: {
    type: 'choice',
    group: 'expert',
    of: regions,
    value: 'WHAT',
    help: 'what is counted, loop = the test runs only (default process)',
  },
  'no-multiplex': {
    type: 'flag',
    group: 'expert',
    help: 'count in passes that fit the counters; passes rotate over quads',
  },
  'kernel-only': {type: 'flag', group: 'expert', help: 'count in kernel mode only (:k)'},
  'user-only': {type: 'flag', group: 'expert', help: 'count in user mode only (:u)'},
  source: {
    type: 'choice',
    group: 'expert',
    of: sources,
    value: 'S',
    help: 'perf measures (default); callgrind and cachegrind simulate; qemu counts kernel builds',
  },
  simulate: {type: 'flag', group: 'expert', help: 'simulated counts even on a host with a PMU'},
  'no-simulate': {
    type: 'flag',
    group: 'expert',
    help: 'no simulated counts on a host without a PMU',
  },
  tlb: {
    type: 'text',
    group: 'expert',
    value: 'T',
    help: `simulated TLBs as ENTRIES/WAYS (default ${formatTlb(tlbGeometry)})`,
  },
  'ignore-failure': {
    type: 'flag',
    short: 'i',
    group: 'expert',
    help: 'measure commands that end with an exit code other than 0',
  },
  rules: {
    type: 'text',
    group: 'expert',
    value: 'V',
    help: "verifier rules for sides that are not variants of jitstat's own (default: the nearest)",
  },
  scenario: {type: 'file', help: 'scenario for your own object file (JSON)'},
  packet: {
    type: 'choice',
    of: standardPacketNames,
    value: 'P',
    help: `a packet in place of a scenario: ${standardPacketNames.join(', ')}`,
  },
  program: {type: 'text', value: 'NAME', help: 'the program of an object file to run'},
  ...storeOption,
} as const satisfies Options;
