// The usage and options of `jitstat nightly`.
import type {CommandTable} from '../command/command.ts';
import {storeOption} from '../command/options.ts';
import {exportNames} from '../../results/exports/names.ts';
import {failOnWords} from '../nightly/suite/fail-on.ts';

export const table: CommandTable = {
  usage: [
    'nightly [--suite suite.json] [--fail-on new-more] [--store DIR]',
    'nightly --check --suite suite.json',
  ],
  examples: [
    ['nightly --suite suite.json', 'measure a suite, compare with earlier nights'],
    ['nightly --check --suite suite.json', 'check the suite, measure nothing'],
  ],
  options: {
    suite: {
      type: 'file',
      help: 'what to measure (default: tailcall1 and flow_dissector, v58 against rfc1)',
    },
    'fail-on': {
      type: 'choice',
      of: failOnWords,
      value: 'WHAT',
      help: 'which confirmed changes of gated events exit with 1',
    },
    ...storeOption,
    export: {
      type: 'text',
      multiple: true,
      value: 'FORMAT=FILE',
      help: `also write ${exportNames.join(', ')}; may be given several times`,
    },
    output: {
      type: 'folder',
      short: 'o',
      help: 'also write the front page, the history and every session as static pages',
    },
    full: {type: 'flag', help: 'print the whole front page even if nothing changed'},
    check: {type: 'flag', help: 'check the suite file and measure nothing'},
  },
};
