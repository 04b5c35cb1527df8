// Files next to the sources, found from the sources as well as from the compiled tree.
import {existsSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

/** Path of a file of this package; `path` is relative to the folder of package.json. */
export const packageFile = (path: string): string => join(packageRoot(), path);

/** Contents of a file of this package; `path` is relative to the folder of package.json. */
export const readPackageFile = (path: string): Uint8Array => readFileSync(packageFile(path));

const packageRoot = (): string => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
};
