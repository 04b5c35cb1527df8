// The list of variants: what the thread compares, in the order of the mails and kernels.
// check-variant.test.ts plays all of them.
import {CompileRefusal} from '../../refusal.ts';
import {rfc1Aligned} from './rfc1-aligned.ts';
import {rfc1} from './rfc1.ts';
import {unwindNop5PushFixed} from './unwind-nop5-push-fixed.ts';
import {unwindNop5Push} from './unwind-nop5-push.ts';
import {v510} from './v510.ts';
import {v58} from './v58.ts';
import {v61} from './v61.ts';
import {v612} from './v612.ts';
import {v618} from './v618.ts';
import type {Variant} from '../variant.ts';

export const variants: readonly Variant[] = [
  v58,
  rfc1,
  rfc1Aligned,
  unwindNop5Push,
  unwindNop5PushFixed,
  v510,
  v61,
  v612,
  v618,
];

/** Variants of foreign compilers, by the text that names them; a command resolves them first. */
const foreign = new Map<string, Variant>();

/** Makes a variant known by its name for the rest of the process. */
export const addVariant = (variant: Variant): void => void foreign.set(variant.name, variant);

export const isVariant = (name: string): boolean =>
  variants.some((variant) => variant.name === name) || foreign.has(name);

/** The variant itself if one is given, else the one of that name. */
export const variantOf = (variant: string | Variant): Variant =>
  typeof variant === 'string' ? findVariant(variant) : variant;

/** Throws a Refusal that lists the names if there is no such variant. */
export const findVariant = (name: string): Variant => {
  const variant = variants.find((candidate) => candidate.name === name) ?? foreign.get(name);
  if (variant !== undefined) return variant;
  throw new CompileRefusal(
    'unknown-variant',
    `There is no variant '${name}'.`,
    `Variants: ${variants.map((each) => each.name).join(', ')}.`,
  );
};
