// Checks the frames of a variant before any of its code is shown or measured.
import {variantTroubles} from '../../jit/variants/check-variant.ts';
import {variants} from '../../jit/variants/list/index.ts';
import {variantHash} from '../../jit/variants/variant-code.ts';
import type {Variant} from '../../jit/variants/variant.ts';
import {UserError} from '../../results/error.ts';
import {plural} from '../../results/wording.ts';
import type {CacheOptions} from './passed-checks.ts';
import {hasPassed, rememberPassed} from './passed-checks.ts';

/**
 * Violations with which a variant was posted and is measured all the same, because it shows just
 * them: the variant's name, and the violations it may have.
 */
export const knownViolations: ReadonlyMap<string, RegExp> = new Map([
  ['unwind-nop5-push', /^direct tail call that misses: \w+ holds caller's/],
]);

/**
 * Throws a UserError if some frame of the variant is not what it must be. Of an external compiler,
 * only the runs can be checked.
 */
export const ensureFrames = (variant: Variant, options: CacheOptions = {}): void => {
  if (variant.foreign !== undefined) return;
  const check = `${hashOf(variant)}-frames`;
  if (hasPassed(check, options)) return;
  const allowed = knownViolations.get(variant.name);
  const [first, ...others] = variantTroubles(variant).filter(
    (trouble) => allowed?.test(trouble) !== true,
  );
  if (first !== undefined)
    refuseVariant(
      variant,
      `${first}${others.length === 0 ? '' : ` (and ${plural(others.length, 'more fault')})`}`,
    );
  rememberPassed(check, options);
};

const hashes = new WeakMap<Variant, string>();

/**
 * A variant from the list is identified by its name, since its source is part of the compiler's
 * hash.
 */
export const hashOf = (variant: Variant): string => {
  if (variants.includes(variant)) return variant.name;
  const hash = hashes.get(variant) ?? variantHash(variant);
  hashes.set(variant, hash);
  return hash;
};

export const refuseVariant = (variant: Variant, fault: string): never => {
  throw new UserError(
    `Variant ${variant.name} is broken: ${fault}.`,
    variant.foreign === undefined
      ? 'Fix its steps; docs/variant-checks.md says what must hold in every frame.'
      : 'Fix the compiler; jitstat emitter check compares its answers one by one.',
  );
};
