// The usage and options of `jitstat jit`.
import type {CommandTable} from '../command/command.ts';
import {rulesOption} from '../command/options.ts';
import {typeOption} from '../command/program-type.ts';
import {oneMachineOptionTable} from '../machine/machine-option-table.ts';
import {layoutFields} from '../../jit/image/layout.ts';

export const drivers = ['kernel', 'converging'] as const;

export const table: CommandTable = {
  usage: [
    'jit WORKLOAD|FILE --variant V [--listing|--hex|--elf FILE]',
    'jit WORKLOAD|FILE --variant V --exe FILE [--repeat N]',
    'jit WORKLOAD|FILE --on kernel:FILE [--variant V] [--hex]',
    'jit prog:ID|prog:NAME|pinned:PATH [--variant V|kernel]',
    'jit --batch FILE|-',
  ],
  examples: [
    ['jit tailcall1 --variant v618 --listing', 'the code, with its stack picture'],
    ['jit tailcall1 --variant v510 --exe ./t1', 'a program for perf stat -ddd -r 1024 ./t1'],
  ],
  options: {
    variant: {
      type: 'text',
      value: 'V',
      help: 'the variant whose code is shown; jitstat list names them',
    },
    on: {
      type: 'text',
      value: 'kernel:FILE',
      help: "boot a kernel build and compare its code with the variant's (default: its release's)",
    },
    ...oneMachineOptionTable,
    listing: {
      type: 'flag',
      help: 'stack picture, bytes by step, poke sites, code under BPF (default)',
    },
    hex: {type: 'flag', help: 'one line per function: symbol, blank, bytes'},
    elf: {
      type: 'file',
      help: 'an ELF file with symbols for objdump, gdb and perf',
    },
    exe: {
      type: 'file',
      help: 'an executable that plays the scenario: perf stat -ddd -r 1024 ./FILE',
    },
    repeat: {
      type: 'whole',
      least: 1,
      most: 999_999_999,
      help: 'with --exe: repetitions of every test run (default 1000000)',
    },
    batch: {
      type: 'file',
      help: 'answer each request line with one JSON line; - is standard input',
    },
    ...typeOption,
    program: {type: 'text', value: 'NAME', help: 'only this program of the workload or object'},
    placement: {
      type: 'text',
      value: 'P',
      help: 'fixed:OFFSET (default fixed:0), random:SEED, binary-alloc:SEED, pack-alloc:SEED',
    },
    driver: {
      type: 'choice',
      of: drivers,
      value: 'D',
      help: "the kernel's passes and refusals, or until it converges (default if aligned)",
    },
    ...rulesOption,
    layout: {
      type: 'text',
      value: 'F=V',
      multiple: true,
      help: `field of the layout: ${layoutFields.join(', ')}`,
    },
  },
  positionals: {least: 0, most: 1, what: 'one workload or file'},
};
