// callee_saved_0 to 4: one body, with 0 to 4 of its variables in callee-saved registers; what
// pushing them costs.
import {fromText} from '../define.ts';
import {zeros128} from '../packets.ts';
import {run} from '../scenario-steps.ts';
import type {Workload} from '../types.ts';

const calleeSaved = ['r6', 'r7', 'r8', 'r9'];
const scratch = ['r2', 'r3', 'r4', 'r5'];

/**
 * Four variables computed from the packet length; the result does not depend on which registers
 * hold them.
 */
const body = ([a, b, c, d]: readonly string[]): string => `
      ${a} = *(u32 *)(r1 + 0)
      ${b} = ${a}; ${b} += 1
      ${c} = ${b}; ${c} ^= ${a}
      ${d} = ${c}; ${d} += ${b}
      r0 = ${d}; r0 += ${a}
      exit`;

const lengthBytes = 128;
const expected = ((a: number) => ((a + 1) ^ a) + (a + 1) + a)(lengthBytes);

// prettier-ignore
const calleeSavedUsed = (used: number): Workload => fromText({
  name: `callee_saved_${used}`,
  purpose: `one small body with ${used} of its 4 variables in callee-saved registers: what saving ` +
'unused ones costs',
  type: 'sched_cls',
  maps: [],
  entry: 'entry',
  sources: {entry: body([...calleeSaved.slice(0, used), ...scratch.slice(used)])},
  packets: {zeros: zeros128},
  scenario: [run('compute', 'zeros', expected)],
});

export const calleeSavedWorkloads: readonly Workload[] = [0, 1, 2, 3, 4].map(calleeSavedUsed);
