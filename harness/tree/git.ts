// A revision in a git repository as a tree: the parts that a JIT is built from, written out once.
import {existsSync, mkdirSync, renameSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {UserError} from '../../results/error.ts';
import {cacheFolder, shortHash, touch} from './cache.ts';
import {lastLines, requireTools, runTool} from './run-tool.ts';

/** The parts from which a JIT is built: 150 MB instead of 1.4 GB. */
export const jitParts = [
  'Makefile',
  'Kbuild',
  'Kconfig',
  'arch/x86',
  'include',
  'kernel',
  'lib',
  'scripts',
  'tools',
  'security',
];
const all = ':(glob)**/Kconfig*';

/** The folder with the revision's files. The repository is only read. Throws a UserError. */
export const exportRevision = async (
  repository: string,
  revision: string,
  note: (line: string) => void,
): Promise<string> => {
  requireTools(['git', 'tar']);
  const name = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
  const found = await runTool('git', ['-C', repository, ...name], {cwd: repository});
  const commit = found.out.trim();
  if (found.code !== 0 || !/^[0-9a-f]{40,64}$/.test(commit))
    throw new UserError(
      `${repository} has no revision '${revision}'.`,
      'Name a commit, a branch or a tag of that repository.',
    );
  const folder = join(
    cacheFolder(),
    `git-${commit.slice(0, 20)}-${shortHash(repository).slice(0, 6)}`,
  );
  if (!existsSync(folder)) {
    note(`writing out ${revision} of ${repository}, once`);
    const partial = `${folder}.${process.pid}.tmp`;
    mkdirSync(partial, {recursive: true});
    try {
      const listed = await runTool('git', ['-C', repository, 'ls-tree', '--name-only', commit], {
        cwd: repository,
      });
      const top = new Set(listed.out.split('\n'));
      const wanted = jitParts.filter((part) => top.has(part.split('/')[0]));
      const script = 'git -C "$1" archive --format=tar "$2" -- "${@:4}" | tar -x -C "$3"';
      const words = [
        '-o',
        'pipefail',
        '-c',
        script,
        'export',
        repository,
        commit,
        partial,
        ...wanted,
        all,
      ];
      const {code, all: said} = await runTool('bash', words, {cwd: repository});
      if (code !== 0)
        throw new UserError(
          `${revision} of ${repository} cannot be written out.`,
          'It must be a revision of the kernel, and git needs all of its objects.',
          lastLines(said, 5),
        );
      renameSync(partial, folder);
    } finally {
      rmSync(partial, {recursive: true, force: true});
    }
  }
  touch(folder);
  return folder;
};
