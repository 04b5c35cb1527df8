// Checks that a folder can be written before minutes of measuring depend on it.
import {existsSync, mkdtempSync, rmdirSync, statSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';
import {UserError} from '../../results/error.ts';

/**
 * Throws unless `folder`, or the nearest folder above it that exists, can be written. Leaves
 * nothing behind.
 */
export const checkWritable = (folder: string): void => {
  let existing = resolve(folder);
  while (!existsSync(existing)) existing = dirname(existing);
  if (!statSync(existing).isDirectory())
    throw new UserError(`${existing} is not a folder.`, `Choose another place than ${folder}.`);
  try {
    // Trying tells more than permission bits do: root passes those also on a read-only or special
    // file system.
    rmdirSync(mkdtempSync(join(existing, '.jitstat-')));
  } catch {
    throw new UserError(
      `${existing} cannot be written.`,
      `Choose another folder than ${folder}, or change its permissions.`,
    );
  }
};
