// The usage and options of `jitstat agent`.
import type {CommandTable} from '../command/command.ts';
import {storeOption} from '../command/options.ts';
import {hubOptions} from '../command/hub-options.ts';

export const table: CommandTable = {
  usage: ['agent --hub URL --host NAME [--suites FILE] [--store DIR] [--token-file FILE]'],
  examples: [
    ['agent --hub http://127.0.0.1:7430 --host skl9', 'with host-suites.json from this folder'],
    [
      'agent --host skl9 --suites /etc/jitstat/suites.json --token-file /etc/jitstat/token',
      'in a lab',
    ],
  ],
  options: {
    ...hubOptions,
    host: {type: 'text', value: 'NAME', help: 'the name of this host in the fleet'},
    suites: {
      type: 'file',
      help: 'what may run on this host (default: host-suites.json); see docs/fleet.md',
    },
    ...storeOption,
  },
};
