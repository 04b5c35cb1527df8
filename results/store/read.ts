// Reads the files of a store: only regular files of a size that occurs in stores. A pipe would
// block, a stray dump would fill the memory.
import {readdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {checkDocument, withoutSeal} from './checksum.ts';

/** Far above what a session, its runs or a journal take. */
const mostBytes = 256 * 2 ** 20;

/** Throws an Error that says what is wrong with the file. */
export const readStored = (path: string): Buffer => {
  const stat = statSync(path);
  if (!stat.isFile()) throw new Error('not a regular file');
  if (stat.size > mostBytes)
    throw new Error(`${stat.size} bytes, more than a store holds in one file`);
  return readFileSync(path);
};

/**
 * JSON files below `folder`, each as `check` returns it; what cannot be read or makes `check` throw
 * is a problem. A folder that is missing is empty.
 */
export const readDocuments = <T>(
  folder: string,
  wanted: (name: string) => boolean,
  check: (value: unknown) => T,
): {documents: T[]; problems: {path: string; text: string}[]} => {
  const documents: T[] = [];
  const problems: {path: string; text: string}[] = [];
  const visit = (at: string): void => {
    for (const {name, folder: isFolder} of entriesOf(at, problems)) {
      const path = join(at, name);
      if (isFolder) visit(path);
      else if (wanted(name)) {
        try {
          const bytes = readStored(path);
          checkDocument(bytes);
          const value: unknown = JSON.parse(bytes.toString());
          documents.push(check(isObject(value) ? withoutSeal(value) : value));
        } catch (error) {
          problems.push({path, text: words(error)});
        }
      }
    }
  };
  visit(folder);
  return {documents, problems};
};

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const entriesOf = (
  folder: string,
  problems: {path: string; text: string}[],
): {name: string; folder: boolean}[] => {
  try {
    return readdirSync(folder, {withFileTypes: true})
      .map((entry) => ({name: entry.name, folder: entry.isDirectory()}))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      problems.push({path: folder, text: words(error)});
    return [];
  }
};

const words = (error: unknown): string =>
  error instanceof Error ? error.message.replace(/\s+/g, ' ') : String(error);
