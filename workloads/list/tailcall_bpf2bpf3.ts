// tailcall_bpf2bpf3: tail calls from subprograms with real stack frames, two of them deep.
import {fromText, tailCall} from '../define.ts';
import {ofLiveContext} from '../known-deviations.ts';
import {progArray} from '../maps.ts';
import {tcpV4} from '../packets.ts';
import {remove, run, update} from '../scenario-steps.ts';

/** Writes the whole frame, as zeroing a volatile array of that size does. */
const clearStack = (bytes: number): string =>
  Array.from({length: bytes / 8}, (_, i) => `*(u64 *)(r10 - ${8 * (i + 1)}) = 0`).join('; ');

/** A program with `stackBytes` of stack that returns what its subprogram returns. */
const calls = (stackBytes: number, name: string, subprogram: string): string => `
      ${clearStack(stackBytes)}
      call ${name}
      exit
    .func ${name}
      ${subprogram}`;

const tripleLength = 'r0 = *(u32 *)(r1 + 0); r0 *= 3; exit';

const outer = `
      r6 = r1
      ${clearStack(64)}
      ${tailCall(0)}
      r0 = *(u32 *)(r6 + 0)
      r0 <<= 1
      exit`;

/**
 * Slot 10 does not exist; the packet begins with zeros, so slot 1 is taken, but no verifier can
 * know that.
 */
const inner = `
      r6 = r1
      ${clearStack(64)}
      r2 = *(u32 *)(r6 + 76)
      r3 = *(u32 *)(r6 + 80)
      r4 = r2
      r4 += 4
      if r4 > r3 goto empty
      r3 = *(u32 *)(r2 + 0)
      r2 = *(u16 *)(r2 + 0)
      r2 |= r3
      if r2 == 0 goto zero
      ${tailCall(10)}
      goto empty
    zero:
      ${tailCall(1)}
    empty:
      r0 = *(u32 *)(r6 + 0)
      exit`;

export const tailcallBpf2bpf3 = fromText({
  name: 'tailcall_bpf2bpf3',
  purpose:
    'tail calls two subprograms deep with 128 and 64 bytes of stack: every frame must be unwound exactly',
  type: 'sched_cls',
  maps: [progArray('jmp_table', 2)],
  entry: 'entry',
  sources: {
    entry: calls(128, 'outer', outer),
    target0: calls(128, 'inner', inner),
    target1: `${clearStack(128)}; ${tripleLength}`,
  },
  packets: {tcp: tcpV4},
  scenario: [
    update('jmp_table', 0, 'target0'),
    update('jmp_table', 1, 'target1'),
    run('both filled', 'tcp', 162),
    remove('jmp_table', 1),
    run('inner slot empty', 'tcp', 54),
    remove('jmp_table', 0),
    run('both empty', 'tcp', 108),
  ],
  instead: ofLiveContext,
});
