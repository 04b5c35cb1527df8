// What the running kernel made of objects, kept in the user's cache folder so that the next report
// need not load them again. An entry is for one object, one loader, the rights of the process and
// one boot of the kernel; it is never the truth, and any entry may be removed.
import {createHash} from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import {basename, join} from 'node:path';
import {gunzipSync, gzipSync} from 'node:zlib';
import {userCaches} from '../host/user-caches.ts';

/** The size of all entries together, in bytes. */
const mostBytes = 256 << 20;

/** The code holds absolute addresses, so an entry is valid for one boot. */
const bootFile = '/proc/sys/kernel/random/boot_id';

const folder = (): string => join(userCaches(), 'jitstat', 'loaded');

/** The lines of the native loader at `loader` for an object; null if they are not in the cache. */
export const cachedLines = (loader: string, bytes: Uint8Array): readonly string[] | null => {
  try {
    const path = entryOf(loader, bytes);
    const [checksum, ...lines] = gunzipSync(readFileSync(path)).toString().split('\n');
    if (checksum !== checksumOf(lines)) return null;
    utimesSync(path, new Date(), new Date());
    return lines;
  } catch {
    return null;
  }
};

/** Keeps the lines; a cache that cannot be written is ignored. */
export const keepLines = (loader: string, bytes: Uint8Array, lines: readonly string[]): void => {
  try {
    const path = entryOf(loader, bytes);
    mkdirSync(folder(), {recursive: true, mode: 0o700});
    const partial = `${path}.${process.pid}-${basename(path)}`;
    const text = [checksumOf(lines), ...lines].join('\n');
    writeFileSync(partial, gzipSync(text, {level: 1}), {mode: 0o600});
    renameSync(partial, path);
  } catch {
    // Works as without a cache.
  }
};

/** Removes the oldest entries beyond the size that the cache may have. */
export const pruneCache = (most: number = mostBytes): void => {
  try {
    const entries = readdirSync(folder()).map((name) => {
      const path = join(folder(), name);
      const {size, mtimeMs} = statSync(path);
      return {path, size, mtimeMs};
    });
    let kept = 0;
    for (const {path, size} of entries.sort((a, b) => b.mtimeMs - a.mtimeMs)) {
      kept += size;
      if (kept > most) rmSync(path, {force: true});
    }
  } catch {
    // There is no cache yet, or another process is pruning it.
  }
};

const entryOf = (loader: string, bytes: Uint8Array): string => {
  const hash = createHash('sha256');
  // The loader's name holds the hash of its source.
  for (const part of [readFileSync(bootFile, 'latin1'), rights(), basename(loader), bytes])
    hash.update(`${part.length}\0`).update(part);
  return join(folder(), hash.digest('hex'));
};

/** The process's rights, on which the kernel's refusals depend. */
const rights = (): string =>
  /^CapEff:.*$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[0] ?? '';

const checksumOf = (lines: readonly string[]): string =>
  createHash('sha256').update(lines.join('\n')).digest('hex');
