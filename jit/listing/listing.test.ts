// Listings as reviewed text, one per variant: stack pictures, bytes by step, poke sites and code of a
// small program.
import {expect, test} from 'vitest';
import {assemble} from '../bpf/text/assemble.ts';
import {linkImage} from '../image/link.ts';
import {listingText} from './listing-text.ts';
import type {VerifiedProgram} from '../types.ts';
import {variants} from '../variants/list/index.ts';
import type {Variant} from '../variants/variant.ts';

/**
 * Direct tail call (slot 2 of map 0), then an indirect one; both in the main program, which calls a
 * function if that is allowed.
 */
const source = (calls: boolean): string =>
  [
    'r6 = r1',
    'r7 = *(u32 *)(r1 + 8)',
    '*(u64 *)(r10 - 16) = 5',
    'r2 = 0x100000ec0 ll',
    'r3 = 2',
    'r1 = r6',
    'call 12',
    'r2 = 0x100000ec0 ll',
    'r3 = r7',
    'r1 = r6',
    'call 12',
    'r0 = 0',
    'if r7 > 4 goto out',
    ...(calls ? ['call helps'] : []),
    'out:',
    'exit',
    ...(calls ? ['helps:', 'r0 = 3', 'exit'] : []),
  ].join('\n');

/** As the verifier of the variant's kernel would pass it on. */
const verified = ({rules}: Variant): VerifiedProgram => {
  const calls = rules.tailCallsInSubprograms !== 'refuse';
  const {insns, functions} = assemble(source(calls), {name: 'main', type: 'sched_cls'});
  let tailCalls = 0;
  for (let at = 0; at < insns.length; at += 8) {
    if (insns[at] !== 0x85) continue;
    if (insns[at + 1] === 0x10) insns.set([1, 0, 0, 0], at + 4);
    else insns.set([0xf5, 0, 0, 0, tailCalls++ === 0 ? 1 : 0, 0, 0, 0], at);
  }
  return {
    insns,
    functions: functions.map(({start}, index) => ({
      start,
      base: 0n,
      stackDepth: index > 0 ? 0 : calls ? 16 : 512,
      tailCallReachable: index === 0,
      subprogram: index > 0,
    })),
    descriptors: [{map: 0, key: 2}],
  };
};

test.each(variants.map((variant) => [variant.name, variant] as const))(
  '%s',
  async (name, variant) => {
    const image = linkImage({
      programs: [{name: 'main', verified: verified(variant), functionNames: ['main', 'helps']}],
      variant: name,
      placement: {kind: 'fixed', offset: 0},
      region: 0x50000000n,
    });
    await expect(listingText(image)).toMatchFileSnapshot(`../testdata/listings/${name}.txt`);
  },
);
