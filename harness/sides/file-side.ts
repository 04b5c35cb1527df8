// `./mine.mjs` as a side: a variant in one file, made of the steps in `jitstat/variants`.
import {existsSync} from 'node:fs';
import {register} from 'node:module';
import {resolve} from 'node:path';
import {pathToFileURL} from 'node:url';
import {Refusal} from '../../jit/refusal.ts';
import {checkVariant, defineVariant} from '../../jit/variants/define-variant.ts';
import {findVariant} from '../../jit/variants/list/index.ts';
import type {Variant} from '../../jit/variants/variant.ts';
import type {MakeVariant} from '../emitter/side-kind.ts';

export const fileSide: MakeVariant = async (text, _rest, {io, rules}) => {
  const variant = defineVariant(await load(resolve(io.cwd, text), text));
  checkVariant(variant);
  const played = rules === null ? variant.rules : findVariant(rules).rules;
  return {...variant, name: text, rules: played};
};

const load = async (path: string, text: string): Promise<Variant> => {
  if (!existsSync(path))
    throw new Refusal(`There is no file ${text}.`, 'Write ./FILE.mjs, a module with a variant.');
  offerSteps();
  let module: Readonly<Record<string, unknown>>;
  try {
    module = (await import(pathToFileURL(path).href)) as typeof module;
  } catch (error) {
    const [reason] = String(error instanceof Error ? error.message : error).split('\n');
    throw new Refusal(
      `${text} cannot be loaded: ${reason.replace(/\.$/, '')}.`,
      "It is a module that imports its steps from 'jitstat/variants'; node --check shows more.",
    );
  }
  const variant = module['variant'] ?? module['default'];
  if (variant === undefined)
    throw new Refusal(
      `${text} exports no variant.`,
      'Write: export const variant = defineVariant({...v618, …});',
    );
  return variant as Variant;
};

let isOffered = false;

/** Lets a file in any folder import `jitstat/variants`, even if the package is not installed. */
const offerSteps = (): void => {
  if (isOffered) return;
  isOffered = true;
  const steps = new URL('../../jit/variants/public.js', import.meta.url).href;
  const hook =
    `export const resolve = (name, context, next) => name === 'jitstat/variants' ` +
    `? {url: ${JSON.stringify(steps)}, shortCircuit: true} : next(name, context);`;
  register(`data:text/javascript,${encodeURIComponent(hook)}`);
};
