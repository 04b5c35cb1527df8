// The usage and options of `jitstat plan`.
import type {CommandTable} from '../command/command.ts';
import {storeOption} from '../command/options.ts';

export const table: CommandTable = {
  usage: ['plan SESSION [--store DIR]'],
  examples: [
    ['plan', 'from the last session in the store'],
    ['plan SESSION --json', 'from one session, for a script'],
  ],
  options: {
    ...storeOption,
  },
  positionals: {least: 0, most: 1, what: 'one session'},
};
