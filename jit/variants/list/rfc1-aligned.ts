// rfc1-aligned, the patch pasted in the thread: rfc1 with nops after each direct tail call, so
// that the bypass lands on a multiple of 16.
import {rfc1} from './rfc1.ts';
import {alignEnd} from '../tail-steps.ts';
import type {Variant} from '../variant.ts';

export const rfc1Aligned: Variant = {
  ...rfc1,
  name: 'rfc1-aligned',
  from: 'patch pasted in the thread: rfc1 with the bypass target aligned to 16',
  provenAgainst: [],
  direct: [...rfc1.direct, alignEnd],
  driver: 'converging',
};
