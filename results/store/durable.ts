// Files that are either whole or not there: written aside, flushed, and renamed into place.
import {closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, writeSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {isAlive, ownerText, parseOwner, thisProcess} from './owner.ts';

let sequence = 0;

/**
 * Writes `files` (name to content) as a folder at `target`, by way of `<store>/tmp`. A target that exists is left as it is.
 * After a crash at any moment the target is whole or absent.
 */
export const writeFolder = (store: string, target: string, files: Readonly<Record<string, string | Uint8Array>>): void => {
  if (existsSync(target)) return;
  const aside = asidePath(store);
  mkdirSync(aside, {recursive: true});
  for (const [name, content] of Object.entries(files)) writeFlushed(join(aside, name), content);
  flushFolder(aside);
  mkdirSync(dirname(target), {recursive: true});
  renameSync(aside, target);
  flushFolder(dirname(target));
};

/** Writes one file by way of `<store>/tmp`, replacing what was there. */
export const writeWhole = (store: string, target: string, content: string): void => {
  const aside = asidePath(store);
  mkdirSync(dirname(aside), {recursive: true});
  writeFlushed(aside, content);
  mkdirSync(dirname(target), {recursive: true});
  renameSync(aside, target);
  flushFolder(dirname(target));
};

/** Removes what processes that are gone left in `<store>/tmp`; returns the names. */
export const sweep = (store: string): string[] => {
  const folder = join(store, 'tmp');
  if (!existsSync(folder)) return [];
  const stray = readdirSync(folder).filter((name) => {
    const owner = parseOwner(name.split('.')[0]);
    return owner === null || !isAlive(owner);
  });
  for (const name of stray) rmSync(join(folder, name), {recursive: true, force: true});
  return stray;
};

export const flushFolder = (folder: string): void => {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
};

const asidePath = (store: string): string => join(store, 'tmp', `${ownerText(thisProcess())}.${sequence++}`);

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
