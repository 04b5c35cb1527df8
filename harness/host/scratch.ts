// Scratch folders in the system's temporary folder, named after the process they belong to: removed
// when it ends or, if it was killed, by a later one.
import {mkdtempSync, readdirSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {isAlive, ownerText, parseOwner, thisProcess} from '../../results/store/owner.ts';
import {UserError} from '../../results/error.ts';
import {systemReason} from '../command/trouble.ts';

/** `jitstat-KIND.PID-START.` and a few letters and digits. */
const named = /^jitstat-[a-z]+\.(\d+-(?:\d+|x))\.\w+$/;

/**
 * A process in another container may share the folder without being visible, so folders touched
 * within the hour stay.
 */
const oldMs = 3_600_000;

/** What this process has made and not yet removed. */
const made = new Set<string>();
let isWatching = false;

/** Makes a folder. Throws UserError if the folder for temporary files cannot be used. */
export const scratchFolder = (kind: string): string =>
  usingTmpdir(() =>
    atExit(mkdtempSync(join(tmpdir(), `jitstat-${kind}.${ownerText(thisProcess())}.`))),
  );

/** Removes a folder or file of this process now, not at its end. */
export const removeScratch = (path: string): void => {
  rmSync(path, {recursive: true, force: true});
  made.delete(path);
};

/** Registers a file that has to be elsewhere; it is removed when the process ends. */
export const atExit = (path: string): string => {
  if (!isWatching) process.once('exit', removeAll);
  isWatching = true;
  made.add(path);
  return path;
};

const removeAll = (): void => {
  for (const path of made) rmSync(path, {recursive: true, force: true});
  made.clear();
};

/** Removes what this user's ended processes left behind; returns the names. */
export const sweepScratch = (now: Date, folder: string = tmpdir()): string[] =>
  usingTmpdir(() => readdirSync(folder)).filter((name) => {
    const owner = parseOwner(named.exec(name)?.[1] ?? '');
    if (owner === null || isAlive(owner)) return false;
    try {
      const {uid, mtimeMs} = statSync(join(folder, name));
      if (uid !== process.getuid?.() || now.getTime() - mtimeMs < oldMs) return false;
      rmSync(join(folder, name), {recursive: true, force: true});
      return true;
    } catch {
      return false;
    }
  });

const usingTmpdir = <T>(use: () => T): T => {
  try {
    return use();
  } catch (error) {
    const reason = systemReason(error);
    if (reason === null) throw error;
    throw new UserError(
      `The folder for temporary files, ${tmpdir()}, cannot be used: ${reason.words}.`,
      reason.hint === null
        ? 'Set TMPDIR to a folder that can be written.'
        : `${reason.hint}, or set TMPDIR to another folder.`,
    );
  }
};
