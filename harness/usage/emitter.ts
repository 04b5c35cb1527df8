// The usage and options of `jitstat emitter`.
import type {CommandTable} from '../command/command.ts';

export const table: CommandTable = {
  usage: ['emitter check COMMAND [--rules V] [--vectors FILE]'],
  examples: [
    ['emitter check ./my-jit', 'whether a program answers as it should'],
    ['emitter check ./my-jit --rules v618', 'with the verifier rules of one kernel'],
  ],
  options: {
    rules: {
      type: 'text',
      value: 'V',
      help: 'verifier rules to play (default: what the emitter says)',
    },
    vectors: {
      type: 'file',
      help: 'batch requests with `expect`, one per line, to be answered byte for byte',
    },
  },
  positionals: {least: 2, most: 2, what: '`check` and one command'},
};
