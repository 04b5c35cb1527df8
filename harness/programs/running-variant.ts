// The variant whose code a kernel emits, by its release.
import {release} from 'node:os';
import {findVariant} from '../../jit/variants/list/index.ts';
import type {Variant} from '../../jit/variants/variant.ts';

/** Each variant with its first release, as 1000 * major + minor. */
const eras = [
  ['v58', 5000],
  ['v510', 5010],
  ['v61', 6000],
  ['v612', 6012],
  ['v618', 6013],
] as const;

/** The nearest variant that is not newer than the kernel. */
export const variantOfRelease = (kernel: string): string => {
  const [major, minor] = kernel.split('.').map((part) => Number.parseInt(part, 10));
  return eras.findLast(([, from]) => 1000 * major + minor >= from)?.[0] ?? 'v58';
};

export const runningVariant = (): Variant => findVariant(variantOfRelease(release()));
