// The kernel's own BPF selftests as objects: Debian's linux-source and clang, and the types of the
// running kernel. None of them is in this repository.
import {spawn, spawnSync} from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import {release} from 'node:os';
import {join} from 'node:path';
import {installPackages} from '../testing/debian.ts';

const version = '6.12';
const clang = 'clang-19';
const parts = [
  'tools/lib/bpf',
  'tools/include',
  'tools/testing/selftests/bpf',
  'scripts/bpf_doc.py',
];
const objectMs = 120_000;

/** `objects` are paths, or `reason` says why there are none. `every`: 6 takes every sixth file. */
export const buildSelftests = async (
  cache: string,
  every: number,
  jobs: number,
): Promise<
  {readonly objects: readonly string[]; readonly failed: number} | {readonly reason: string}
> => {
  const reason = installPackages([`linux-source-${version}`, clang, 'bpftool', 'python3']);
  if (reason !== null) return {reason};
  const tree = join(cache, `selftests-${version}`);
  if (!existsSync(tree)) {
    const trouble = unpack(cache, tree);
    if (trouble !== null) return {reason: trouble};
  }
  const include = join(cache, `include-${release()}`);
  if (!existsSync(include)) {
    const trouble = writeHeaders(tree, include);
    if (trouble !== null) return {reason: trouble};
  }
  const folder = join(cache, `objects-${release()}-${clang}`);
  mkdirSync(folder, {recursive: true});
  const progs = join(tree, 'tools/testing/selftests/bpf/progs');
  const files = readdirSync(progs)
    .filter((name) => name.endsWith('.c'))
    .sort()
    .filter((_, at) => at % every === 0);
  const objects: string[] = [];
  const waiting = [...files];
  const work = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const object = join(folder, name.replace(/\.c$/, '.bpf.o'));
      if (!existsSync(object)) await compile(tree, include, join(progs, name), object);
      if (existsSync(object)) objects.push(object);
    }
  };
  await Promise.all(Array.from({length: jobs}, work));
  return {objects: objects.sort(), failed: files.length - objects.length};
};

const unpack = (cache: string, tree: string): string | null => {
  const name = `linux-source-${version}`;
  const partial = `${tree}.partial`;
  rmSync(partial, {recursive: true, force: true});
  mkdirSync(partial, {recursive: true});
  const paths = parts.map((part) => `${name}/${part}`);
  const {status, stderr} = spawnSync(
    'tar',
    ['-xf', `/usr/src/${name}.tar.xz`, '-C', partial, ...paths],
    {encoding: 'utf8'},
  );
  if (status !== 0) return `${name} cannot be unpacked in ${cache}: ${stderr.split('\n')[0]}`;
  renameSync(join(partial, name), tree);
  rmSync(partial, {recursive: true});
  return null;
};

/** libbpf's headers of that kernel, its list of helpers, and the running kernel's types. */
const writeHeaders = (tree: string, include: string): string | null => {
  const partial = `${include}.partial`;
  rmSync(partial, {recursive: true, force: true});
  mkdirSync(join(partial, 'bpf'), {recursive: true});
  for (const name of readdirSync(join(tree, 'tools/lib/bpf')))
    if (name.endsWith('.h'))
      copyFileSync(join(tree, 'tools/lib/bpf', name), join(partial, 'bpf', name));
  const header = join(tree, 'tools/include/uapi/linux/bpf.h');
  const trouble =
    writeOutput(join(partial, 'bpf/bpf_helper_defs.h'), 'python3', [
      join(tree, 'scripts/bpf_doc.py'),
      '--filename',
      header,
      '--header',
    ]) ??
    writeOutput(join(partial, 'vmlinux.h'), 'bpftool', [
      'btf',
      'dump',
      'file',
      '/sys/kernel/btf/vmlinux',
      'format',
      'c',
    ]);
  if (trouble === null) renameSync(partial, include);
  return trouble;
};

const writeOutput = (path: string, command: string, args: readonly string[]): string | null => {
  const file = openSync(path, 'w');
  try {
    const {status, error} = spawnSync(command, args, {stdio: ['ignore', file, 'ignore']});
    return status === 0 ? null : `${command} failed (${error?.message ?? `exit ${status}`})`;
  } finally {
    closeSync(file);
  }
};

const fixedFlags = (
  '-g -O2 -target bpf -mcpu=v3 -mlittle-endian -std=gnu11 -D__TARGET_ARCH_x86 ' +
  '-DENABLE_ATOMICS_TESTS -fno-strict-aliasing -Wno-everything'
).split(' ');
const headers = ['tools/testing/selftests/bpf', 'tools/include/uapi', 'tools/include'];

/** Leaves no object if the compiler refuses the source. */
const compile = (tree: string, include: string, source: string, object: string): Promise<void> =>
  new Promise((resolve) => {
    const partial = `${object}.partial`;
    const flags = [
      ...fixedFlags,
      `-I${include}`,
      ...headers.map((folder) => `-I${join(tree, folder)}`),
      '-I/usr/include/x86_64-linux-gnu',
    ];
    const child = spawn(clang, [...flags, '-c', source, '-o', partial], {
      stdio: 'ignore',
      timeout: objectMs,
    });
    child.on('error', () => resolve());
    child.on('close', (code) => {
      if (code === 0) renameSync(partial, object);
      else rmSync(partial, {force: true});
      resolve();
    });
  });
