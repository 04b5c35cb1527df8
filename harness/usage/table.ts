// The usage and options of `jitstat table`.
import type {CommandTable} from '../command/command.ts';
import {tableFormats} from '../../dashboards/tables/format-names.ts';
import {storeOption} from '../command/options.ts';

export const table: CommandTable = {
  usage: [
    'table SESSION|FILE [--format mail|perf|lkp|diff|markdown|benchfmt|csv]',
    'table SESSION --commit-message',
  ],
  examples: [
    ['table SESSION --format markdown', 'a session as a table for the web'],
    ['table SESSION --commit-message', 'ten lines for a commit message'],
  ],
  options: {
    format: {type: 'choice', of: tableFormats, value: 'F', help: 'table format (default mail)'},
    'commit-message': {type: 'flag', help: 'ten lines, permanent facts first'},
    words: {type: 'flag', help: 'call times and rates faster or slower'},
    ...storeOption,
  },
  positionals: {least: 0, most: 1, what: 'one session or file'},
};
