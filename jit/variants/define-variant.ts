// A variant from a user's file: checked for its fields, and then by playing its code.
import {Refusal} from '../refusal.ts';
import {variantTroubles} from './check-variant.ts';
import {v618} from './list/v618.ts';
import type {Variant} from './variant.ts';

const help =
  'docs/adding-a-variant.md shows a whole file. Begin with {...v618, …} and change steps.';

/** Throws a Refusal that names the first field that is missing or has the wrong type. */
export const defineVariant = (given: Variant): Variant => {
  if (typeof given !== 'object' || given === null)
    throw new Refusal('A variant is an object.', help);
  const provenAgainst = given.provenAgainst === v618.provenAgainst ? [] : given.provenAgainst;
  const variant: Variant = {...given, provenAgainst: provenAgainst ?? []};
  const trouble = shapeTrouble(variant, v618, '');
  if (trouble !== null) throw new Refusal(`The variant's ${trouble}.`, help);
  for (const field of ['prologue', 'direct', 'indirect'] as const) {
    const act = field === 'prologue' ? 'ops' : 'write';
    for (const [index, step] of (variant[field] as readonly unknown[]).entries()) {
      const {step: name, [act]: made} = (step ?? {}) as Record<string, unknown>;
      if (typeof name !== 'string' || typeof made !== 'function')
        throw new Refusal(`${field}[${index}] is not a step: it has a name and ${act}().`, help);
    }
  }
  if (variant.prologue.filter(({landing}) => landing === true).length !== 1)
    throw new Refusal('The prologue has to contain the step `landing` once.', help);
  return Object.freeze(variant);
};

const kindOf = (value: unknown): string =>
  Array.isArray(value) ? 'a list' : value === null ? 'null' : `of type ${typeof value}`;

/** `model` has every field that a variant has, with a value of the right kind. */
const shapeTrouble = (given: object, model: object, path: string): string | null => {
  for (const [name, wanted] of Object.entries(model) as [string, unknown][]) {
    const value = (given as Record<string, unknown>)[name];
    const where = `${path}${name}`;
    if (value === undefined) return `${where} is missing`;
    const isAddress = wanted === null || typeof wanted === 'bigint';
    if (isAddress ? value !== null && typeof value !== 'bigint' : kindOf(value) !== kindOf(wanted))
      return `${where} is ${kindOf(value)}, not ${kindOf(wanted)}`;
    if (typeof wanted === 'object' && wanted !== null && !Array.isArray(wanted)) {
      const inside = shapeTrouble(value as object, wanted, `${where}.`);
      if (inside !== null) return inside;
    }
  }
  return null;
};

/** Plays the variant's code in every kind of frame. Throws a Refusal that says what it breaks. */
export const checkVariant = (variant: Variant): void => {
  const [first, ...others] = troublesIn(variant);
  if (first === undefined) return;
  const count = `${others.length} more fault${others.length === 1 ? '' : 's'}`;
  const more = others.length === 0 ? '' : ` (and ${count})`;
  throw new Refusal(
    `The variant is broken: ${first.replace(/\.$/, '')}${more}.`,
    'Fix its steps; docs/variant-checks.md says what must hold in every frame.',
  );
};

/** Steps are user code and may throw before there is any code to play. */
const troublesIn = (variant: Variant): readonly string[] => {
  try {
    return variantTroubles(variant);
  } catch (error) {
    return [`its steps cannot be written: ${(error as Error).message}`];
  }
};
