// Writing a page's files: each appears whole or not at all (temporary name, then rename). A folder
// that cannot be written is for the user to fix.
import {mkdir, open, rename, rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {UserError} from '../../results/error.ts';

/**
 * Contents by path relative to the folder, in the order they are written; the last should be the
 * page that links to the others.
 */
export type PageFiles = ReadonlyMap<string, PageFile>;

/** A file's content, or a function that makes it on request. */
export type PageFile = string | Uint8Array | LazyFile;
export type LazyFile = () => string | Promise<string>;

export const contentOf = async (file: PageFile): Promise<string | Uint8Array> =>
  typeof file === 'function' ? await file() : file;

/**
 * Writes all files under `folder` and returns their paths. Throws UserError if the folder cannot
 * be made or written.
 */
export const writeFiles = async (folder: string, files: PageFiles): Promise<string[]> => {
  const written: string[] = [];
  try {
    for (const [name, content] of files) {
      const path = join(folder, name);
      await mkdir(dirname(path), {recursive: true});
      await writeWhole(path, await contentOf(content));
      written.push(path);
    }
  } catch (error) {
    throw new UserError(
      `The report cannot be written to ${folder}: ${(error as Error).message}.`,
      'Name a folder that can be written with -o DIR.',
    );
  }
  return written;
};

const writeWhole = async (path: string, content: string | Uint8Array): Promise<void> => {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(content);
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, {force: true}).catch(() => undefined);
    throw error;
  }
};
