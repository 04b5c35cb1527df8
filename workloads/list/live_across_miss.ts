// live_across_miss: values in all four callee-saved registers across a tail call that misses; a
// layout must restore them.
import {fromText, tailCall} from '../define.ts';
import {ofLiveRegisters} from '../known-deviations.ts';
import {progArray} from '../maps.ts';
import {zeros128} from '../packets.ts';
import {run} from '../scenario-steps.ts';

export const liveAcrossMiss = fromText({
  name: 'live_across_miss',
  purpose:
    'R6 to R9 live across a tail call that misses: the price of one miss, and proof that ' +
    'nothing is lost in it',
  type: 'sched_cls',
  maps: [progArray('jmp_table', 1)],
  entry: 'entry',
  sources: {
    entry: `
      r6 = r1
      r7 = 1
      r8 = 2
      r9 = 4
      ${tailCall(0)}
      r0 = r7
      r0 += r8
      r0 += r9
      if r6 != 0 goto +1
      r0 = 0
      exit`,
  },
  packets: {zeros: zeros128},
  scenario: [run('missed', 'zeros', 1 + 2 + 4)],
  instead: ofLiveRegisters,
});
