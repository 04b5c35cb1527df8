// v61, Linux 6.1: the frame of 5.10, a limit of exactly 33, newer instructions, and a driver that
// pads jumps so that its passes come to an end.
import {habits61, layout61} from './defaults.ts';
import {v510} from './v510.ts';
import type {Variant} from '../variant.ts';

export const v61: Variant = {
  ...v510,
  name: 'v61',
  from: 'Linux 6.1, long-term support',
  provenAgainst: [
    '1,007 images recorded from a booted Debian 6.1.192',
    '120 images by the emitter of Linux 6.1-rc7, run in user space',
  ],
  rules: {...v510.rules, isa: 'v6.1', divisionRewrite: 'new'},
  layout: layout61,
  counter: {kind: 'frame', limit: 33, failsIf: 'ae'},
  habits: habits61,
};
