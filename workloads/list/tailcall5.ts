// tailcall5: the slot is a constant, but a different one on each path, so the tail call is indirect.
import {fromText, returns} from '../define.ts';
import {globalU32, progArray} from '../maps.ts';
import {zeros128} from '../packets.ts';
import {remove, run, setU32, update} from '../scenario-steps.ts';

/**
 * What the global must hold to choose slot 0, 1, 2; anything but the second and third chooses slot
 * 0.
 */
const selectors = [1111, 1234, 5678];

export const tailcall5 = fromText({
  name: 'tailcall5',
  purpose: 'one indirect tail call: the slot is a constant on each path, but not the same one',
  type: 'sched_cls',
  maps: [progArray('jmp_table', 3), globalU32('selector')],
  entry: 'entry',
  sources: {
    entry: `
      r2 = map_value selector ll
      r2 = *(u32 *)(r2 + 0)
      r3 = 1
      if r2 == 1234 goto call
      r3 = 2
      if r2 == 5678 goto call
      r3 = 0
    call:
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
    ...selectors.map((_, slot) => update('jmp_table', slot, `target${slot}`)),
    ...selectors.flatMap((selector, slot) => [
      setU32('selector', 0, selector),
      run(`selector ${selector}`, 'zeros', slot),
    ]),
    ...selectors.flatMap((selector, slot) => [
      setU32('selector', 0, selector),
      remove('jmp_table', slot),
      run(`selector ${selector}, slot emptied`, 'zeros', 3),
    ]),
  ],
});
