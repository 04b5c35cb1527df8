// The usage and options of `jitstat compare`.
import type {CommandTable} from '../command/command.ts';
import {tableFormats} from '../../dashboards/tables/format-names.ts';
import {storeOption} from '../command/options.ts';

export const table: CommandTable = {
  usage: [
    'compare BEFORE AFTER',
    'compare samples.csv',
    'compare MAIL [--pair 3,4]',
    'compare BEFORE1 BEFORE2 … -- AFTER1 AFTER2 …',
  ],
  examples: [
    ['compare mail.txt --pair 3,4', 'the third and fourth tables of a mail'],
    ['compare before.txt after.txt', 'two outputs of perf stat'],
  ],
  options: {
    pair: {
      type: 'text',
      value: 'B,A',
      help: 'tables to compare, numbered from 1 through all files in order',
    },
    executions: {
      type: 'positive',
      value: 'N',
      help: 'program executions in one run, for figures per execution',
    },
    primary: {
      type: 'text',
      value: 'EVENT',
      help: 'the event that gets half of the error budget (default task-clock)',
    },
    margin: {
      type: 'margin',
      help: 'changes within PCT count as equal, for EVENT or for all events; may be repeated',
    },
    format: {type: 'choice', of: tableFormats, value: 'F', help: 'table format (default mail)'},
    words: {type: 'flag', help: 'call times and rates faster or slower'},
    ...storeOption,
  },
  positionals: {least: 1, most: 100, what: 'one file with both sides, or files for each side'},
  takesCommands: true,
};
