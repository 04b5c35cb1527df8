// v612, Linux 6.12: the frame of 6.18, but every call in a function that counts loads the counter's
// address, and private stacks (6.13), load-acquire and store-release (6.15) do not exist.
import {habits612, layout612} from './defaults.ts';
import {usePrivateStack} from '../own-stack-steps.ts';
import {v618} from './v618.ts';
import type {Variant} from '../variant.ts';

export const v612: Variant = {
  ...v618,
  name: 'v612',
  from: 'Linux 6.12, long-term support',
  provenAgainst: [
    '890 images by the JIT of the Debian 6.12.117 source, run in user space (45 requests refused by both)',
  ],
  rules: {...v618.rules, isa: 'v6.12'},
  layout: layout612,
  prologue: v618.prologue.filter((step) => step !== usePrivateStack),
  habits: habits612,
};
