// Run after compiling, from inside the compiled tree: puts the command line and the packages it
// needs at every start into a few files, because loading hundreds of small ones takes longer than
// most commands, and once more into one script with its code cache (one-script.ts). The compiled
// files stay, and work without this step.
import {spawnSync} from 'node:child_process';
import {mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {join, relative} from 'node:path';
import type {BuildOptions, Metafile, Plugin} from 'esbuild';
import {build} from 'esbuild';
import {packageFile} from '../../workloads/package-file.ts';
import {cachedCommands} from '../one-script.ts';
import {compilerHash} from '../play/passed-checks.ts';

const dist = join(import.meta.dirname, '../..');
const root = packageFile('');

/** Packages that become part of the bundle; all others are loaded from node_modules when needed. */
const bundled = ['execa', 'simple-statistics', 'valibot'];

/** Outputs are one folder below dist, from which a file still finds its neighbours. */
const ownPlaces = (ownUrl: string): Plugin => ({
  name: 'own-places',
  setup: (builder) =>
    builder.onLoad({filter: /\.js$/}, ({path}) => {
      const text = readFileSync(path, 'utf8');
      if (relative(dist, path).startsWith('..') || !text.includes('import.meta.')) return null;
      const url = `new URL('../${relative(dist, path)}', ${ownUrl}).href`;
      return {contents: text.replaceAll('import.meta.url', url), loader: 'js'};
    }),
});

/** The licences of the bundled packages, which have to be included. */
const licences = ({inputs}: Metafile): string => {
  const folders = Object.keys(inputs).map(
    (path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0],
  );
  return [...new Set(folders.filter((folder) => folder !== undefined))]
    .toSorted()
    .map((folder) => {
      const file = readdirSync(join(root, folder)).find((name) => /^licen[cs]e/i.test(name));
      if (file === undefined) throw new Error(`${folder} brings no licence.`);
      return `${folder.replace('node_modules/', '')}\n\n${readFileSync(join(root, folder, file), 'utf8')}`;
    })
    .join('\n\n');
};

const {dependencies, devDependencies, optionalDependencies} = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
) as Readonly<Record<string, Readonly<Record<string, string>>>>;

const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  define: {compilerHashOfBuild: JSON.stringify(compilerHash())},
  logLevel: 'error',
  external: Object.keys({...dependencies, ...devDependencies, ...optionalDependencies}).filter(
    (name) => !bundled.includes(name),
  ),
} satisfies BuildOptions;

const {metafile} = await build({
  ...shared,
  entryPoints: [join(dist, 'harness/main.js')],
  outdir: dist,
  outbase: dist,
  allowOverwrite: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  metafile: true,
  // Packages in the older module format load Node's own modules with `require`.
  banner: {
    js:
      "import {createRequire as requireFrom} from 'node:module';\n" +
      'const require = requireFrom(import.meta.url);',
  },
  plugins: [ownPlaces('import.meta.url')],
});
writeFileSync(join(dist, 'chunks/LICENCES.txt'), licences(metafile));

// A code cache that is older than the script would be taken for its code.
rmSync(join(dist, 'start'), {recursive: true, force: true});
const {outputFiles} = await build({
  ...shared,
  entryPoints: [join(dist, 'harness/entry.js')],
  outfile: join(dist, 'start/program.cjs'),
  write: false,
  format: 'cjs',
  legalComments: 'none',
  banner: {js: '(function (module, require, importFor) {'},
  footer: {js: '})'},
  plugins: [ownPlaces("require('node:url').pathToFileURL(require.resolve('./program.cjs'))")],
});

// What is still imported by then is outside: packages, and files of the user.
mkdirSync(join(dist, 'start'));
for (const {path, text} of outputFiles)
  writeFileSync(path, text.replaceAll(/\bimport\(/g, 'importFor('));

/** As the package's bin starts node, and as the launcher does. */
const starts = [[], ['--min-semi-space-size=32', '--max-semi-space-size=32']];
for (const flags of starts)
  for (const command of cachedCommands)
    spawnSync(process.execPath, [...flags, join(dist, 'harness/setup/code-cache.js'), command]);
