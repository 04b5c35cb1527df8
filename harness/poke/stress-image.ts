// The image that `poke stress` runs and patches: an entry with a few tail calls through one slot,
// and programs to put there.
import {assemble} from '../../jit/bpf/text/assemble.ts';
import {linuxContextFields} from '../../jit/bpf/verify/context-fields.ts';
import {verify} from '../../jit/bpf/verify/verify.ts';
import {linkImage} from '../../jit/image/link.ts';
import type {Image, MapSpec} from '../../jit/types.ts';
import {findVariant} from '../../jit/variants/list/index.ts';
import {returns, tailCallsThenReturns} from '../../workloads/define.ts';
import {progArray} from '../../workloads/maps.ts';

/** What an execution returns when the slot is empty, and when target n is in it. */
export const missedRetval = 1000;
export const targetRetval = (target: number): number => 1 + target;

const targets = 6;
const sites = 3;

/** At a low address, away from the shim, which is linked at 4 MiB. */
export const codeAddress = 0x4000_0000n;

const maps: readonly MapSpec[] = [progArray('jmp_table', 1)];

/**
 * Half of the targets save their own registers, so that their frames differ from the entry's.
 */
const targetSource = (target: number): string =>
  target % 2 === 0
    ? returns(targetRetval(target))
    : `r7 = ${targetRetval(target)}; r9 = r7; *(u64 *)(r10 - 16) = r7; r0 = r9; exit`;

const sources: readonly (readonly [name: string, source: string])[] = [
  [
    'entry',
    tailCallsThenReturns(
      Array.from({length: sites}, () => 0),
      missedRetval,
    ),
  ],
  ...Array.from(
    {length: targets},
    (_, target) => [`target${target}`, targetSource(target)] as const,
  ),
];

/**
 * The entry first, then the targets, all in one region. The map's address is loaded but never
 * followed: the slot is a constant.
 */
export const stressImage = (variantName: string): Image => {
  const variant = findVariant(variantName);
  const programs = sources.map(([name, source]) => ({
    name,
    verified: verify(assemble(source, {name, type: 'sched_cls', maps}), variant.rules, {
      mapAddress: () => 0x1000n,
      mapValueAddress: () => 0x1000n,
      helperAddressMinusCallBase: () => 0,
      contextFields: linuxContextFields,
    }),
  }));
  return linkImage({
    programs,
    variant: variant.name,
    placement: {kind: 'fixed', offset: 0},
    region: codeAddress,
  });
};
