// The usage and options of `jitstat man`.
import type {CommandTable} from '../command/command.ts';

export const table: CommandTable = {
  usage: ['man [-o FILE]'],
  examples: [
    ['man -o jitstat.1', 'write the page; man -l jitstat.1 shows it'],
    ['man', 'print its source'],
  ],
  options: {output: {type: 'file', short: 'o', help: 'write there instead of stdout'}},
};
