// Run after compiling, from inside the compiled tree: puts the command line and the packages it
// needs at every start into a few files, because loading hundreds of small ones takes longer than
// most commands. The compiled files stay; without this step the command line runs from them.
import {readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {join, relative} from 'node:path';
import type {Metafile, Plugin} from 'esbuild';
import {build} from 'esbuild';
import {packageFile} from '../../workloads/package-file.ts';
import {compilerHash} from '../play/passed-checks.ts';

const dist = join(import.meta.dirname, '../..');
const root = packageFile('');

/** Packages that become part of the bundle; all others are loaded from node_modules when needed. */
const bundled = ['execa', 'simple-statistics', 'valibot'];

/** Outputs are one folder below dist, from where a file finds its neighbours as before. */
const ownPlaces: Plugin = {
  name: 'own-places',
  setup: (builder) =>
    builder.onLoad({filter: /\.js$/}, ({path}) => {
      const text = readFileSync(path, 'utf8');
      if (relative(dist, path).startsWith('..') || !text.includes('import.meta.')) return null;
      const url = `new URL('../${relative(dist, path)}', import.meta.url).href`;
      return {contents: text.replaceAll('import.meta.url', url), loader: 'js'};
    }),
};

/** The licences of the packages inside, as they ask for. */
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

const {metafile} = await build({
  absWorkingDir: root,
  entryPoints: [join(dist, 'harness/main.js')],
  outdir: dist,
  outbase: dist,
  allowOverwrite: true,
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  metafile: true,
  define: {compilerHashOfBuild: JSON.stringify(compilerHash())},
  logLevel: 'error',
  external: Object.keys({...dependencies, ...devDependencies, ...optionalDependencies}).filter(
    (name) => !bundled.includes(name),
  ),
  // Packages of the older module format ask for node's own modules by `require`.
  banner: {
    js:
      "import {createRequire as requireFrom} from 'node:module';\n" +
      'const require = requireFrom(import.meta.url);',
  },
  plugins: [ownPlaces],
});
writeFileSync(join(dist, 'chunks/LICENCES.txt'), licences(metafile));
