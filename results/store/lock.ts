// Locks: one writer of a session or of a night at a time, also when several start at once.
import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {hostname} from 'node:os';
import {join} from 'node:path';
import {StoreError} from '../error.ts';
import {writing} from './durable.ts';
import type {Owner} from './owner.ts';
import {bootId, isAlive, ownerText, parseOwner, processNamespace, thisProcess} from './owner.ts';

// <store>/locks/<name>.<pid>-<start>-<place>.lock, with the place in full as JSON.
//
// Every contender creates its own file and then lists those of the others. Of two processes, the
// later one sees the file of the earlier one, so both never continue; if each sees the other's
// file, the larger name gives way and the smaller waits for that.

/** Where a process id is valid: one boot of one host, in one process namespace. */
interface Place {
  readonly host: string;
  readonly boot: string | null;
  readonly namespace: string | null;
}

export interface Lock {
  readonly release: () => void;
}

/** Who holds a lock; `path` is the file to remove if that process is known to have ended. */
export interface Holder {
  readonly pid: number;
  /** Null if it is this host; processes elsewhere cannot be seen from here. */
  readonly host: string | null;
  readonly path: string;
}

/** Thrown by `takeLock` if another process, or this one, holds the lock. */
export class LockedError extends StoreError {}

/** `what`: the beginning of the message, such as "Session X is being measured". */
export const takeLock = (store: string, name: string, what: string): Lock => {
  const path = pathOf(store, name);
  if (held.has(path)) throw lockedError(what, {pid: process.pid, host: null, path});
  writing(path, () => {
    makeFolder(store);
    writeFileSync(path, `${JSON.stringify(thisPlace())}\n`);
  });
  held.add(path);
  const release = (): void => {
    held.delete(path);
    rmSync(path, {force: true});
  };
  for (let tries = 0; ; tries++) {
    const others = holders(store, name).filter((other) => other.path !== path);
    if (others.length === 0) return {release};
    if (tries === patience.tries || others.some((other) => other.path < path)) {
      release();
      throw lockedError(what, others[0]);
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, patience.ms);
  }
};

/** True while this process holds the lock. */
export const holdsLock = (store: string, name: string): boolean => held.has(pathOf(store, name));

/** Who holds the lock, null if nobody does. */
export const lockHolder = (store: string, name: string): Holder | null =>
  holders(store, name)[0] ?? null;

export const lockedError = (what: string, {pid, host, path}: Holder): LockedError =>
  new LockedError(
    `${what} by process ${pid}${host === null ? '' : ` on ${host}`}.`,
    host === null
      ? 'Wait for it to end, or end it; what it has measured is kept.'
      : `Wait for it to end. If it is known to have ended, remove ${path}.`,
  );

const patience = {tries: 100, ms: 5} as const;

/** Paths of the locks this process holds; removed when it exits. */
const held = new Set<string>();
process.once('exit', () => held.forEach((path) => rmSync(path, {force: true})));

/** Living holders, and those that cannot be seen from here; locks of dead processes are removed. */
const holders = (store: string, name: string): Holder[] => {
  const folder = folderOf(store);
  return lockFiles(folder)
    .flatMap((file) => {
      const found = /^(.+)\.(\d+-(?:\d+|x))-([0-9a-f]{8})\.lock$/.exec(file);
      if (found?.[1] !== name) return [];
      const path = join(folder, file);
      const holder = holderOf(parseOwner(found[2])!, found[3], path);
      if (holder === null) rmSync(path, {force: true});
      return holder ?? [];
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
};

/** Null for a process that has ended. */
const holderOf = (owner: Owner, place: string, path: string): Holder | null => {
  const here = thisPlace();
  if (place === placeText(here)) return isAlive(owner) ? {pid: owner.pid, host: null, path} : null;
  const there = readPlace(path);
  if (there === 'gone') return null;
  // This host has been restarted since.
  if (there?.host === here.host && there.boot !== here.boot) return null;
  return {pid: owner.pid, host: there?.host ?? 'another host', path};
};

/** Null if the file is empty, for instance because its writer was killed at once. */
const readPlace = (path: string): Place | 'gone' | null => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Place | null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'gone' : null;
  }
};

const thisPlace = (): Place => ({
  host: hostname(),
  boot: bootId(),
  namespace: processNamespace(),
});

const placeText = (place: Place): string =>
  createHash('sha256').update(JSON.stringify(place)).digest('hex').slice(0, 8);

const ownText = (): string => `${ownerText(thisProcess())}-${placeText(thisPlace())}`;

const pathOf = (store: string, name: string): string =>
  join(folderOf(store), `${name}.${ownText()}.lock`);

const folderOf = (store: string): string => join(store, 'locks');

/** Locks matter only now: git ignores them, in old stores too. */
const makeFolder = (store: string): void => {
  mkdirSync(folderOf(store), {recursive: true});
  const ignore = join(folderOf(store), '.gitignore');
  if (!existsSync(ignore)) writeFileSync(ignore, '*\n');
};

const lockFiles = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};
