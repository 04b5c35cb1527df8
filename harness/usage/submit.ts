// The usage and options of `jitstat submit`.
import type {CommandTable} from '../command/command.ts';
import {hubOptions} from '../command/hub-options.ts';

export const table: CommandTable = {
  usage: [
    'submit SUITE --host NAME|--class NAME --commit X [--variant V] [--interactive]',
    'submit SUITE --host NAME|--class NAME --good A --commit X',
  ],
  examples: [
    ['submit tailcalls --host skl9 --commit 3f1c9aa', 'one job'],
    ['submit tailcalls --class zen3 --commit 3f1c9aa --interactive', 'all hosts of a class, first'],
    ['submit tailcalls --host skl9 --good 83ab5d0 --commit 3f1c9aa', 'which commit changed it'],
  ],
  options: {
    ...hubOptions,
    host: {type: 'text', value: 'NAME', help: 'the host to measure on'},
    class: {type: 'text', value: 'NAME', help: 'all hosts of this class, one job each'},
    commit: {type: 'text', value: 'X', help: 'the commit to measure, 7 to 64 hexadecimal digits'},
    good: {
      type: 'text',
      value: 'A',
      help: 'an earlier commit: bisect from it to X, as the host describes for the suite',
    },
    variant: {type: 'text', value: 'V', help: 'the variant, if the suite has more than one'},
    interactive: {type: 'flag', help: 'somebody is waiting for it: run it before nightly jobs'},
  },
  positionals: {least: 1, most: 1, what: 'one suite'},
};
