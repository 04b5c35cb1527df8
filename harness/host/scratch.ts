// Scratch folders and files in the system's folder for them, named after the process they belong
// to, so that what a killed one left can be told and removed.
import {mkdtempSync, readdirSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {isAlive, ownerText, parseOwner, thisProcess} from '../../results/store/owner.ts';

/** `jitstat-KIND.PID-START.` and a few letters and digits. */
const named = /^jitstat-[a-z]+\.(\d+-(?:\d+|x))\.\w+$/;

/**
 * A process in another container may share the folder and not be seen: what was touched within the
 * hour stays.
 */
const oldMs = 3_600_000;

const scratchPath = (kind: string): string =>
  join(tmpdir(), `jitstat-${kind}.${ownerText(thisProcess())}.`);

export const scratchFolder = (kind: string): string => mkdtempSync(scratchPath(kind));

/** A path for one file; nothing is created. `random`: letters and digits. */
export const scratchFile = (kind: string, random: string): string =>
  `${scratchPath(kind)}${random}`;

/** Removes what processes of this user that are gone left behind; returns the names. */
export const sweepScratch = (now: Date, folder: string = tmpdir()): string[] =>
  readdirSync(folder).filter((name) => {
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
