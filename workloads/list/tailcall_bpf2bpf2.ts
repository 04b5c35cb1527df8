// tailcall_bpf2bpf2: a loop of program -> subprogram -> tail call -> same program, which only a
// counter kept across calls ends.
import {fromText, increment, tailCall, tailCallsThenReturns} from '../define.ts';
import {ofLoops} from '../known-deviations.ts';
import {globalU32, progArray} from '../maps.ts';
import {zeros128} from '../packets.ts';
import {expectCount, remove, run, update} from '../scenario-steps.ts';

/**
 * Slot 1 does not exist; which of the two calls runs depends on the packet, so that neither is dead
 * code.
 */
const subprogram = `
    .func subprogram
      r6 = r1
      r2 = *(u32 *)(r6 + 76)
      r3 = *(u32 *)(r6 + 80)
      r4 = r2
      r4 += 1
      if r4 > r3 goto empty
      r2 = *(u8 *)(r2 + 0)
      if r2 == 0 goto zero
      ${tailCall(1)}
      goto empty
    zero:
      ${tailCall(0)}
    empty:
      r0 = 1
      exit`;

export const tailcallBpf2bpf2 = fromText({
  name: 'tailcall_bpf2bpf2',
  purpose:
    'a loop through a subprogram: the limit must hold across bpf2bpf calls, the counter must say 33',
  type: 'sched_cls',
  maps: [progArray('jmp_table', 1), globalU32('count')],
  entry: 'entry',
  sources: {
    entry: tailCallsThenReturns([0], 0),
    target0: `
      r6 = r1
      ${increment('count')}
      r1 = r6
      call subprogram
      exit
    ${subprogram}`,
  },
  packets: {zeros: zeros128},
  scenario: [
    update('jmp_table', 0, 'target0'),
    run('to the limit', 'zeros', 1),
    expectCount('count', 33),
    remove('jmp_table', 0),
    run('empty', 'zeros', 0),
  ],
  instead: ofLoops,
});
