// The usage and options of `jitstat ab`.
import type {CommandTable} from '../command/command.ts';
import {tableFormats} from '../../dashboards/tables/format-names.ts';
import {
  commandOptionTable,
  severalOptionTable,
  spelledOtherwise,
} from '../measure/command-option-table.ts';
import {measureOptionTable} from '../measure/option-table.ts';
import {machineOptionTable} from '../machine/machine-option-table.ts';

export const directions = ['more', 'less', 'either'] as const;

export const table: CommandTable = {
  usage: [
    'ab WORKLOAD... [--before v58] [--after rfc1] [-r N] [--repeat N] [options]',
    'ab ./my.bpf.o --scenario my.json --before V --after V',
    'ab --before-program OLD.bpf.o --after-program NEW.bpf.o [--variant V] [--packet P]',
    'ab [-n NAME]... -- CMD... -- CMD... [-- CMD...]...',
    'ab --shell sh "CMD" "CMD"...',
    'ab --resume [SESSION]',
  ],
  examples: [
    ['ab tailcall1 --before v58 --after rfc1', 'two variants of a prologue, on a workload'],
    ['ab -- gzip -1 -c FILE -- gzip -6 -c FILE', 'two commands'],
  ],
  options: {
    before: {
      type: 'text',
      value: 'V',
      help: 'variant of the before side (default v58); kernel = the running kernel',
    },
    after: {type: 'text', value: 'V', help: 'variant of the after side (default rfc1)'},
    'before-program': {
      type: 'file',
      help: 'object of the before side, to compare two programs under one variant',
    },
    'after-program': {type: 'file', help: 'object of the after side'},
    variant: {
      type: 'text',
      value: 'V',
      help:
        'what compiles both programs (default: the variant of the running kernel); kernel = the ' +
        'running kernel',
    },
    ...commandOptionTable,
    ...severalOptionTable,
    ...measureOptionTable,
    ...machineOptionTable,
    'no-aa': {type: 'flag', group: 'expert', help: 'no A/A in addition to the A/B'},
    aa: {
      type: 'flag',
      group: 'expert',
      help: 'an A/A for commands with -r too, in addition to their runs',
    },
    resume: {type: 'flag', help: 'finish a session that was killed, with the same plan'},
    format: {
      type: 'choice',
      group: 'output',
      of: tableFormats,
      value: 'F',
      help: 'table format (default mail)',
    },
    output: {
      type: 'folder',
      group: 'output',
      short: 'o',
      help: 'where the report goes (default: reports/ in the store; commands: no report)',
    },
    'no-report': {type: 'flag', group: 'output', help: 'write no report'},
    interactive: {
      type: 'flag',
      group: 'output',
      help: 'the page gets tooltips, zoom and brushing (needs scripts)',
    },
    'fail-on': {
      type: 'choice',
      group: 'output',
      of: directions,
      value: 'V',
      help: 'exit 1 when the verdict of the primary event is this',
    },
  },
  positionals: {least: 0, most: Infinity, what: 'workloads'},
  takesCommands: true,
  spelledOtherwise,
};
