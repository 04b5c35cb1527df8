// Reads the files of a store: only regular ones, of a size that a store has. A pipe would block, a stray dump would fill the memory.
import {readFileSync, statSync} from 'node:fs';

/** Far above what a session, its runs or a journal take. */
const mostBytes = 256 * 2 ** 20;

/** Throws an Error that says what is wrong with the file. */
export const readStored = (path: string): Buffer => {
  const stat = statSync(path);
  if (!stat.isFile()) throw new Error('not a regular file');
  if (stat.size > mostBytes) throw new Error(`${stat.size} bytes, more than a store holds in one file`);
  return readFileSync(path);
};
