// The usage and options of `jitstat store`.
import type {CommandTable} from '../command/command.ts';
import {storeOption} from '../command/options.ts';

export const table: CommandTable = {
  usage: ['store verify [--store DIR]'],
  examples: [
    ['store verify', 'check all files of the store'],
    ['store verify --store /srv/jitstat-store --json', 'of another store, for a script'],
  ],
  options: storeOption,
  positionals: {least: 1, most: 1, what: 'one word: verify'},
};
