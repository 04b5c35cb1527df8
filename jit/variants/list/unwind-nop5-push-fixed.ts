// unwind-nop5-push-fixed: the one-poke proposal, corrected: R6 to R9 are kept in the dead argument
// registers while the frame is gone.
//
// While the frame is gone the BPF stack is below rsp. In user space nothing runs there; a kernel,
// which has no red zone, could take an interrupt and lose it. This form is for measuring what one
// poke site would cost.
import {unwindNop5Push} from './unwind-nop5-push.ts';
import {
  bumpCount,
  checkCount,
  keepUsed,
  restoreUsed,
  rewind,
  target,
  unwind,
} from '../tail-steps.ts';
import type {Variant} from '../variant.ts';

export const unwindNop5PushFixed: Variant = {
  ...unwindNop5Push,
  name: 'unwind-nop5-push-fixed',
  from: 'the proposal of 10 July 2020, corrected: R6 to R9 are kept in r8, rcx, rdx and rsi',
  provenAgainst: [],
  direct: [checkCount, bumpCount, keepUsed, unwind, target, rewind, restoreUsed],
};
