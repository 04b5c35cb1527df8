// The usage and options of `jitstat hub`.
import type {CommandTable} from '../command/command.ts';
import {storeOption} from '../command/options.ts';

export const table: CommandTable = {
  usage: [
    'hub --db URL [--store DIR] [--port N] [--name NAME]...',
    'hub setup --db URL',
    'hub token admin|submitter|reader NAME --db URL',
    'hub token agent --host NAME --db URL',
    'hub tokens --db URL',
    'hub revoke NAME --db URL',
  ],
  examples: [
    ['hub --db postgres://hub@localhost/fleet', 'the hub, with its store in this folder'],
    ['hub token agent --host skl9 --db postgres://hub@localhost/fleet', 'a token for a host'],
    ['hub revoke anna --db postgres://hub@localhost/fleet', 'a token is no longer valid'],
  ],
  options: {
    db: {
      type: 'text',
      value: 'URL',
      help: 'postgres://USER@HOST/DATABASE (default: $JITSTAT_DB); TLS is verified',
    },
    ...storeOption,
    port: {
      type: 'whole',
      least: 0,
      most: 65_535,
      help: 'port on 127.0.0.1 (default 7430; 0 = any free one)',
    },
    name: {
      type: 'text',
      value: 'NAME',
      multiple: true,
      help: 'a name under which a proxy forwards requests',
    },
    heartbeat: {
      type: 'whole',
      least: 10,
      most: 3600,
      help: 'an agent that is silent for this many seconds loses its job (default 120)',
    },
    host: {type: 'text', value: 'NAME', help: 'the host whose agent gets the token'},
  },
  positionals: {least: 0, most: 3, what: 'setup, token, tokens, revoke or nothing'},
};
