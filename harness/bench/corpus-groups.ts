// Where the corpus comes from: objects that Debian ships, and the kernel's selftests built here.
import {spawnSync} from 'node:child_process';
import {lstatSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {userCaches} from '../host/user-caches.ts';
import {isElf, objectFiles} from '../programs/find-objects.ts';
import type {ObjectFile} from '../programs/find-objects.ts';
import {installPackages} from '../testing/debian.ts';
import {buildSelftests} from './corpus-selftests.ts';

export interface CorpusGroup {
  readonly name: string;
  /** What was left out of the group; '' if nothing. */
  readonly note: string;
  readonly files: readonly ObjectFile[];
}

/** Where sources and objects are kept between runs. */
export const corpusCache = join(userCaches(), 'jitstat-linux', 'corpus');

const shipped = {
  'xdp-tools': ['xdp-tools', 'libxdp1'],
  'libbpf-tools': ['libbpf-tools'],
} as const;

/** Objects from Debian's packages, which are installed if necessary. */
export const shippedGroup = (
  name: keyof typeof shipped,
): CorpusGroup | {readonly missing: string} => {
  const packages = shipped[name];
  const missing = installPackages(packages);
  return missing === null ? {name, note: '', files: filesOf(packages)} : {missing};
};

/** `every`: 6 takes every sixth selftest, 0 none. Unavailable groups are in `missing`. */
export const corpusGroups = async (
  cache: string,
  every: number,
  jobs: number,
): Promise<{groups: readonly CorpusGroup[]; missing: readonly string[]}> => {
  const groups: CorpusGroup[] = [];
  const missing: string[] = [];
  for (const name of ['xdp-tools', 'libbpf-tools'] as const) {
    const group = shippedGroup(name);
    if ('missing' in group) missing.push(`${name}: ${group.missing}`);
    else groups.push(group);
  }
  if (every === 0) return {groups, missing};
  const built = await buildSelftests(cache, every, jobs);
  if ('reason' in built) missing.push(`selftests: ${built.reason}`);
  else
    groups.push({
      name: every === 1 ? 'selftests 6.12' : `selftests 6.12, every ${every}th`,
      note: built.failed === 0 ? '' : `${built.failed} sources do not compile`,
      files: built.objects.map((path) => ({
        path,
        file: basename(path),
        folder: '.',
        isNamed: false,
      })),
    });
  return {groups, missing};
};

/** Regular ELF files in packages: objects, and programs that contain some. */
const filesOf = (packages: readonly string[]): readonly ObjectFile[] => {
  const {stdout} = spawnSync('dpkg', ['-L', ...packages], {encoding: 'utf8'});
  return stdout
    .split('\n')
    .filter((path) => path !== '' && lstatSync(path, {throwIfNoEntry: false})?.isFile() === true)
    .sort()
    .flatMap((path) => objectFiles(path, path))
    .map((file) => ({...file, folder: dirname(file.path)}))
    .filter(({path}) => /\.o$|\/s?bin\//.test(path) && isElf(path));
};
