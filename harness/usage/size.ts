// The usage and options of `jitstat size`.
import type {CommandTable} from '../command/command.ts';
import {rulesOption} from '../command/options.ts';
import {typeOption} from '../command/program-type.ts';
import {sizeFormats} from '../../dashboards/size/size-formats.ts';

export const loaders = ['libbpf', 'own'] as const;

export const table: CommandTable = {
  usage: [
    'size OBJECT|DIR… --before SIDE --after SIDE',
    'size DIR --before v58 --after v510 --fail-on +1%',
  ],
  examples: [
    ['size ./objects --before v58 --after v510', 'code size of all programs in a folder'],
    ['size ./objects --before v58 --after v510 --fail-on +1%', 'as a gate'],
    ['size ./objects --before v58 --after v510 -o page', 'a page with charts as well'],
  ],
  options: {
    before: {type: 'text', value: 'SIDE', help: 'the side the others are compared with'},
    after: {
      type: 'text',
      value: 'SIDE',
      multiple: true,
      help: 'the side to compare; if repeated, there is one report for each',
    },
    ...rulesOption,
    loader: {
      type: 'choice',
      of: loaders,
      value: 'L',
      help: 'libbpf: by the running kernel, nothing attached (default if permitted); own: by jitstat',
    },
    format: {type: 'choice', of: sizeFormats, value: 'F', help: 'text (default mail)'},
    output: {
      type: 'folder',
      short: 'o',
      help: 'folder for a page with charts (index.html) and the numbers next to it',
    },
    'no-cache': {
      type: 'flag',
      help: 'load all objects again, even those that the running kernel has loaded since boot',
    },
    ...typeOption,
    'fail-on': {
      type: 'text',
      value: '+PCT',
      help: 'exit with 1 if sum or median grew (+1%) or shrank (-1%) by more than this',
    },
  },
  positionals: {least: 1, most: 10_000, what: 'one object, folder or workload'},
};
