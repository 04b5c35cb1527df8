// The resolver for all that a side may be: the name of a variant, `kernel`, or one of the kinds in
// the list.
import {Refusal} from '../../jit/refusal.ts';
import {addVariant, findVariant, isVariant} from '../../jit/variants/list/index.ts';
import {ensureFrames} from '../play/ensure-frames.ts';
import {sideKinds} from './index.ts';
import type {SideContext, SideKind} from '../emitter/side-kind.ts';

export type {SideContext, SideIo} from '../emitter/side-kind.ts';

/** Checks how a side is written without building anything. Throws a Refusal. */
export const checkSide = (text: string): string => {
  if (text !== 'kernel' && kindOf(text) === undefined) findNamed(text);
  return text;
};

/**
 * Prepares a side, so that `findVariant` knows it by its text. Builds what is needed, once per
 * process. Throws a Refusal, or a UserError if the variant is broken.
 */
export const resolveSide = async (text: string, context: SideContext): Promise<string> => {
  const kind = kindOf(text);
  if (kind === undefined) checkSide(text);
  else {
    if (context.rules !== null) checkRules(context.rules);
    if (!isVariant(text)) {
      const makeVariant = await kind.load();
      addVariant(await makeVariant(text, text.slice(kind.prefix.length + 1), context));
    }
  }
  if (text !== 'kernel') ensureFrames(findVariant(text));
  return text;
};

const prefixes = sideKinds.map(({prefix}) => prefix).filter((prefix) => prefix !== '');

/** Tests whether a line of JSON may name a side of one of the kinds. */
export const sidePattern = new RegExp(`"(?:(?:${prefixes.join('|')}):|[^"]*\\.m?js")`);

const kindOf = (text: string): SideKind | undefined =>
  sideKinds.find(({prefix, matches}) => matches?.(text) ?? text.startsWith(`${prefix}:`));

const findNamed = (text: string): void => {
  try {
    findVariant(text);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const forms = sideKinds.map(({form}) => form).join(', ');
    throw new Refusal(error.message, `${error.hint} Other sides: kernel, ${forms}.`);
  }
};

const checkRules = (rules: string): void => {
  if (findVariant(rules).foreign !== undefined)
    throw new Refusal(
      `--rules ${rules} is not a variant of jitstat's own.`,
      'It names verifier rules, which only those variants have; see jitstat list.',
    );
};
