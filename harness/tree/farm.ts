// A folder of links that looks like a kernel tree without the leftovers of a build in place, and
// with some files of ours. The tree itself is never written to.
import {existsSync, mkdirSync, readdirSync, symlinkSync} from 'node:fs';
import {dirname, join} from 'node:path';

/** Files that kbuild does not accept in a source tree when it builds elsewhere. */
const leftovers = ['.config', 'include/config', 'include/generated', 'arch/x86/include/generated'];

/** Whether the tree was built in place, in which case kbuild demands `make mrproper`. */
export const isBuiltInPlace = (tree: string): boolean =>
  leftovers.some((path) => existsSync(join(tree, path)));

/**
 * Makes `farm`. `own`: paths of files that belong to the farm and are left for the caller to write.
 */
export const plantFarm = (tree: string, farm: string, own: readonly string[]): void => {
  const left = new Set([...leftovers, ...own]);
  // Folders that hold our own files are real; everything else is a link.
  const real = new Set<string>();
  for (const path of left)
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) real.add(folder);
  const plant = (folder: string): void => {
    mkdirSync(join(farm, folder), {recursive: true});
    if (!existsSync(join(tree, folder))) return;
    for (const name of readdirSync(join(tree, folder))) {
      const path = folder === '.' ? name : `${folder}/${name}`;
      if (left.has(path)) continue;
      if (real.has(path)) plant(path);
      else symlinkSync(join(tree, path), join(farm, path));
    }
  };
  plant('.');
  for (const folder of real) mkdirSync(join(farm, folder), {recursive: true});
};
