// The usage and options of `jitstat review`.
import type {CommandTable} from '../command/command.ts';
import {storeOption} from '../command/options.ts';

export const usual = ['tailcall1', 'flow_dissector'];

export const table: CommandTable = {
  usage: ['review SERIES... --tree DIR[@CONFIG] [--rules V] [--workload W] [--no-slices]'],
  examples: [
    ['review series.mbox --tree ~/linux', 'what a patch series does to the code'],
    ['review fix.patch --tree ~/linux --no-slices', 'exact counts only'],
  ],
  options: {
    tree: {type: 'text', value: 'DIR', help: 'the kernel tree that the patches are for'},
    rules: {type: 'text', value: 'V', help: 'verifier rules to play (default: the nearest)'},
    workload: {
      type: 'text',
      multiple: true,
      value: 'W',
      help: `workloads to count and measure (default ${usual.join(', ')})`,
    },
    time: {
      type: 'positive',
      value: 'SECONDS',
      help: 'seconds of slices for each workload (default 10)',
    },
    'no-slices': {type: 'flag', help: 'count only; do not measure time'},
    ...storeOption,
  },
  positionals: {least: 1, most: 64, what: 'patches'},
};
