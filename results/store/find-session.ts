// Finds the folders of finished sessions in a store.
import {existsSync, readdirSync, statSync} from 'node:fs';
import {basename, dirname, join, resolve} from 'node:path';
import {UserError} from '../error.ts';
import type {StoreProblem} from './store-layout.ts';

/**
 * The folder of a session by id, a prefix that fits one session only, `last`, or a path to its
 * folder or session.json. Throws UserError if none or several fit.
 */
export const findFolder = (store: string, ref: string): string => {
  if (ref.includes('/') || existsSync(join(ref, 'session.json'))) {
    const path = resolve(ref);
    if (basename(path) === 'session.json' && existsSync(path)) return dirname(path);
    if (existsSync(join(path, 'session.json'))) return path;
    throw new UserError(
      `${ref} is not the folder of a session.`,
      'Give an id, the beginning of one, `last`, or a folder that holds session.json.',
    );
  }
  const folders = sessionFolders(store).folders;
  const fits =
    ref === 'last' ? folders.slice(-1) : folders.filter((folder) => basename(folder) === ref);
  const found =
    fits.length > 0 ? fits : folders.filter((folder) => basename(folder).startsWith(ref));
  if (found.length === 1) return found[0];
  if (found.length > 1) {
    throw new UserError(
      `'${ref}' fits ${found.length} sessions.`,
      `Give more of the id: ${found
        .slice(0, 3)
        .map((folder) => basename(folder))
        .join(', ')}${found.length > 3 ? ', …' : ''}.`,
    );
  }
  if (folders.length === 0)
    throw new UserError(
      `There are no sessions in ${store}.`,
      'Measure first (jitstat ab …), or set JITSTAT_STORE or --store to the folder that holds them.',
    );
  throw new UserError(
    `There is no session '${ref}' in ${store}.`,
    `The newest is ${basename(folders.at(-1)!)}.`,
  );
};

/**
 * `<store>/data/<host>/<yyyy>/<mm>/<id>`, by id and thus by time; anything else there is a problem.
 */
export const sessionFolders = (store: string): {folders: string[]; problems: StoreProblem[]} => {
  const {folders: months, problems} = monthFolders(store);
  const folders = below(months, sessionName, problems);
  return {folders: folders.sort((a, b) => (basename(a) < basename(b) ? -1 : 1)), problems};
};

/** `<store>/data/<host>/<yyyy>/<mm>`. */
export const monthFolders = (store: string): {folders: string[]; problems: StoreProblem[]} => {
  const problems: StoreProblem[] = [];
  return {
    folders: foldersBelow(join(store, 'data'), [/./, /^\d{4}$/, /^\d{2}$/], problems),
    problems,
  };
};

/** Folders as many levels down as there are shapes of their names. */
export const foldersBelow = (
  root: string,
  shapes: readonly RegExp[],
  problems: StoreProblem[],
): string[] => shapes.reduce<string[]>((folders, shape) => below(folders, shape, problems), [root]);

/** The name of a session's folder. */
export const sessionName = /^\d{8}-\d{6,9}-/;

const below = (folders: readonly string[], shape: RegExp, problems: StoreProblem[]): string[] =>
  folders.flatMap((folder) =>
    children(folder, problems).flatMap((name) => {
      if (shape.test(name.name) && name.isDirectory) return [join(folder, name.name)];
      problems.push({path: join(folder, name.name), text: 'does not belong in a store'});
      return [];
    }),
  );

const children = (
  folder: string,
  problems: StoreProblem[],
): {name: string; isDirectory: boolean}[] => {
  try {
    return readdirSync(folder, {withFileTypes: true}).map((entry) => ({
      name: entry.name,
      isDirectory:
        entry.isDirectory() || (entry.isSymbolicLink() && leadsToFolder(join(folder, entry.name))),
    }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      problems.push({path: folder, text: error instanceof Error ? error.message : String(error)});
    return [];
  }
};

/** False for a link to nothing, to itself, or to where this user may not look. */
const leadsToFolder = (link: string): boolean => {
  try {
    return statSync(link).isDirectory();
  } catch {
    return false;
  }
};
