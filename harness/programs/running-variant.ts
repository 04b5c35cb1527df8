// The variant whose code the running kernel writes, by its release.
import {release} from 'node:os';
import {findVariant} from '../../jit/variants/list/index.ts';
import type {Variant} from '../../jit/variants/variant.ts';

/** Releases from which on a variant describes the kernel's code, the latest first. */
const since = [
  {major: 6, minor: 13, variant: 'v618'},
  {major: 6, minor: 11, variant: 'v612'},
  {major: 6, minor: 0, variant: 'v61'},
  {major: 5, minor: 10, variant: 'v510'},
  {major: 0, minor: 0, variant: 'v58'},
] as const;

export const runningVariant = (kernel = release()): Variant => {
  const [major, minor] = kernel.split('.').map((part) => Number.parseInt(part, 10));
  const row = since.find(
    (each) => major > each.major || (major === each.major && minor >= each.minor),
  );
  return findVariant((row ?? since[0]).variant);
};
