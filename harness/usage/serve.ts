// The usage and options of `jitstat serve`.
import type {CommandTable} from '../command/command.ts';

export const table: CommandTable = {
  usage: ['serve [DIR] [--port N] [--interactive]'],
  examples: [
    ['serve', 'the store of this folder, in the browser'],
    ['serve /srv/jitstat-store --port 8080', 'another store and port'],
  ],
  options: {
    port: {
      type: 'whole',
      least: 0,
      most: 65_535,
      help: 'port on 127.0.0.1 (default 7425; 0 = any free one)',
    },
    interactive: {type: 'flag', help: 'add tooltips, zoom and marking of runs to the pages'},
  },
  positionals: {least: 0, most: 1, what: 'one store'},
};
