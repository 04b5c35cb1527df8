// The usage and options of `jitstat import`.
import type {CommandTable} from '../command/command.ts';

export const table: CommandTable = {
  usage: ['import FILE|-', 'import FILE --json'],
  examples: [
    ['import stat.txt', 'what an output of perf stat contains'],
    ['import hyperfine.json --json', 'any known format as one JSON document'],
  ],
  options: {},
  positionals: {least: 1, most: 1, what: 'exactly one file'},
};
