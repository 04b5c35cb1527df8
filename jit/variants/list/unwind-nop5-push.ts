// unwind-nop5-push, proposed in the thread instead of a second poke site: unwind always, and push
// again when the slot was empty.
//
// As posted it is wrong: popping restores the caller's rbx, r13, r14 and r15, so R6 to R9 are lost,
// and pushing them again saves what was saved already. It is kept to show that by
// running it.
import {rfc1} from './rfc1.ts';
import {bumpCount, checkCount, rewind, target, unwind} from '../tail-steps.ts';
import type {Variant} from '../variant.ts';

// prettier-ignore
export const unwindNop5Push: Variant = {
  ...rfc1,
  name: 'unwind-nop5-push',
  from: 'proposed in the thread on 10 July 2020 and withdrawn the same evening: loses R6 to R9 ' +
    'when a slot is empty',
  provenAgainst: [],
  direct: [checkCount, bumpCount, unwind, target, rewind],
};
