// The script of live pages with the Vega runtime: the package brings it, a clone bundles it once by
// esbuild and keeps it in the project's .cache by hash.
import {createHash} from 'node:crypto';
import {existsSync} from 'node:fs';
import {mkdir, readFile, rename, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

/**
 * The script as text, or the reason why it cannot be made. Compiled sources find the project by its
 * package.json.
 */
export const liveScript = async (): Promise<{script: string} | {reason: string}> => {
  const root = projectRoot(dirname(fileURLToPath(import.meta.url)));
  const prebuilt = join(root, 'dist/live-script.js');
  if (existsSync(prebuilt)) return {script: await readFile(prebuilt, 'utf8')};
  const source = join(root, 'dashboards/page/live/main.js');
  if (!existsSync(source)) return {reason: `its source ${source} is missing`};
  const vega = JSON.parse(await readFile(join(root, 'node_modules/vega/package.json'), 'utf8')) as {
    version: string;
  };
  const key = createHash('sha256')
    .update(vega.version)
    .update(await readFile(source))
    .digest('hex')
    .slice(0, 16);
  const cached = join(root, '.cache', `live-${key}.js`);
  if (existsSync(cached)) return {script: await readFile(cached, 'utf8')};
  const built = await build(root, source, vega.version);
  if ('script' in built) await keep(cached, built.script);
  return built;
};

const projectRoot = (folder: string): string =>
  existsSync(join(folder, 'package.json')) || dirname(folder) === folder
    ? folder
    : projectRoot(dirname(folder));

const build = async (
  root: string,
  source: string,
  version: string,
): Promise<{script: string} | {reason: string}> => {
  const esbuild = await import('esbuild').catch(() => null);
  if (esbuild === null) return {reason: 'esbuild is not installed (npm install puts it there)'};
  const licence = await readFile(join(root, 'node_modules/vega/LICENSE'), 'utf8').catch(() => '');
  const result = await esbuild.build({
    entryPoints: [source],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    legalComments: 'inline',
    logLevel: 'silent',
    banner: {js: `/* Contains Vega ${version}.\n${licence.replaceAll('*/', '* /')}*/`},
  });
  // A literal end tag inside the script would end the element that holds it.
  return {script: result.outputFiles[0].text.replaceAll('</script', '<\\/script')};
};

/** A cache that cannot be written is not a reason to stop. */
const keep = async (path: string, script: string): Promise<void> => {
  try {
    await mkdir(dirname(path), {recursive: true});
    const temporary = `${path}.${process.pid}.tmp`;
    await writeFile(temporary, script);
    await rename(temporary, path);
  } catch {
    return;
  }
};
