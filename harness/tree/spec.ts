// How a kernel tree is written as a side: `tree:DIR[@CONFIG][+PATCH...]`, `git:DIR#REV[+PATCH...]`.
import {existsSync, statSync} from 'node:fs';
import {homedir} from 'node:os';
import {resolve} from 'node:path';
import {UserError} from '../../results/error.ts';

/** A tree, a configuration or null for the usual one, and patches in order; absolute paths. */
export interface TreeSpec {
  readonly tree: string;
  readonly config: string | null;
  readonly patches: readonly string[];
}

const form = 'Write tree:DIR, tree:DIR@CONFIG, or either with +PATCH after it.';

/** Reads what follows `tree:`. Throws a UserError for a folder or file that is not there. */
export const parseTree = (text: string, cwd: string): TreeSpec => {
  const [place, ...patches] = splitExisting(text, cwd, (part) =>
    part
      .split('@')
      .some((_each, index, all) => isFolder(pathOf(all.slice(0, index + 1).join('@'), cwd))),
  );
  const {tree, config} = splitConfig(place, cwd);
  if (config !== null && !isFile(config))
    throw new UserError(`There is no configuration ${config}.`, 'Name a .config file of a kernel.');
  return {tree, config, patches: patches.map((patch) => existingFile(patch, cwd))};
};

/** Reads what follows `git:`. */
export const parseGit = (
  text: string,
  cwd: string,
): {
  readonly repository: string;
  readonly revision: string;
  readonly patches: readonly string[];
} => {
  const [place, ...patches] = splitExisting(text, cwd, (part) => part.includes('#'));
  const mark = place.lastIndexOf('#');
  if (mark <= 0 || mark === place.length - 1)
    throw new UserError(
      `'git:${text}' names no revision.`,
      'Write git:DIR#REV, for example #v6.12.',
    );
  const repository = pathOf(place.slice(0, mark), cwd);
  if (!isFolder(repository))
    throw new UserError(
      `There is no folder ${repository}.`,
      'Name a git repository of the kernel.',
    );
  return {
    repository,
    revision: place.slice(mark + 1),
    patches: patches.map((patch) => existingFile(patch, cwd)),
  };
};

/**
 * Splits at `+`, but not inside the name of something that exists: `first` tests whether the place
 * does.
 */
const splitExisting = (
  text: string,
  cwd: string,
  first: (part: string) => boolean,
): readonly [string, ...string[]] => {
  const parts: string[] = [];
  let open = '';
  for (const piece of text.split('+')) {
    open = open === '' ? piece : `${open}+${piece}`;
    const isWhole = parts.length === 0 ? first(open) : isFile(pathOf(open, cwd));
    if (!isWhole) continue;
    parts.push(open);
    open = '';
  }
  // If nothing exists, messages name the text as it was written.
  const rest = open === '' ? [] : parts.length === 0 ? open.split('+') : [open];
  const [place = '', ...patches] = [...parts, ...rest];
  return [place, ...patches];
};

const splitConfig = (place: string, cwd: string): {tree: string; config: string | null} => {
  if (place === '') throw new UserError('tree: needs a folder.', form);
  const whole = pathOf(place, cwd);
  if (isFolder(whole)) return {tree: whole, config: null};
  const mark = place.lastIndexOf('@');
  const tree = pathOf(mark === -1 ? place : place.slice(0, mark), cwd);
  if (!isFolder(tree)) throw new UserError(`There is no folder ${tree}.`, form);
  return {tree, config: mark === -1 ? null : pathOf(place.slice(mark + 1), cwd)};
};

/** The shell leaves a `~` that follows a colon alone. */
const pathOf = (path: string, cwd: string): string =>
  path === '~' || path.startsWith('~/') ? resolve(homedir(), path.slice(2)) : resolve(cwd, path);

const existingFile = (path: string, cwd: string): string => {
  const whole = pathOf(path, cwd);
  if (isFile(whole)) return whole;
  throw new UserError(`There is no patch ${whole}.`, 'Name a diff, a mail or an mbox after the +.');
};

const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();
const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();
