// For deep tests: a `node` of another major version, from the npm package of that name.
import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

/** Null if the registry answers, otherwise the reason to skip. */
export const noRegistry = (): string | null =>
  spawnSync('npm', ['view', 'node', 'version'], {stdio: 'ignore', timeout: 60_000}).status === 0
    ? null
    : 'no npm registry within reach';

/** The path of a `node` of version `major`, installed below `folder` if this process is not one. */
export const nodeOf = (major: string, folder: string): string => {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const place = join(folder, `node-${major}`);
  const path = join(place, 'node_modules/node/bin/node');
  if (existsSync(path)) return path;
  mkdirSync(place, {recursive: true});
  writeFileSync(join(place, 'package.json'), '{}');
  const {status, stderr} = spawnSync(
    'npm',
    ['install', '--no-audit', '--no-fund', `node@${major}`],
    {cwd: place, encoding: 'utf8', timeout: 300_000},
  );
  if (status !== 0) throw new Error(`node ${major} cannot be installed: ${stderr}`);
  return path;
};
