// tail_chain_1 to 33: N programs one after the other, each reached by a direct tail call; 33 is the
// limit.
import {fromText, returns, tailCallsThenReturns} from '../define.ts';
import {progArray} from '../maps.ts';
import {zeros128} from '../packets.ts';
import {run, update} from '../scenario-steps.ts';
import type {Workload} from '../types.ts';

/** Tail calls that one entry of a program may make, in every kernel so far. */
const tailCallLimit = 33;

const missed = 99;

const tailChain = (links: number): Workload => {
  const slots = Array.from({length: links}, (_, slot) => slot);
  return fromText({
    name: `tail_chain_${links}`,
    purpose: `${links} direct tail call${links === 1 ? '' : 's'} in a row: the price of one hit`,
    type: 'sched_cls',
    maps: [progArray('jmp_table', tailCallLimit)],
    entry: 'entry',
    sources: {
      entry: tailCallsThenReturns([0], missed),
      ...Object.fromEntries(
        slots.map((slot) => [
          `link${slot + 1}`,
          slot + 1 === links ? returns(links) : tailCallsThenReturns([slot + 1], missed),
        ]),
      ),
    },
    packets: {zeros: zeros128},
    scenario: [
      ...slots.map((slot) => update('jmp_table', slot, `link${slot + 1}`)),
      run('whole chain', 'zeros', links),
    ],
  });
};

export const tailChains: readonly Workload[] = Array.from({length: tailCallLimit}, (_, i) =>
  tailChain(i + 1),
);
