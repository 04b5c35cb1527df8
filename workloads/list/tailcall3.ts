// tailcall3: a program that tail-calls itself; the limit of 33 is what it counts.
import {fromText, increment, tailCallsThenReturns} from '../define.ts';
import {globalU32, progArray} from '../maps.ts';
import {zeros128} from '../packets.ts';
import {expectCount, remove, run, update} from '../scenario-steps.ts';

export const tailcall3 = fromText({
  name: 'tailcall3',
  purpose: 'a program that tail-calls itself directly until the limit: its counter must say 33',
  type: 'sched_cls',
  maps: [progArray('jmp_table', 1), globalU32('count')],
  entry: 'entry',
  sources: {
    entry: tailCallsThenReturns([0], 0),
    target0: `
      r6 = r1
      ${increment('count')}
      r1 = r6; r2 = map jmp_table ll; r3 = 0; call 12
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
