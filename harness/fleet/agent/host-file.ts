// The host's own list of what may run on it: a job names a suite, a variant and a commit, and this
// file says which commands of jitstat they stand for, if any.
import * as v from 'valibot';
import {duplicateKeys} from '../../../jit/duplicate-keys.ts';
import {checkShape, list, object, oneOf, table, text} from '../../../jit/json-shape.ts';
import {UserError} from '../../../results/error.ts';
import {readUserFile} from '../../../workloads/user/read-file.ts';
import {name} from '../protocol/messages.ts';
import type {JobData} from '../protocol/messages.ts';

/** Commands of jitstat that store sessions. */
const measuring = ['ab', 'run', 'nightly'];
/** Options that the agent chooses. */
const ofAgent = ['--store', '--resume'];

const commandOf = (first: readonly string[], placeholders: readonly string[]) =>
  v.pipe(
    list(text),
    v.check((words) => first.includes(words[0]), `must begin with ${first.join(', ')}`),
    v.check(
      (words) => !words.some((word) => ofAgent.includes(word.split('=')[0])),
      `must not hold ${ofAgent.join(' or ')}: the agent chooses the store`,
    ),
    v.check(
      (words) =>
        words.every((word) =>
          [...word.matchAll(/\{(\w+)\}/g)].every(([, held]) => placeholders.includes(held)),
        ),
      `knows ${placeholders.map((one) => `{${one}}`).join(' and ')} only`,
    ),
  );

/** Run in the trusted repository. */
const bisection = v.pipe(
  commandOf(['bisect'], ['good', 'commit']),
  v.check(
    (words) => words.includes('{good}') && words.includes('{commit}'),
    'must hold the words {good} and {commit}',
  ),
);

const trusted = object({
  /** A clone on this host. */
  repository: text,
  /** A commit must be part of one of these, which only trusted people can change. */
  branches: v.pipe(list(text), v.minLength(1, 'must not be empty')),
});

const holds = (suite: {run: readonly (readonly string[])[]}, placeholder: string): boolean =>
  suite.run.flat().some((word) => word.includes(placeholder));

const suite = v.pipe(
  object({
    run: v.pipe(
      list(commandOf(measuring, ['variant', 'commit'])),
      v.minLength(1, 'must not be empty'),
    ),
    bisect: v.optional(bisection),
    variants: v.optional(v.pipe(list(name), v.minLength(1, 'must not be empty'))),
    trusted: v.optional(trusted),
  }),
  v.check(
    (one) => holds(one, '{variant}') === (one.variants !== undefined),
    'has {variant} in its commands and a list of variants, or neither',
  ),
  v.check(
    (one) => (!holds(one, '{commit}') && one.bisect === undefined) || one.trusted !== undefined,
    'uses {commit} and must say which commits are trusted: {"repository": DIR, "branches": [...]}',
  ),
);

const shape = object({
  schema: oneOf('jitstat/host-suites/1'),
  class: v.optional(name),
  suites: table(name, suite),
});

export type HostFile = v.InferOutput<typeof shape>;
export type HostSuite = HostFile['suites'][string];

export const readHostFile = (path: string): HostFile => {
  const bytes = readUserFile(path, 'It lists what may run on this host; docs/fleet.md shows one.');
  const fault = (words: string, hint?: string): UserError =>
    new UserError(`${path}: ${words}.`, hint ?? 'docs/fleet.md shows such a file.');
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch (error) {
    throw fault(`not JSON (${(error as Error).message})`);
  }
  const [twice] = duplicateKeys(bytes.toString());
  if (twice !== undefined) throw fault(`${twice} is there twice`);
  const found = checkShape(shape, value);
  if ('output' in found) return found.output;
  throw fault(`${found.fault.path || 'it'} ${found.fault.text}`, found.fault.hint);
};

/** A job that this host does not run, and why. */
export class NotOnThisHostError extends Error {}

/**
 * The suite that a job names. Throws NotOnThisHostError for a suite or variant that is not listed.
 */
export const suiteOf = (file: HostFile, job: JobData): HostSuite => {
  const found = Object.hasOwn(file.suites, job.suite) ? file.suites[job.suite] : undefined;
  if (found === undefined)
    throw new NotOnThisHostError(`The suite '${job.suite}' is not on this host's list.`);
  const known = found.variants ?? [null];
  if (!known.some((one) => one === job.variant))
    throw new NotOnThisHostError(
      job.variant === null
        ? `The suite '${job.suite}' needs a variant.`
        : `The variant '${job.variant}' of '${job.suite}' is not on this host's list.`,
    );
  return found;
};

/**
 * The command lines of a job, each as words after `jitstat`. Throws NotOnThisHostError for a
 * bisection that the suite does not describe.
 */
export const commandsOfJob = (
  {run, bisect}: HostSuite,
  {suite, variant, commit, good}: JobData,
): string[][] => {
  const isBisection = typeof good === 'string';
  if (isBisection && bisect === undefined)
    throw new NotOnThisHostError(`The suite '${suite}' has no bisection on this host's list.`);
  const values = {variant: variant ?? '', commit, good: good ?? ''};
  const filled = (word: string): string =>
    Object.entries(values).reduce(
      (text, [placeholder, value]) => text.replaceAll(`{${placeholder}}`, value),
      word,
    );
  return (isBisection ? [bisect!] : run).map((words) => words.map(filled));
};
