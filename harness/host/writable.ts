// Checks that a folder can be written before minutes of measuring depend on it.
import {mkdtempSync, rmdirSync, statSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';
import {UserError} from '../../results/error.ts';
import {visible} from '../../results/visible.ts';
import {systemReason} from '../command/trouble.ts';

/**
 * Throws unless `folder`, or the nearest folder above it that exists, can be written. Leaves
 * nothing behind.
 */
export const checkWritable = (folder: string): void => {
  let existing = resolve(folder);
  while (!exists(existing)) existing = dirname(existing);
  if (!statSync(existing).isDirectory())
    throw new UserError(`${existing} is not a folder.`, `Choose another place than ${folder}.`);
  try {
    // Trying shows more than permission bits do, which root passes even on a read-only or special
    // file system.
    rmdirSync(mkdtempSync(join(existing, '.jitstat-')));
  } catch (error) {
    const reason = systemReason(error);
    if (reason === null) throw error;
    throw new UserError(
      `${visible(existing)} cannot be written: ${reason.words}.`,
      `${reason.hint ?? 'Look at it'}, or choose another folder.`,
    );
  }
};

/** A name that is too long fails only when it is used, although its folder may be fine. */
const exists = (path: string): boolean => {
  try {
    statSync(path);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    const reason = systemReason(error);
    if (reason === null) throw error;
    throw new UserError(
      `${visible(shortened(path))} cannot be used: ${reason.words}.`,
      `${reason.hint ?? 'Look at it'}, or choose another folder.`,
    );
  }
};

const shortened = (path: string): string => (path.length > 120 ? `${path.slice(0, 117)}...` : path);
