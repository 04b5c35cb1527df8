// The usage and options of `jitstat doctor`.
import type {CommandTable} from '../command/command.ts';

export const table: CommandTable = {
  usage: ['doctor [--json]'],
  examples: [
    ['doctor', 'what this host can count'],
    ['doctor --json', 'the same for a script'],
  ],
  options: {},
};
