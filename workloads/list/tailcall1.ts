// tailcall1: slots filled, emptied and replaced around an entry with twelve tail calls. The
// thread's first measurement.
import {fromText, returns, tailCallsThenReturns} from '../define.ts';
import {progArray} from '../maps.ts';
import {zeros128} from '../packets.ts';
import {remove, removeMissing, run, update} from '../scenario-steps.ts';
import type {Step} from '../types.ts';

const slots = [0, 1, 2];
const fill = (order: readonly number[]): Step[] =>
  slots.map((slot) => update('jmp_table', slot, `target${order[slot]}`));
const entrySites = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2];

/** Filled slots are tried in order, so that the first one left answers. */
const drain = (order: readonly number[], round: string): Step[] =>
  slots.flatMap((slot) => [
    run(`${round}: slot ${slot} first`, 'zeros', order[slot]),
    remove('jmp_table', slot),
  ]);

export const tailcall1 = fromText({
  name: 'tailcall1',
  purpose:
    "the thread's tail-call test: 12 direct sites, slots filled, emptied and replaced between 12 test runs",
  type: 'sched_cls',
  maps: [progArray('jmp_table', 3)],
  entry: 'entry',
  sources: {
    entry: tailCallsThenReturns(entrySites, 3),
    target0: returns(0),
    target1: returns(1),
    target2: returns(2),
  },
  packets: {zeros: zeros128},
  scenario: [
    ...fill(slots),
    ...drain(slots, 'filled'),
    run('all empty', 'zeros', 3),
    ...fill(slots),
    run('filled again', 'zeros', 0),
    ...fill([2, 1, 0]),
    ...drain([2, 1, 0], 'replaced'),
    run('all empty again', 'zeros', 3),
    ...slots.flatMap((slot) => [
      removeMissing('jmp_table', slot),
      run(`nothing to remove from slot ${slot}`, 'zeros', 3),
    ]),
  ],
});
