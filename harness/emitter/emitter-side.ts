// `emitter:COMMAND` as a side: any program that speaks the protocol in docs/emitter.md.
import {Refusal} from '../../jit/refusal.ts';
import {emitterVariant} from '../../jit/emitter.ts';
import type {Variant} from '../../jit/variants/variant.ts';
import {findVariant, isVariant} from '../../jit/variants/list/index.ts';
import {buildShim} from '../shim/build-shim.ts';
import type {MakeVariant} from './side-kind.ts';
import {askEmitter, askHello} from './ask.ts';
import type {EmitterProgram} from './run-emitter.ts';
import {defaultLimits} from './run-emitter.ts';

/** The rules if neither the user nor the emitter names any: those of the newest variant. */
const usualRules = 'v618';

export const emitterSide: MakeVariant = async (text, rest, {io, rules}) =>
  programVariant(text, await shellProgram(rest, io.cwd), rules);

/** The program of a command line, as the shell reads it. */
export const shellProgram = async (command: string, cwd: string): Promise<EmitterProgram> => {
  if (command.trim() === '')
    throw new Refusal('emitter: needs a command.', 'For example emitter:./my-emitter.');
  const {path} = await buildShim('confine');
  return {
    name: `The emitter '${command}'`,
    argv: ['/bin/sh', '-c', command],
    cwd,
    confine: path,
    limits: defaultLimits,
  };
};

/** Reads the program's hello and makes it a variant named `text`. */
export const programVariant = (
  text: string,
  program: EmitterProgram,
  rules: string | null,
): Variant => {
  const hello = askHello(program);
  if (hello.rules !== null && !isVariant(hello.rules))
    throw new Refusal(
      `${program.name} wants the verifier rules of '${hello.rules}', which is not a variant.`,
      'jitstat list names the variants; --rules V chooses one.',
    );
  const like = findVariant(rules ?? hello.rules ?? usualRules);
  return emitterVariant({name: text, hello, like, ask: askEmitter(program)});
};
