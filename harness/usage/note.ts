// The usage and options of `jitstat note`.
import type {CommandTable} from '../command/command.ts';
import {storeOption} from '../command/options.ts';

export const table: CommandTable = {
  usage: ['note 2026-11-22 "new microcode" [--machine NAME] [--workload W]'],
  examples: [
    ['note 2026-11-22 "new microcode"', 'shown on every series'],
    ['note 2026-11-22 "BIOS update" --machine lab3', 'on the series of one machine'],
  ],
  options: {
    machine: {type: 'text', value: 'NAME', help: 'show it on series of this machine only'},
    workload: {type: 'text', value: 'W', help: 'show it on series of this workload only'},
    ...storeOption,
  },
  positionals: {least: 2, most: Infinity, what: 'a date and a text'},
};
