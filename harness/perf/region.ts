// Region of interest: perf counts only between `enable` and `disable`, which the shim writes around
// its test runs.
import {spawnSync} from 'node:child_process';
import {closeSync, openSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {UserError} from '../../results/error.ts';

/**
 * Two named pipes, open on descriptors that perf and the shim inherit as 4 (commands) and 5
 * (answers).
 */
export interface Region {
  readonly descriptors: readonly number[];
  /** For `perf stat`: start disabled, take commands from the pipes. */
  readonly perfOptions: readonly string[];
  /** The arguments for the shim. */
  readonly arguments: readonly string[];
  readonly close: () => void;
}

/** Makes the region of the test runs, with its pipes in `folder`. */
export const openRegion = (folder: string): Region => {
  const paths = ['commands', 'answers'].map((name) => join(folder, `${name}.pipe`));
  for (const path of paths) rmSync(path, {force: true});
  if (spawnSync('mkfifo', paths).status !== 0)
    throw new UserError(
      `mkfifo could not make pipes in ${folder}, so the region of interest cannot be marked.`,
      'Leave --region loop out, or set TMPDIR to a folder that can be written.',
    );
  // Opened for reading and writing, so that opening does not wait for the other end.
  const descriptors = paths.map((path) => openSync(path, 'r+'));
  return {
    descriptors,
    perfOptions: ['-D', '-1', '--control', 'fd:4,5'],
    arguments: ['--control', '4,5'],
    close: () => {
      descriptors.forEach(closeSync);
      for (const path of paths) rmSync(path, {force: true});
    },
  };
};
