// `jitstat emitter check COMMAND`: does a program speak the emitter protocol, and is its code right?
import {existsSync, readFileSync} from 'node:fs';
import {resolve} from 'node:path';
import {brotliDecompressSync} from 'node:zlib';
import {findVariant} from '../../jit/variants/list/index.ts';
import {UserError} from '../../results/error.ts';
import type {Command, CommandArguments, Io} from '../command/command.ts';
import {exitCodes, flag, text} from '../command/command.ts';
import {troubleOf} from '../command/trouble.ts';
import {askHello} from '../emitter/ask.ts';
import type {Vector} from '../emitter/check-emitter.ts';
import {checkAnswers, checkVectors, checkWorkloads} from '../emitter/check-emitter.ts';
import type {CheckReport} from '../emitter/check-text.ts';
import {checkText, isBroken} from '../emitter/check-text.ts';
import {programVariant, shellProgram} from '../emitter/emitter-side.ts';
import {packageFile} from '../../workloads/package-file.ts';
import {readUserFile} from '../../workloads/user/read-file.ts';
import {buildShim} from '../shim/build-shim.ts';
import {table} from '../usage/emitter.ts';

export const command: Command = {
  ...table,
  run: async (io, args) => {
    const [what, emitter] = args.positionals;
    if (what !== 'check')
      throw new UserError(
        'emitter takes `check` and one command.',
        "For example jitstat emitter check './my-emitter --fast'.",
      );
    const report = await checkAll(io, args, emitter);
    io.out(
      flag(args, 'json')
        ? `${JSON.stringify({schema: 'jitstat/emitter-check/1', ...report})}\n`
        : checkText(report),
    );
    return isBroken(report) ? exitCodes.wrongUse : exitCodes.done;
  },
};

const checkAll = async (io: Io, args: CommandArguments, emitter: string): Promise<CheckReport> => {
  const rules = text(args, 'rules') ?? null;
  if (rules !== null) findVariant(rules);
  const program = await shellProgram(emitter, io.cwd);
  const variant = programVariant(`emitter:${emitter}`, program, rules);
  const like = variant.foreign!.like;
  const vectors = vectorsOf(io, args) ?? recordedFor(like);
  const answers = checkAnswers(variant);
  // A program that cannot answer the first request is not sent a thousand others.
  const goesOn = answers[0].status === 'ok';
  return {
    command: emitter,
    hello: askHello(program),
    rules: like,
    answers,
    workloads: goesOn ? await checkWorkloads(variant, await buildShim('user')) : [],
    vectors: goesOn ? checkVectors(variant, vectors) : [],
  };
};

/** The images recorded from kernels of that variant; a package without test data has none. */
const recordedFor = (variant: string): readonly Vector[] => {
  const recorded = packageFile('jit/testdata/jit-kernels.jsonl.br');
  if (!existsSync(recorded)) return [];
  return parseVectors(brotliDecompressSync(readFileSync(recorded)).toString(), recorded).filter(
    (vector) => vector.variant === variant,
  );
};

const vectorsHint = 'Batch requests with `expect`, a JSON object a line.';

const vectorsOf = (io: Io, args: CommandArguments): readonly Vector[] | null => {
  const file = text(args, 'vectors');
  if (file === undefined) return null;
  try {
    const path = resolve(io.cwd, file);
    return parseVectors(readUserFile(path, vectorsHint).toString(), file);
  } catch (error) {
    if (troubleOf(error) !== null) throw error;
    throw new UserError(
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      vectorsHint,
    );
  }
};

const parseVectors = (content: string, file: string): Vector[] =>
  content.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      const vector = JSON.parse(line) as Vector;
      if (typeof vector.expect.image === 'string' && typeof vector.variant === 'string')
        return [{...vector, id: String(vector.id)}];
    } catch {
      // Said below.
    }
    throw new UserError(
      `${file}: line ${index + 1} is not a request with \`expect\`.`,
      'A line is a batch request as jitstat jit --batch reads it, with what is expected.',
    );
  });
