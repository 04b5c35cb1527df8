// The usage and options of `jitstat reply`.
import type {CommandTable} from '../command/command.ts';

export const table: CommandTable = {
  usage: ['reply MAIL|-'],
  examples: [
    ['reply mail.txt', 'an answer to the figures in a mail'],
    ['reply -', 'an answer to a mail from a pipe'],
  ],
  options: {},
  positionals: {least: 1, most: 1, what: 'one mail, or - for stdin'},
};
