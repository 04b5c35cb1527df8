// Remembers which checks passed, so that a variant is checked once and not by every command: an
// empty file for each, named by a hash over the check, the variant and the compiler.
import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {shimFolder} from '../shim/build-shim.ts';

export interface CacheOptions {
  /** Default: `variants` next to the folder of the shims. */
  readonly cacheDir?: string;
  /** What else the result depends on. Default: the sources of the compiler and the interpreter. */
  readonly compiler?: string;
}

export const hasPassed = (key: string, options: CacheOptions): boolean =>
  existsSync(pathOf(key, options));

/** If it cannot be remembered, the next command checks again. */
export const rememberPassed = (key: string, options: CacheOptions): void => {
  const path = pathOf(key, options);
  try {
    mkdirSync(dirname(path), {recursive: true});
    writeFileSync(path, '');
  } catch {
    return;
  }
};

const pathOf = (key: string, {cacheDir, compiler = compilerHash()}: CacheOptions): string =>
  join(
    cacheDir ?? join(dirname(shimFolder()), 'variants'),
    createHash('sha256').update(`${compiler} ${key}`).digest('hex').slice(0, 32),
  );

/** Set by the bundler (setup/bundle-cli.ts), because hashing takes longer than most commands. */
declare const compilerHashOfBuild: string | undefined;

let compilerHashOnce: string | null = null;

/**
 * Over the compiler, its interpreter and these checks: a change of any of them repeats all checks.
 */
export const compilerHash = (): string =>
  typeof compilerHashOfBuild === 'string'
    ? compilerHashOfBuild
    : (compilerHashOnce ??= hashOfSources());

const hashOfSources = (): string => {
  const here = dirname(fileURLToPath(import.meta.url));
  const hash = createHash('sha256');
  for (const folder of [join(here, '../../jit'), here])
    for (const name of readdirSync(folder, {recursive: true, encoding: 'utf8'}).sort())
      if (isSource.test(name)) hash.update(`\0${name}\0`).update(readFileSync(join(folder, name)));
  return hash.digest('hex');
};

/** TypeScript, or JavaScript after a build; no tests, declarations or test data. */
const isSource = /^(?!.*(?:testdata|bench)\/)(?!.*\.(?:test|fixture|d)\.ts$).*\.[jt]s$/;
