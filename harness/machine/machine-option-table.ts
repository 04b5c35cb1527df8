// The options of kernel builds as sides, as the command line takes them.
import type {Options} from '../command/option-types.ts';

const commonOptions = {
  'cpu-model': {
    type: 'text',
    group: 'expert',
    value: 'MODEL',
    help: "QEMU's -cpu for kernel builds (default max; cortex-a72 for arm64)",
  },
  'qemu-opts': {
    type: 'text',
    group: 'expert',
    value: 'WORDS',
    help: 'further arguments of QEMU, split at blanks',
  },
} as const satisfies Options;

/** Of a command with one side. */
export const oneMachineOptionTable = {
  append: {
    type: 'text',
    group: 'expert',
    value: 'WORDS',
    help: 'added to the command line of the kernel build',
  },
  ...commonOptions,
} as const satisfies Options;

export const machineOptionTable = {
  boots: {
    type: 'whole',
    least: 1,
    most: 1000,
    group: 'expert',
    help: 'boots of two kernel builds that are timed (--source perf; default 4)',
  },
  'append-before': {
    type: 'text',
    group: 'expert',
    value: 'WORDS',
    help: 'added to the command line of the kernel build on the before side',
  },
  'append-after': {
    type: 'text',
    group: 'expert',
    value: 'WORDS',
    help: 'added to the command line of the kernel build on the after side',
  },
  ...commonOptions,
} as const satisfies Options;
