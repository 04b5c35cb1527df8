// Whether a command can be run at all, checked before perf tries: perf ends with 255 and says
// little.
import {accessSync, constants, statSync} from 'node:fs';
import {delimiter, join, resolve} from 'node:path';
import {UserError} from '../../results/error.ts';
import {visible} from '../../results/visible.ts';
import {systemReason} from '../command/trouble.ts';

/** Throws UserError with the reason unless the first word of `argv` names a program. */
export const checkProgram = (
  argv: readonly string[],
  cwd: string,
  path: string | undefined,
): void => {
  const [word = ''] = argv;
  const problem = problemOf(word, cwd, path);
  if (problem === null) return;
  const parts = word.trim().split(/\s+/);
  if (parts.length > 1 && problemOf(parts[0], cwd, path) === null) {
    throw new UserError(
      `'${visible(word)}' is one word, and there is no program of that name.`,
      `Leave the quotes out: ${visible([...parts, ...argv.slice(1)].join(' '))}; or for ` +
        `a shell's syntax: -- sh -c '…'`,
    );
  }
  throw new UserError(`'${visible(word)}' cannot be run: ${problem.words}.`, problem.hint);
};

interface Problem {
  readonly words: string;
  readonly hint: string;
}

/** Why execvp(3) would not find it; null if it would. */
const problemOf = (word: string, cwd: string, path: string | undefined): Problem | null => {
  if (word === '') return {words: 'its name is empty', hint: 'Name a program after --.'};
  if (word.includes('/')) return problemOfFile(resolve(cwd, word));
  const found = (path ?? '/usr/bin:/bin')
    .split(delimiter)
    .some((folder) => problemOfFile(resolve(cwd, join(folder, word))) === null);
  return found
    ? null
    : {
        words: 'no such program in PATH',
        hint: `Check the name; a program in the current folder is ./${visible(word)}.`,
      };
};

const problemOfFile = (file: string): Problem | null => {
  try {
    if (statSync(file).isDirectory())
      return {words: 'it is a folder', hint: 'Name a program in it.'};
    accessSync(file, constants.X_OK);
    return null;
  } catch (error) {
    const reason = systemReason(error);
    if (reason === null) throw error;
    const isThere = (error as NodeJS.ErrnoException).code === 'EACCES';
    return isThere
      ? {words: 'it is not executable', hint: `chmod +x makes it so.`}
      : {words: 'no such file', hint: 'Check the path; it is taken from the current folder.'};
  }
};
