// Changes by strangers never run: a commit must be part of a branch that the host trusts.
import {execa} from 'execa';
import type {HostSuite} from './host-file.ts';
import {NotOnThisHostError} from './host-file.ts';

/**
 * A suite that does not use the commit accepts any. An unknown commit is looked up once more after
 * a fetch. Throws NotOnThisHostError.
 */
export const checkTrusted = async ({trusted}: HostSuite, commit: string): Promise<void> => {
  if (trusted === undefined) return;
  const {repository, branches} = trusted;
  const git = async (...args: readonly string[]): Promise<boolean> =>
    (await execa('git', ['-C', repository, ...args], {reject: false, stdin: 'ignore'})).exitCode ===
    0;
  const known = (): Promise<boolean> => git('cat-file', '-e', `${commit}^{commit}`);
  if (!(await known())) {
    await git('fetch', '--quiet');
    if (!(await known()))
      throw new NotOnThisHostError(`Commit ${commit} is not in ${repository}, after a fetch.`);
  }
  for (const branch of branches)
    if (await git('merge-base', '--is-ancestor', commit, branch)) return;
  throw new NotOnThisHostError(
    `Commit ${commit} is not part of a trusted branch (${branches.join(', ')}).`,
  );
};
