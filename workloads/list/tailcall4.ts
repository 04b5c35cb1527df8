// tailcall4: the slot comes from a global variable, so the tail call is indirect.
import {fromText, returns} from '../define.ts';
import {globalU32, progArray} from '../maps.ts';
import {zeros128} from '../packets.ts';
import {remove, run, setU32, update} from '../scenario-steps.ts';

const slots = [0, 1, 2];

export const tailcall4 = fromText({
  name: 'tailcall4',
  purpose: 'one indirect tail call: the slot is read from a global, so no location can be patched',
  type: 'sched_cls',
  maps: [progArray('jmp_table', 3), globalU32('selector')],
  entry: 'entry',
  sources: {
    entry: `
      r3 = map_value selector ll
      r3 = *(u32 *)(r3 + 0)
      r2 = map jmp_table ll
      call 12
      r0 = 3
      exit`,
    target0: returns(0),
    target1: returns(1),
    target2: returns(2),
  },
  packets: {zeros: zeros128},
  scenario: [
    ...slots.map((slot) => update('jmp_table', slot, `target${slot}`)),
    ...slots.flatMap((slot) => [setU32('selector', 0, slot), run(`slot ${slot}`, 'zeros', slot)]),
    ...slots.flatMap((slot) => [
      setU32('selector', 0, slot),
      remove('jmp_table', slot),
      run(`slot ${slot} emptied`, 'zeros', 3),
    ]),
  ],
});
