// The usage and options of `jitstat list`.
import type {CommandTable} from '../command/command.ts';

export const table: CommandTable = {
  usage: ['list [--json]'],
  examples: [
    ['list', 'all workloads and variants'],
    ['list --json', 'the same for a script'],
  ],
  options: {},
};
