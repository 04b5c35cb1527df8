// tailcall_bpf2bpf1: a tail call in the entry and one in a subprogram, both direct.
import {fromText, returns, tailCall} from '../define.ts';
import {ofLiveContext} from '../known-deviations.ts';
import {progArray} from '../maps.ts';
import {tcpV4} from '../packets.ts';
import {remove, run, update} from '../scenario-steps.ts';

export const tailcallBpf2bpf1 = fromText({
  name: 'tailcall_bpf2bpf1',
  purpose:
    'tail calls from the entry and from a subprogram: the target of the second returns into the entry',
  type: 'sched_cls',
  maps: [progArray('jmp_table', 2)],
  entry: 'entry',
  sources: {
    entry: `
      r6 = r1
      ${tailCall(1)}
      r1 = r6
      call subprogram
      exit
    .func subprogram
      r6 = r1
      ${tailCall(0)}
      r0 = *(u32 *)(r6 + 0)
      r0 <<= 1
      exit`,
    target0: returns(0),
    target1: returns(1),
  },
  packets: {tcp: tcpV4},
  scenario: [
    update('jmp_table', 0, 'target0'),
    update('jmp_table', 1, 'target1'),
    run('both filled', 'tcp', 1),
    remove('jmp_table', 1),
    run("only the subprogram's slot", 'tcp', 0),
    remove('jmp_table', 0),
    run('both empty', 'tcp', 108),
  ],
  instead: ofLiveContext,
});
