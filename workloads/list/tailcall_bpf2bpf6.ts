// tailcall_bpf2bpf6: a stack depth that is not a multiple of 8, before a subprogram with a tail
// call.
import {fromText, increment} from '../define.ts';
import {ofBpf2bpf} from '../known-deviations.ts';
import {globalU32, progArray} from '../maps.ts';
import {tcpV4} from '../packets.ts';
import {expectCount, run, update} from '../scenario-steps.ts';

/**
 * v510 reads the counter from an unrounded offset here, that is, from bytes that no program wrote.
 * They are zero on the shim's stack, which only images use; on a kernel's stack they may be anything.
 */
export const tailcallBpf2bpf6 = fromText({
  name: 'tailcall_bpf2bpf6',
  purpose:
    'one byte of stack in the entry: the counter must still be found when the stack ' +
    'depth is not a multiple of 8',
  type: 'sched_cls',
  maps: [progArray('jmp_table', 1), globalU32('done')],
  entry: 'entry',
  sources: {
    entry: `
      *(u8 *)(r10 - 1) = 0
      call subprogram
      exit
    .func subprogram
      *(u32 *)(r10 - 4) = 1
      r2 = map jmp_table ll
      r3 = 0
      call 12
      r0 = *(u32 *)(r10 - 4)
      exit`,
    target0: `
      ${increment('done')}
      r0 = 0
      exit`,
  },
  packets: {tcp: tcpV4},
  scenario: [
    update('jmp_table', 0, 'target0'),
    run('one byte of stack', 'tcp', 0),
    expectCount('done', 1),
  ],
  instead: ofBpf2bpf,
});
