// The code of a kernel build next to a variant's: compiled for the kernel's own layout, then
// explained function by function.
import type {Layout} from '../../jit/types.ts';
import type {Workload} from '../../workloads/types.ts';
import {buildShim} from '../shim/build-shim.ts';
import {layoutOfKernel} from '../shim/kernel-image.ts';
import {prepareImage} from '../shim/prepare.ts';
import type {DumpedImage} from '../shim/result.ts';
import {functionsOf} from '../shim/result.ts';
import type {CodeDifference, DifferenceKind} from './explain-images.ts';
import {explainFunction} from './explain-images.ts';

export interface ImageComparison {
  readonly functions: number;
  readonly same: number;
  /** By function, in order; without those that are the same. */
  readonly differences: readonly {
    readonly symbol: string;
    readonly parts: readonly CodeDifference[];
  }[];
  /** Each kind of difference with its number. */
  readonly kinds: ReadonlyMap<DifferenceKind, number>;
}

/** `dumped`: as the kernel shim reports the programs of `workload`, in order, all slots empty. */
export const compareImages = async (
  workload: Workload,
  variant: string,
  dumped: readonly DumpedImage[],
): Promise<ImageComparison> => {
  const shim = await buildShim('user');
  const plain = dumped.find((image) => image.functions.length === 1) ?? dumped[0];
  const layout: Partial<Layout> = layoutOfKernel(plain);
  const placement = {kind: 'fixed', offset: 0} as const;
  const {image} = prepareImage({workload, variant, placement, layout, shim});
  const names = new Map([...shim.symbols].map(([name, address]) => [address, name]));
  const helperAt = (address: bigint): string | null => names.get(address) ?? null;
  const all = image.programs.flatMap((program, index) => {
    const theirs = functionsOf(dumped[index]);
    return program.compiled.functions.map((ours, number) => {
      const {code, address} = theirs[number] ?? {code: new Uint8Array(0), address: 0n};
      const symbol = number === 0 ? program.name : `${program.name}.${number}`;
      return {symbol, parts: explainFunction(ours, {code, base: address}, helperAt)};
    });
  });
  const differences = all.filter(({parts}) => parts.length > 0);
  const kinds = new Map<DifferenceKind, number>();
  for (const {kind} of differences.flatMap(({parts}) => parts))
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  return {
    functions: all.length,
    same: all.length - differences.length,
    differences,
    kinds,
  };
};

/** One sentence: all the same, or how many functions differ and by which kinds. */
export const describeImages = (
  name: string,
  variant: string,
  {functions, same, kinds}: ImageComparison,
): string =>
  same === functions
    ? `${name}'s code is ${variant}'s in all ${functions} functions, byte for byte but for addresses.`
    : `${name}'s code is ${variant}'s in ${same} of ${functions} functions; the others differ by ` +
      `${[...kinds].map(([kind, count]) => `${kind} (${count})`).join(', ')}.`;
