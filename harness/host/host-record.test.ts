// The CPU's name, whether /proc/cpuinfo gives a name or only numbers.
import {expect, test} from 'vitest';
import {cpuName} from './host-record.ts';

test.each([
  ['processor : 0\nmodel name\t: Intel(R) Xeon(R)\n', 'Intel(R) Xeon(R)'],
  ['CPU implementer\t: 0x41\nCPU variant\t: 0x0\nCPU part\t: 0xd08\n', 'Cortex-A72'],
  ['CPU implementer\t: 0x48\nCPU part\t: 0xd01\n', 'Arm CPU, implementer 0x48, part 0xd01'],
  ['', null],
])('of %j', (cpuinfo, name) => expect(cpuName(cpuinfo)).toBe(name));
