// The usage and options of `jitstat history`.
import type {CommandTable} from '../command/command.ts';
import {storeOption} from '../command/options.ts';
import {exportNames} from '../../results/exports/names.ts';

export const table: CommandTable = {
  usage: [
    'history [--workload W] [--event E] [--machine M] [--all]',
    'history --sql "select ..." | --sql FILE',
  ],
  examples: [
    ['history --workload tailcall1', 'every series of one workload'],
    ['history --export openmetrics -o jitstat.prom', 'for Prometheus'],
  ],
  options: {
    workload: {type: 'text', value: 'W', help: 'only this workload'},
    event: {type: 'text', short: 'e', value: 'E', help: 'only this event'},
    machine: {type: 'text', value: 'M', help: 'only machines whose name begins with this'},
    all: {type: 'flag', help: 'include sessions measured by hand, not only nights'},
    export: {
      type: 'choice',
      of: exportNames,
      value: 'FORMAT',
      help: 'print the sessions in this format',
    },
    sql: {
      type: 'text',
      value: 'SQL|FILE',
      help: 'query DuckDB (optional package @duckdb/node-api): tables sessions and rows',
    },
    output: {type: 'file', short: 'o', help: 'write there instead of stdout'},
    ...storeOption,
  },
};
