// The usage and options of `jitstat bisect`.
import type {CommandTable} from '../command/command.ts';
import {storeOption} from '../command/options.ts';
import {repeatOption} from '../measure/option-table.ts';

export const directions = ['more', 'less', 'either'] as const;

export const table: CommandTable = {
  usage: ['bisect --good A --bad B [--build CMD] -- CMD...', 'bisect WORKLOAD --variants a,b,c'],
  examples: [
    [
      "bisect --good v1.0 --bad main --build 'make -j2' -- ./prog",
      'the commit that made ./prog slower',
    ],
    [
      'bisect tailcall1 --variants v58,v510,v618 -e callgrind/instructions/',
      'the first to change a count',
    ],
  ],
  options: {
    good: {
      type: 'text',
      value: 'A',
      help: 'a commit before the change; every step is measured against it, interleaved',
    },
    bad: {type: 'text', value: 'B', help: 'a commit with the change'},
    build: {
      type: 'text',
      value: 'CMD',
      help: 'shell command that builds a checkout before CMD is measured; commits it fails on are skipped',
    },
    variants: {
      type: 'text',
      value: 'LIST',
      help: 'variants in order, instead of commits; the first is the good one',
    },
    event: {
      type: 'text',
      short: 'e',
      value: 'E',
      help: 'whose verdict decides (default: the primary event, task-clock)',
    },
    direction: {
      type: 'choice',
      of: directions,
      value: 'D',
      help: 'which change is bad (default more)',
    },
    time: {
      type: 'whole',
      least: 1,
      most: 86_400,
      value: 'SECONDS',
      help: 'seconds of measuring for the first try of a step (default 20)',
    },
    repeat: {
      ...repeatOption,
      help: 'repetitions of every test run of a workload (default 1000000)',
    },
    tries: {
      type: 'whole',
      least: 1,
      most: 10,
      help: 'tries of a step, each with twice the runs, before it is skipped (default 4)',
    },
    ...storeOption,
    step: {type: 'file', help: 'one step, as git bisect run calls it'},
  },
  positionals: {least: 0, most: 1, what: 'one workload'},
  takesCommands: true,
};
