// The usage and options of `jitstat store`.
import type {CommandTable} from '../command/command.ts';
import {storeOption} from '../command/options.ts';
import {hubOptions} from '../command/hub-options.ts';

export const table: CommandTable = {
  usage: [
    'store verify [--store DIR]',
    'store push --host NAME --hub URL [--store DIR]',
    'store pull --hub URL [--store DIR]',
    'store rebuild --db URL [--store DIR]',
  ],
  examples: [
    ['store verify', 'check all files of the store'],
    ['store verify --store /srv/jitstat-store --json', 'another store, for a script'],
    ['store push --host skl9 --hub http://127.0.0.1:7430', 'sessions measured by hand'],
    ['store rebuild --db postgres://hub@localhost/fleet', "make the hub's database from its files"],
  ],
  options: {
    ...storeOption,
    ...hubOptions,
    host: {type: 'text', value: 'NAME', help: 'push: the host of the fleet that measured them'},
    db: {
      type: 'text',
      value: 'URL',
      help: "rebuild: the hub's database, whose results are replaced (default: $JITSTAT_DB)",
    },
  },
  positionals: {least: 1, most: 1, what: 'one of verify, push, pull, rebuild'},
};
