// The usage and options of `jitstat poke`.
import type {CommandTable} from '../command/command.ts';
import {limits} from '../../jit/poke/explore.ts';
import {protocols} from '../../jit/poke/protocols.ts';

export const orders = {right: 'merged', wrong: 'rfc1-naive'} as const;

export const table: CommandTable = {
  usage: [
    'poke explore [--protocol P] [--cpus K] [--operations N]',
    'poke stress [--seconds S] [--variant V] [--order right|wrong | --protocol P] [--seed N]',
  ],
  examples: [
    ['poke explore --protocol merged', 'every interleaving of a protocol'],
    ['poke stress --seconds 10', 'live patching while the code runs'],
  ],
  options: {
    protocol: {
      type: 'text',
      value: 'P',
      help: `${protocols.map((protocol) => protocol.name).join(', ')}; explore: default all`,
    },
    cpus: {
      type: 'whole',
      least: limits.cpus.min,
      most: limits.cpus.max,
      value: 'K',
      help: `CPUs that run the tail call, ${limits.cpus.min} to ${limits.cpus.max}; default 2`,
    },
    operations: {
      type: 'whole',
      least: limits.operations.min,
      most: limits.operations.max,
      help:
        `installs, replacements and removals, ${limits.operations.min} to ` +
        `${limits.operations.max}; default 4`,
    },
    seconds: {
      type: 'whole',
      least: 1,
      most: 3600,
      value: 'S',
      help: 'stress: for how long, 1 to 3600; default 5',
    },
    variant: {type: 'text', value: 'V', help: 'stress: whose code is patched; default v510'},
    order: {
      type: 'choice',
      of: ['right', 'wrong'],
      value: 'ORDER',
      help: `stress: the protocol ${orders.right} or ${orders.wrong}; default right`,
    },
    seed: {
      type: 'whole',
      least: 0,
      most: 2 ** 31,
      help: 'stress: of the order of operations; default 1',
    },
  },
  positionals: {least: 0, most: Infinity, what: 'explore or stress'},
};
