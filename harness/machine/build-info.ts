// What is recorded of a kernel build as a side, from its file and what its machine said.
import type {Finding, SideInfo} from '../../results/types.ts';
import type {Workload} from '../../workloads/types.ts';
import {executionsPerRepeat} from '../../workloads/types.ts';
import type {KernelSide} from './kernel-side.ts';
import type {Machine} from './machine.ts';
import type {MachineSetup} from './qemu.ts';
import {cpuOf} from './qemu.ts';

export const buildInfo = (
  side: KernelSide,
  workload: Workload,
  {hello, qemuVersion}: Pick<Machine, 'hello' | 'qemuVersion'>,
  setup: MachineSetup,
): SideInfo => {
  const {release, spectre_v2, retbleed, clock, cmdline} = hello;
  return {
    label: `Linux ${release}`,
    workload: workload.name,
    variant: side.text,
    executions: executionsPerRepeat(workload),
    command: `QEMU ${qemuVersion}, ${setup.accelerator}, -cpu ${cpuOf(setup)}, ${cmdline.trim()}`,
    kernel: {sha256: side.kernel.sha256, release, clock, spectre_v2, retbleed},
  };
};

export const sameBuild = (isSame: boolean): readonly Finding[] =>
  isSame
    ? [
        {
          code: 'same-build',
          text:
            'Both machines boot the same kernel with the same command line: this is an A/A, and any ' +
            'difference is what a boot changes.',
        },
      ]
    : [];
