// A script of a test as one file, for other processes to run.
import {join} from 'node:path';
import {build} from 'esbuild';

/** Writes `<folder>/script.mjs`, with all that it imports, and returns its path. */
export const bundleScript = async (folder: string, contents: string): Promise<string> => {
  const script = join(folder, 'script.mjs');
  await build({
    stdin: {contents, resolveDir: folder},
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: script,
    logLevel: 'error',
    banner: {
      js: "import {createRequire} from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  return script;
};
