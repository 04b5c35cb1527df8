// The host's own list of what may run on it: a job names a suite, a variant and a commit, and this
// file says what commands of jitstat that means, or that it means nothing here.
import * as v from 'valibot';
import {duplicateKeys} from '../../../jit/duplicate-keys.ts';
import {checkShape, list, object, oneOf, table, text} from '../../../jit/json-shape.ts';
import {UserError} from '../../../results/error.ts';
import {readUserFile} from '../../../workloads/user/read-file.ts';
import {name} from '../protocol/messages.ts';
import type {JobData} from '../protocol/messages.ts';

/** Commands of jitstat that leave sessions in a store. */
const measuring = ['ab', 'run', 'nightly'] as const;
/** The agent chooses these. */
const ofAgent = ['--store', '--resume'];

const command = v.pipe(
  list(text),
  v.check(
    ([first]) => measuring.some((one) => one === first),
    `must begin with ${measuring.join(', ')}`,
  ),
  v.check(
    (words) => !words.some((word) => ofAgent.some((own) => word.split('=')[0] === own)),
    `must not hold ${ofAgent.join(' or ')}: the agent chooses the store`,
  ),
  v.check(
    (words) => words.every((word) => [...word.matchAll(/\{(\w+)\}/g)].every(isPlaceholder)),
    'knows {variant} and {commit} only',
  ),
);

const isPlaceholder = ([, word]: RegExpMatchArray): boolean =>
  word === 'variant' || word === 'commit';

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
    run: v.pipe(list(command), v.minLength(1, 'must not be empty')),
    variants: v.optional(v.pipe(list(name), v.minLength(1, 'must not be empty'))),
    trusted: v.optional(trusted),
  }),
  v.check(
    (one) => holds(one, '{variant}') === (one.variants !== undefined),
    'has {variant} in its commands and a list of variants, or neither',
  ),
  v.check(
    (one) => !holds(one, '{commit}') || one.trusted !== undefined,
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

/** The suite of a job. Throws NotOnThisHostError for a suite or variant that is not listed. */
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

/** The command lines of a job, each as words after `jitstat`. */
export const commandsOfJob = ({run}: HostSuite, {variant, commit}: JobData): string[][] =>
  run.map((words) =>
    words.map((word) => word.replaceAll('{variant}', variant ?? '').replaceAll('{commit}', commit)),
  );
