// tailcall_bpf2bpf4 and 5: three subprograms deep, then a loop until the limit: two tail calls
// before it, 31 in it.
import {fromText, increment, tailCall} from '../define.ts';
import {ofLoops} from '../known-deviations.ts';
import {globalU32, progArray} from '../maps.ts';
import {tcpV4} from '../packets.ts';
import {expectCount, run, setU32, update} from '../scenario-steps.ts';
import type {Step, Workload} from '../types.ts';

const slots = [0, 1, 2];

/**
 * A subprogram that tail-calls `slot` and, if that misses, returns `times` times the packet
 * length.
 */
const subprogram = (slot: number, times: number, before = ''): string => `
    .func subprogram${slot}
      r6 = r1
      ${before}
      ${tailCall(slot)}
      r0 = *(u32 *)(r6 + 0)
      r0 *= ${times}
      exit`;

/**
 * A map lookup that runs only with `noise` set: the verifier rewrites it, which moves every
 * instruction after it.
 */
const noise = `
      r1 = map_value noise ll
      r1 = *(u32 *)(r1 + 0)
      if r1 == 0 goto quiet
      *(u32 *)(r10 - 4) = 0
      r2 = r10
      r2 += -4
      r1 = map unused ll
      call 1
    quiet:`;

const calls = (slot: number, functionText: string): string => `
      call subprogram${slot}
      exit
    ${functionText}`;

const workload = (name: string, purpose: string, before: readonly Step[]): Workload =>
  fromText({
    name,
    purpose,
    type: 'sched_cls',
    maps: [
      progArray('jmp_table', 3),
      globalU32('count'),
      globalU32('noise'),
      {name: 'unused', type: 'array', keyBytes: 4, valueBytes: 4, maxEntries: 1},
    ],
    entry: 'entry',
    sources: {
      entry: calls(0, subprogram(0, 1)),
      target0: calls(1, subprogram(1, 2)),
      target1: calls(2, subprogram(2, 3, noise)),
      target2: `
      r6 = r1
      ${increment('count')}
      r1 = r6
      ${calls(2, subprogram(2, 3, noise))}`,
    },
    packets: {tcp: tcpV4},
    scenario: [
      ...slots.map((slot) => update('jmp_table', slot, `target${slot}`)),
      ...before,
      run('to the limit', 'tcp', 162),
      expectCount('count', 31),
    ],
    instead: ofLoops,
  });

export const tailcallBpf2bpf4 = workload(
  'tailcall_bpf2bpf4',
  'three subprograms deep, then a loop: the limit counts the whole chain, the counter must say 31',
  [],
);

export const tailcallBpf2bpf5 = workload(
  'tailcall_bpf2bpf5',
  'as tailcall_bpf2bpf4 with a map lookup before the tail call, which the verifier ' +
    'rewrites and so moves the call',
  [setU32('noise', 0, 1)],
);
