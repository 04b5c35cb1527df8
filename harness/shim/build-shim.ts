// Builds a shim with cc, once per content of its sources: the cache is keyed by a hash over
// sources, flags and compiler version.
import {createHash} from 'node:crypto';
import {execFile} from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {UserError} from '../../results/error.ts';
import {functionSymbols} from './symbols.ts';

const run = promisify(execFile);

export type ShimName =
  | 'user'
  | 'slices'
  | 'kernel'
  | 'kernel-slices'
  | 'stress'
  | 'confine'
  | 'guest-init'
  | 'qemu-plugin'
  | 'load-object'
  | 'test-runs';

/** A built shim. `symbols` are its functions; the helpers that programs call are among them. */
export interface Shim {
  readonly name: ShimName;
  readonly path: string;
  readonly hash: string;
  readonly symbols: ReadonlyMap<string, bigint>;
}

/**
 * Without a library, so that nothing else runs in the process; at a low address, so that `call
 * rel32` reaches it from an image.
 */
const portable = [
  '-ffreestanding',
  '-nostdlib',
  '-static',
  '-no-pie',
  '-fno-pie',
  '-mcmodel=small',
  '-fno-stack-protector',
  '-fno-asynchronous-unwind-tables',
  '-Wl,--build-id=none',
];

const bare = [
  ...portable,
  // Images do not keep the 16-byte stack alignment, which compiled code needs only for SSE.
  '-mno-sse',
  '-mno-mmx',
  '-mno-80387',
  '-fcf-protection=none',
];

/** For machines of another architecture; the loops of memcpy(3) must not become calls of itself. */
const bareArm = [...portable, '-mgeneral-regs-only', '-fno-tree-loop-distribute-patterns'];

const flags: Readonly<Record<ShimName, readonly string[]>> = {
  user: bare,
  slices: bare,
  kernel: bare,
  'kernel-slices': bare,
  stress: ['-pthread', '-no-pie', '-fno-pie'],
  confine: [],
  'guest-init': bare,
  'qemu-plugin': ['-shared', '-fPIC'],
  'load-object': ['-lbpf'],
  'test-runs': ['-lbpf'],
};

/**
 * Path, hash and symbols of the built shim. `cacheDir` defaults to `.cache/shims` at the top of the
 * project, or a folder in the system's temporary one if that is not this user's. Throws a UserError
 * if there is no working C compiler.
 */
export const buildShim = async (
  name: ShimName,
  options: {readonly cacheDir?: string; readonly arch?: 'x86_64' | 'arm64'} = {},
): Promise<Shim> => {
  const {program, flagsOf, hint} = toolchains[options.arch ?? 'x86_64'];
  const compiler = await compilerVersion(program, hint);
  const sources = sourceFolder();
  const hash = sourceHash(sources, name, compiler, flagsOf(name));
  const folder = options.cacheDir ?? shimFolder();
  const path = join(folder, `${name}-${hash.slice(0, 16)}`);
  if (!existsSync(path)) {
    mkdirSync(folder, {recursive: true});
    const partial = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}.tmp`;
    await compile(program, [
      '-std=gnu11',
      '-O2',
      '-o',
      partial,
      join(sources, `${name}.c`),
      ...flagsOf(name),
    ]);
    renameSync(partial, path);
  }
  return {name, path, hash, symbols: functionSymbols(readFileSync(path))};
};

/** `flagsOf`: of the shims that run in a machine, if it is another architecture's. */
const toolchains = {
  x86_64: {
    program: 'cc',
    flagsOf: (name: ShimName): readonly string[] => flags[name],
    hint: 'Install one: apt-get install gcc libc6-dev',
  },
  arm64: {
    program: 'aarch64-linux-gnu-gcc',
    flagsOf: (): readonly string[] => bareArm,
    hint: 'Install one: apt-get install gcc-aarch64-linux-gnu',
  },
} as const;

const compilerVersion = async (program: string, hint: string): Promise<string> => {
  try {
    return (await run(program, ['--version'])).stdout.split('\n', 1)[0];
  } catch {
    throw new UserError(
      `There is no C compiler (${program}), which jitstat needs to build its native shims.`,
      hint,
    );
  }
};

const compile = async (program: string, args: readonly string[]): Promise<void> => {
  try {
    await run(program, args);
  } catch (error) {
    const {stderr = ''} = error as {stderr?: string};
    const first =
      stderr.split('\n').find((line) => /error/i.test(line)) ?? stderr.trim().split('\n', 1)[0];
    throw new UserError(
      `${program} cannot build a shim: ${first}`,
      'The shims need gcc or clang with the Linux headers: apt-get install gcc libc6-dev',
    );
  }
};

/** The C files stay in place when the TypeScript is built into `dist/`. */
const sourceFolder = (): string => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (folder !== '/' && !existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return join(folder, 'harness', 'shim', 'native');
};

const sourceHash = (
  sources: string,
  name: ShimName,
  compiler: string,
  flagList: readonly string[],
): string => {
  const hash = createHash('sha256').update(compiler).update(flagList.join(' '));
  const files = readdirSync(sources)
    .filter((file) => file === `${name}.c` || file.endsWith('.h'))
    .sort();
  for (const file of files) hash.update(`\0${file}\0`).update(readFileSync(join(sources, file)));
  return hash.digest('hex');
};

/** The default folder of built shims. */
export const shimFolder = (): string => {
  const own = join(dirname(dirname(dirname(sourceFolder()))), '.cache', 'shims');
  return isOurs(own) ? own : temporaryFolder();
};

/** The folder exists, can be written, and belongs to this user: what is in it will be executed. */
const isOurs = (folder: string): boolean => {
  try {
    mkdirSync(folder, {recursive: true, mode: 0o755});
    accessSync(folder, constants.W_OK);
    return lstatSync(folder).uid === process.getuid?.();
  } catch {
    return false;
  }
};

const temporaryFolder = (): string => {
  const folder = join(tmpdir(), `jitstat-shims-${process.getuid?.() ?? 0}`);
  return isOurs(folder) ? folder : mkdtempSync(`${folder}-`);
};
