// tailcall6: like tailcall3, but with the slot in a global variable, so that indirect tail calls
// reach the limit of 33.
import {fromText, increment} from '../define.ts';
import {globalU32, progArray} from '../maps.ts';
import {zeros128} from '../packets.ts';
import {expectCount, remove, run, update} from '../scenario-steps.ts';

const indirectCall =
  'r3 = map_value which ll; r3 = *(u32 *)(r3 + 0); r2 = map jmp_table ll; call 12';

export const tailcall6 = fromText({
  name: 'tailcall6',
  purpose: 'a program that tail-calls itself indirectly until the limit: its counter must say 33',
  type: 'sched_cls',
  maps: [progArray('jmp_table', 1), globalU32('count'), globalU32('which')],
  entry: 'entry',
  sources: {
    entry: `
      ${indirectCall}
      r0 = 0
      exit`,
    target0: `
      r6 = r1
      ${increment('count')}
      r1 = r6
      ${indirectCall}
      r0 = 1
      exit`,
  },
  packets: {zeros: zeros128},
  scenario: [
    update('jmp_table', 0, 'target0'),
    run('to the limit', 'zeros', 1),
    expectCount('count', 33),
    remove('jmp_table', 0),
    run('empty', 'zeros', 0),
  ],
});
