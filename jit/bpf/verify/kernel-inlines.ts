// Helper calls that kernels replace by instructions and jitstat leaves as calls, so that listings
// and comparisons can say so.
import type {Program} from '../../types.ts';
import {helperName} from '../word/helpers.ts';
import {codeAt, codes, immAt, insnCount, isWide, srcAt} from '../word/insn.ts';
import {isaHas} from '../word/isa.ts';
import type {Isa} from '../word/isa.ts';

/**
 * By helper number, the first of the kernels of `isa.ts` that inlines it on x86-64. Lookups are
 * inlined for every map type that jitstat knows.
 */
const inlinedSince: ReadonlyMap<number, Isa> = new Map([
  [1, 'v5.8'], // map_lookup_elem
  [8, 'v6.12'], // get_smp_processor_id
  [118, 'v5.8'], // jiffies64
  [181, 'v6.1'], // loop
]);

/** One sentence about the calls in these programs that a kernel with `isa` inlines, or null. */
export const inlinesNote = (programs: readonly Program[], isa: Isa): string | null => {
  const calls = new Map<number, number>();
  for (const {insns} of programs)
    for (let at = 0; at < insnCount(insns); at++) {
      const helper = codeAt(insns, at) === codes.call && srcAt(insns, at) === 0;
      const since = helper ? inlinedSince.get(immAt(insns, at)) : undefined;
      if (since !== undefined && isaHas(isa, since))
        calls.set(immAt(insns, at), (calls.get(immAt(insns, at)) ?? 0) + 1);
      if (isWide(insns, at)) at++;
    }
  if (calls.size === 0) return null;
  const list = [...calls].map(
    ([id, count]) => `bpf_${helperName(id)} (${count} ${count === 1 ? 'call' : 'calls'})`,
  );
  return `The kernel would inline ${list.join(', ')}; jitstat calls the helper.`;
};
