// tailcall2: chains of tail calls, and two programs that call each other until the limit of 33
// stops them.
import {fromText, returns, tailCallsThenReturns} from '../define.ts';
import {progArray} from '../maps.ts';
import {zeros128} from '../packets.ts';
import {remove, run, update} from '../scenario-steps.ts';

const slots = [0, 1, 2, 3, 4];

export const tailcall2 = fromText({
  name: 'tailcall2',
  purpose:
    'chains of direct tail calls, the last of them a ping-pong that only the limit of 33 ends',
  type: 'sched_cls',
  maps: [progArray('jmp_table', 5)],
  entry: 'entry',
  sources: {
    entry: tailCallsThenReturns([0, 2, 3], 3),
    target0: tailCallsThenReturns([1], 0),
    target1: tailCallsThenReturns([2], 1),
    target2: returns(2),
    target3: tailCallsThenReturns([4], 3),
    target4: tailCallsThenReturns([3], 4),
  },
  packets: {zeros: zeros128},
  scenario: [
    ...slots.map((slot) => update('jmp_table', slot, `target${slot}`)),
    run('chain of three', 'zeros', 2),
    remove('jmp_table', 2),
    run('chain cut at the third', 'zeros', 1),
    remove('jmp_table', 0),
    run('ping-pong to the limit', 'zeros', 3),
  ],
});
