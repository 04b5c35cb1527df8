// The usage and options of `jitstat run`.
import type {CommandTable} from '../command/command.ts';
import {commandOptionTable, spelledOtherwise} from '../measure/command-option-table.ts';
import {oneMachineOptionTable} from '../machine/machine-option-table.ts';
import {measureOptionTable} from '../measure/option-table.ts';

export const table: CommandTable = {
  usage: [
    'run WORKLOAD --variant V [-r N] [options]',
    'run WORKLOAD --on kernel [options]',
    'run WORKLOAD --on kernel:FILE',
    'run -- CMD...',
  ],
  examples: [
    ['run tailcall1 --variant v618', 'one side, stored to compare later'],
    ['run tailcall1 --on kernel -r 20', 'the running kernel, 20 runs'],
  ],
  options: {
    variant: {type: 'text', value: 'V', help: 'variant to run (default v618)'},
    on: {
      type: 'text',
      value: 'WHERE',
      help: 'user (default), kernel (the running one, through bpf(2)), or kernel:FILE (a build)',
    },
    ...oneMachineOptionTable,
    ...commandOptionTable,
    ...measureOptionTable,
  },
  positionals: {least: 0, most: 1, what: 'one workload'},
  takesCommands: true,
  spelledOtherwise,
};
