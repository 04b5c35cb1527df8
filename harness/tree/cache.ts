// Where builds of trees are kept; they are identified by the content of everything they were made
// from.
import {createHash} from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import {join, resolve} from 'node:path';
import {packageFile} from '../../workloads/package-file.ts';
import {userCaches} from '../host/user-caches.ts';

/** `JITSTAT_TREE_CACHE`, else a folder of the user. */
export const cacheFolder = (): string => {
  const folder = process.env['JITSTAT_TREE_CACHE'] ?? join(userCaches(), 'jitstat', 'tree');
  mkdirSync(folder, {recursive: true, mode: 0o755});
  return folder;
};

export const shortHash = (...parts: readonly (string | Uint8Array)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}\0`).update(part);
  return hash.digest('hex').slice(0, 20);
};

/** A hash over the contents of files, by name; a missing file counts as missing. */
export const hashFiles = (files: readonly string[], folder: string): string => {
  const hash = createHash('sha256');
  for (const file of files) {
    const path = resolve(folder, file);
    hash.update(`${file}\0`);
    hash.update(existsSync(path) ? readFileSync(path) : 'gone');
  }
  return hash.digest('hex').slice(0, 20);
};

/**
 * A hash over identity, size and times of files, without reading them: the same stamp means
 * the same content. Null if a file changed so recently that the next change could have the same
 * time.
 */
export const stampFiles = (files: readonly string[], folder: string): string | null => {
  const hash = createHash('sha256');
  const settled = BigInt(Date.now() - 2000) * 1_000_000n;
  for (const file of files) {
    const found = statSync(resolve(folder, file), {bigint: true, throwIfNoEntry: false});
    if (found === undefined) hash.update(`${file}\0gone\0`);
    else {
      const {dev, ino, size, mtimeNs, ctimeNs} = found;
      if (mtimeNs > settled || ctimeNs > settled) return null;
      hash.update([file, dev, ino, size, mtimeNs, ctimeNs].join('\0'));
    }
  }
  return hash.digest('hex').slice(0, 20);
};

/** The emitter's own sources. */
export const nativeFolder = (): string => packageFile('harness/tree/native');

export const nativeHash = (): string =>
  hashFiles(readdirSync(nativeFolder()).sort(), nativeFolder());

/** Removes builds that nobody has used for a month. */
export const removeOld = (now: Date): void => {
  const folder = cacheFolder();
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const age = now.getTime() - (statSync(path, {throwIfNoEntry: false})?.mtimeMs ?? now.getTime());
    if (/^(?:emitter|obj|git)-/.test(name) && age > monthMs)
      rmSync(path, {recursive: true, force: true});
  }
};

const monthMs = 30 * 24 * 3600 * 1000;

/** Marks a build as used, so that old ones can be found. */
export const touch = (path: string): void => {
  const now = new Date();
  utimesSync(path, now, now);
};
