// The usage and options of `jitstat annotate`.
import type {CommandTable} from '../command/command.ts';
import {rulesOption} from '../command/options.ts';
import {oneMachineOptionTable} from '../machine/machine-option-table.ts';
import {repeatOption} from '../measure/option-table.ts';
import {formatTlb, tlbGeometry} from '../simulate/geometry.ts';

export const table: CommandTable = {
  usage: [
    'annotate WORKLOAD --variant V [--json]',
    'annotate WORKLOAD --before V --after V [--json]',
    'annotate WORKLOAD --variant V --placement P --placement P... [--tlb T]',
    'annotate WORKLOAD --variant V --record FILE [--repeat N]',
    'annotate WORKLOAD --on kernel:FILE [--json]',
  ],
  examples: [
    ['annotate tailcall1 --variant v58', 'executions of every instruction'],
    ['annotate tailcall1 --before v58 --after rfc1', 'where the difference comes from, by step'],
  ],
  options: {
    variant: {type: 'text', value: 'V', help: 'the variant to annotate'},
    on: {
      type: 'text',
      value: 'kernel:FILE',
      help: "boot a kernel build: its images' instructions and the kernel's symbols, counted",
    },
    ...oneMachineOptionTable,
    before: {type: 'text', value: 'V', help: 'the before side of a comparison by step'},
    after: {type: 'text', value: 'V', help: 'the after side'},
    placement: {
      type: 'text',
      multiple: true,
      value: 'P',
      help: 'the address of the image (default fixed:0); several compare pages, lines and TLB misses',
    },
    ...rulesOption,
    tlb: {
      type: 'text',
      value: 'T',
      help: `simulated TLBs as ENTRIES/WAYS (default ${formatTlb(tlbGeometry)})`,
    },
    record: {
      type: 'file',
      help: 'add samples of perf record, keep its file, and say what recording changes',
    },
    repeat: {
      ...repeatOption,
      help: 'repetitions of every test run under --record (default 1000000)',
    },
    scenario: {
      type: 'file',
      help: 'scenario for your own object file (JSON)',
    },
  },
  positionals: {least: 1, most: 1, what: 'exactly one workload'},
};
