// The usage and options of `jitstat hosts`.
import type {CommandTable} from '../command/command.ts';
import {hubOptions} from '../command/hub-options.ts';

export const table: CommandTable = {
  usage: ['hosts', 'hosts drain|resume NAME...'],
  examples: [
    ['hosts', 'class, state and queue of every host'],
    ['hosts drain skl9', 'before maintenance: no new jobs'],
  ],
  options: hubOptions,
  positionals: {least: 0, most: Infinity, what: 'drain or resume, and names'},
};
