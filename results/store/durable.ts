// Files that are either whole or absent: written elsewhere, flushed, and moved into place.
import {
  closeSync,
  copyFileSync,
  constants,
  existsSync,
  fsyncSync,
  linkSync,
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
 * Writes `files` (name to content) as a folder at `target`, by way of `<store>/tmp`. After a crash
 * at any moment the target is whole or absent. Throws if it exists.
 */
export const writeFolder = (
  store: string,
  target: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): void => {
  aside(store, target, (path) => {
    mkdirSync(path, {recursive: true});
    for (const [name, content] of Object.entries(files)) writeFlushed(join(path, name), content);
    flushFolder(path);
    if (existsSync(target)) throw existing(target);
    makeParent(target);
    renameSync(path, target);
  });
};

/** Writes a file that must not exist yet; it appears with all of `content` or not at all. */
export const createWhole = (store: string, target: string, content: string): void => {
  aside(store, target, (path) => {
    makeParent(path);
    writeFlushed(path, content);
    makeParent(target);
    linkOrCopy(path, target);
    rmSync(path);
  });
};

/** Some file systems have no links. */
const linkOrCopy = (path: string, target: string): void => {
  try {
    linkSync(path, target);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(codeOf(error) ?? ''))
      throw error;
    copyFileSync(path, target, constants.COPYFILE_EXCL);
  }
};

/** Writes one file by way of `<store>/tmp`, replacing what was there. */
export const writeWhole = (store: string, target: string, content: string | Uint8Array): void => {
  aside(store, target, (path) => {
    makeParent(path);
    writeFlushed(path, content);
    makeParent(target);
    renameSync(path, target);
  });
};

/**
 * Errors that the user can fix, such as a full disk, a quota or a missing permission, become
 * UserErrors; nothing stays in `<store>/tmp`.
 */
const aside = (store: string, target: string, write: (path: string) => void): void => {
  const path = asidePath(store);
  writing(target, () => {
    try {
      write(path);
      flushFolder(dirname(target));
    } catch (error) {
      rmSync(path, {recursive: true, force: true});
      throw error;
    }
  });
};

const makeParent = (path: string): void => void mkdirSync(dirname(path), {recursive: true});

const existing = (target: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`EEXIST: it exists, '${target}'`), {code: 'EEXIST'});

const fixes: Readonly<Record<string, string>> = {
  ENOSPC: 'Make room on the disk',
  EDQUOT: 'Make room in the quota',
  EACCES: 'Change its permissions',
  EPERM: 'Change its permissions',
  EROFS: 'Mount it writable',
  EEXIST: 'Move the file out of the way',
  ENOTEMPTY: 'Move the folder out of the way',
  ENOTDIR: 'Move the file out of the way',
  ENOENT: 'Check the path',
  ELOOP: 'Check the links in the path',
  ENAMETOOLONG: 'Choose a shorter path',
  EMFILE: 'Raise the number of open files (ulimit -n)',
  ENFILE: 'Close other programs that hold many files open',
};

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/** Runs `write` and turns what the user can fix into a UserError that names `path`. */
export const writing = <T>(path: string, write: () => T): T => {
  try {
    return write();
  } catch (error) {
    const hint = fixes[codeOf(error) ?? ''];
    if (hint === undefined) throw error;
    throw new StoreError(
      `${path} cannot be written (${(error as Error).message}).`,
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

const flushFolder = (folder: string): void => {
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
