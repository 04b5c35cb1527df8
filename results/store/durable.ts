// Files that are either whole or not there: written aside, flushed, and renamed into place.
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import {dirname, join} from 'node:path';
import {StoreError} from '../error.ts';
import {isAlive, ownerText, parseOwner, thisProcess} from './owner.ts';

let sequence = 0;

/**
 * Writes `files` (name to content) as a folder at `target`, by way of `<store>/tmp`. A target that
 * exists is left as it is.
 * After a crash at any moment the target is whole or absent.
 */
export const writeFolder = (
  store: string,
  target: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): void => {
  if (existsSync(target)) return;
  aside(store, target, (path) => {
    mkdirSync(path, {recursive: true});
    for (const [name, content] of Object.entries(files)) writeFlushed(join(path, name), content);
    flushFolder(path);
  });
};

/** Writes one file by way of `<store>/tmp`, replacing what was there. */
export const writeWhole = (store: string, target: string, content: string): void => {
  aside(store, target, (path) => {
    mkdirSync(dirname(path), {recursive: true});
    writeFlushed(path, content);
  });
};

/**
 * What a full disk, a quota or missing permission throws is the user's to mend; nothing of it stays
 * in `<store>/tmp`.
 */
const aside = (store: string, target: string, write: (path: string) => void): void => {
  const path = asidePath(store);
  writing(target, () => {
    try {
      write(path);
      mkdirSync(dirname(target), {recursive: true});
      renameSync(path, target);
      flushFolder(dirname(target));
    } catch (error) {
      rmSync(path, {recursive: true, force: true});
      throw error;
    }
  });
};

const mendable = {
  ENOSPC: 'Make room on the disk',
  EDQUOT: 'Make room in the quota',
  EACCES: 'Change its permissions',
  EPERM: 'Change its permissions',
  EROFS: 'Mount it writable',
  EEXIST: 'Move the file out of the way',
  ENOTDIR: 'Move the file out of the way',
  ENOENT: 'Check the path',
} as const;

/** Runs `write` and turns what the user can mend into a UserError that names `path`. */
export const writing = <T>(path: string, write: () => T): T => {
  try {
    return write();
  } catch (error) {
    const {code, message} = error as NodeJS.ErrnoException;
    const hint = Object.entries(mendable).find(([known]) => known === code)?.[1];
    if (hint === undefined) throw error;
    throw new StoreError(
      `${path} cannot be written (${message}).`,
      `${hint}, or choose another store with --store or JITSTAT_STORE.`,
    );
  }
};

/** Removes what processes that are gone left in `<store>/tmp`; returns the names. */
export const sweep = (store: string): string[] => {
  const folder = join(store, 'tmp');
  if (!existsSync(folder)) return [];
  return writing(folder, () => readdirSync(folder)).filter((name) => {
    const owner = parseOwner(name.split('.')[0]);
    return (owner === null || !isAlive(owner)) && couldRemove(join(folder, name));
  });
};

/** What another user left is theirs to remove. */
const couldRemove = (path: string): boolean => {
  try {
    rmSync(path, {recursive: true, force: true});
    return true;
  } catch {
    return false;
  }
};

export const flushFolder = (folder: string): void => {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
};

const asidePath = (store: string): string =>
  join(store, 'tmp', `${ownerText(thisProcess())}.${sequence++}`);

const writeFlushed = (path: string, content: string | Uint8Array): void => {
  const descriptor = openSync(path, 'w');
  try {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    for (let offset = 0; offset < bytes.length;) offset += writeSync(descriptor, bytes, offset);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
};
