// empty: nothing but prologue and epilogue.
import {fromText, returns} from '../define.ts';
import {zeros128} from '../packets.ts';
import {run} from '../scenario-steps.ts';

export const empty = fromText({
  name: 'empty',
  purpose: 'a program that only returns: the price of prologue, epilogue and the call itself',
  type: 'sched_cls',
  maps: [],
  entry: 'entry',
  sources: {entry: returns(0)},
  packets: {zeros: zeros128},
  scenario: [run('return 0', 'zeros', 0)],
});
