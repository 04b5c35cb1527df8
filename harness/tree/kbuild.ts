// Has the tree's own build system make the object of its JIT in a folder of ours, and keeps the
// command, with which other files can be compiled against the tree's structures.
import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {UserError} from '../../results/error.ts';
import {cacheFolder, hashFiles, shortHash, stampFiles} from './cache.ts';
import type {PatchedFiles} from './shadow.ts';
import {isBuiltInPlace, plantFarm} from './farm.ts';
import {lastLines, requireTools, runTool} from './run-tool.ts';
import type {TreeVersion} from './version.ts';
import {jitSource} from './version.ts';

/** The base of a side: the tree as it is, configured and built. */
export interface Kbuild {
  /** kbuild's output folder, in which the saved command runs. */
  readonly folder: string;
  /** What kbuild was given as the tree: the tree itself, or links to it. */
  readonly source: string;
  /** The command up to `-c -o`, as a line for the shell. */
  readonly command: string;
  /** The inputs: the files it depends on, config, compiler. */
  readonly digest: string;
  /** The configuration in words, for reports. */
  readonly config: string;
}

export interface KbuildRequest {
  /** The side's name in messages. */
  readonly side: string;
  readonly tree: string;
  readonly version: TreeVersion;
  readonly config: string | null;
  /** Patched files that kbuild itself must see; `hash` identifies them without reading. */
  readonly own: {readonly hash: string; readonly files: () => Promise<PatchedFiles>} | null;
  readonly note: (line: string) => void;
}

/** Set to y if neither the user nor the tree has a configuration. */
const fragment =
  '64BIT SMP NET INET BPF BPF_SYSCALL BPF_JIT BPF_JIT_ALWAYS_ON MODULES PERF_EVENTS CGROUPS ' +
  'CGROUP_BPF MEMCG SECURITY SECURITYFS RETPOLINE RETHUNK SLS SPECULATION_MITIGATIONS ' +
  'CPU_MITIGATIONS MITIGATION_RETPOLINE MITIGATION_RETHUNK MITIGATION_SLS CPU_SUP_INTEL ' +
  'CPU_SUP_AMD PROCESSOR_SELECT DEBUG_KERNEL DEBUG_BUGVERBOSE';

/** The objtool of these kernels does not build with newer compilers. */
const isOld = ({number}: TreeVersion): boolean => number < 5015;
const oldFragment = `${fragment} EXPERT UNWINDER_GUESS SYSFS MULTIUSER`;
const oldFlags = ['SKIP_STACK_VALIDATION=1', 'WERROR=0', 'HOSTCFLAGS=-Wno-error'];

const reported = [
  'SECURITY',
  'MEMCG',
  'RETPOLINE',
  'RETHUNK',
  'SLS',
  'X86_KERNEL_IBT',
  'CFI_CLANG',
];

/** Throws a UserError if a tool is missing, or config or compiler fail. */
export const kbuild = async (request: KbuildRequest): Promise<Kbuild> => {
  const {tree, config, version, own} = request;
  const settings = settingsOf(request);
  const identity = shortHash(tree, settings, own?.hash ?? '');
  const folder = join(cacheFolder(), `obj-${identity}`);
  mkdirSync(folder, {recursive: true});
  const known = readKnown(folder);
  if (known !== null && isUnchanged(folder, known, settings))
    return {folder, ...known, config: configWords(folder, config)};
  requireTools();
  request.note(`building the JIT of ${request.side} with its own kbuild (once, half a minute)`);
  const source = await sourceFolder(request, folder);
  const make = async (what: string, ...targets: readonly string[]): Promise<void> => {
    const flags = [...(isOld(version) ? oldFlags : []), 'ARCH=x86'];
    const words = ['make', '-s', '-j2', '-C', source, `O=${folder}`, ...flags, ...targets];
    const [command, ...args] = locked(folder, words);
    const {code, all} = await runTool(command, args, {cwd: folder, seconds: 1200});
    if (code === 0) return;
    const openssl = /openssl\/\w+\.h/.test(all) ? ' It needs libssl-dev.' : '';
    throw new UserError(
      `${request.side}: ${what} failed.`,
      `The tree does not build as it is.${openssl} Try make -C ${tree} O=… ${targets.at(-1)}.`,
      lastLines(all),
    );
  };
  await configure(make, folder, settings, config !== null || hasOwnConfig(tree));
  await make('compiling arch/x86/net', jitSource.replace(/\.c$/, '.o'));
  return {folder, ...learn(folder, settings, source), config: configWords(folder, config)};
};

const hasOwnConfig = (tree: string): boolean => existsSync(join(tree, '.config'));

/** The text of the configuration: the user's, the tree's, or our fragment. */
const settingsOf = ({tree, config, version}: KbuildRequest): string => {
  const file = config ?? join(tree, '.config');
  if (existsSync(file)) return readFileSync(file, 'utf8');
  const names = (isOld(version) ? oldFragment : fragment).split(' ');
  return names.map((name) => `CONFIG_${name}=y\n`).join('');
};

const sourceFolder = async ({tree, own}: KbuildRequest, folder: string): Promise<string> => {
  if (own === null && !isBuiltInPlace(tree)) return tree;
  const farm = join(folder, 'source-links');
  rmSync(farm, {recursive: true, force: true});
  const files: PatchedFiles = (await own?.files()) ?? new Map();
  plantFarm(tree, farm, [...files.keys()]);
  for (const [path, content] of files)
    if (content !== null) writeFileSync(join(farm, path), content);
  return farm;
};

const configure = async (
  make: (what: string, ...targets: readonly string[]) => Promise<void>,
  folder: string,
  settings: string,
  isWhole: boolean,
): Promise<void> => {
  if (isWhole) {
    writeFileSync(join(folder, '.config'), settings);
    await make('configuring (olddefconfig)', 'olddefconfig');
  } else {
    const file = join(folder, 'jitstat.config');
    writeFileSync(file, settings);
    await make('configuring (allnoconfig)', `KCONFIG_ALLCONFIG=${file}`, 'allnoconfig');
  }
  const text = readFileSync(join(folder, '.config'), 'utf8');
  for (const name of ['64BIT', 'BPF_JIT', 'NET'])
    if (!text.includes(`\nCONFIG_${name}=y\n`))
      throw new UserError(
        `The configuration has no CONFIG_${name}.`,
        'The JIT is compiled only with CONFIG_64BIT, CONFIG_NET and CONFIG_BPF_JIT.',
      );
};

/** Two jitstats that build in the same folder wait for each other. */
const locked = (folder: string, words: readonly string[]): readonly string[] =>
  spawnSync('flock', ['--version'], {stdio: 'ignore'}).status === 0
    ? ['flock', '-w', '1200', join(folder, 'jitstat.lock'), ...words]
    : words;

interface Known {
  readonly source: string;
  readonly command: string;
  readonly files: readonly string[];
  /**
   * The hash of the files' contents, and their stamp at the time; builds of old versions lack both.
   */
  readonly content: string;
  readonly stamp: string | null;
  readonly digest: string;
}

const knownFile = 'jitstat-build.json';

/** Files are read only if their stamp shows that one may have changed. */
const isUnchanged = (folder: string, known: Known, settings: string): boolean => {
  const stamp = stampFiles(known.files, folder);
  const isSame = stamp !== null && stamp === known.stamp;
  const content = isSame ? known.content : hashFiles(known.files, folder);
  if (known.digest !== digestOf(content, settings)) return false;
  if (!isSame) writeKnown(folder, {...known, content, stamp});
  return true;
};

const readKnown = (folder: string): Known | null => {
  try {
    return JSON.parse(readFileSync(join(folder, knownFile), 'utf8')) as Known;
  } catch {
    return null;
  }
};

/** Replaced at once, since another jitstat may be reading it. */
const writeKnown = (folder: string, known: Known): void => {
  const partial = join(folder, `${knownFile}.${process.pid}.tmp`);
  writeFileSync(partial, JSON.stringify(known));
  renameSync(partial, join(folder, knownFile));
};

/** Reads what kbuild saved: the command, and the files the object depends on. */
const learn = (folder: string, settings: string, source: string): Known => {
  const saved = readFileSync(join(folder, 'arch/x86/net/.bpf_jit_comp.o.cmd'), 'utf8');
  const line = /^(?:saved)?cmd_\S+ := (.*)$/m.exec(saved)?.[1] ?? '';
  const command = line
    .split(' ; ')[0]
    .replace(/ -c -o .*$/, '')
    .replace(/ -Wp,-MM?D,\S+/g, '');
  const files = [...saved.matchAll(/^ {2,}(\S+) \\$/gm)].map((match) => match[1]);
  if (command === line || files.length < 10)
    throw new UserError(
      'kbuild saved its command in a form that jitstat does not know.',
      'Report the first line of arch/x86/net/.bpf_jit_comp.o.cmd in the build folder.',
    );
  const all = [...files.filter((file) => !file.startsWith('$')), sourceOf(saved)];
  const stamp = stampFiles(all, folder);
  const content = hashFiles(all, folder);
  const known = {source, command, files: all, content, stamp, digest: digestOf(content, settings)};
  writeKnown(folder, known);
  return known;
};

const sourceOf = (saved: string): string => /^source_\S+ := (\S+)$/m.exec(saved)![1];

const compilerWords = (): string =>
  spawnSync('cc', ['--version'], {encoding: 'utf8'}).stdout?.split('\n', 1)[0] ?? '';

const digestOf = (content: string, settings: string): string =>
  shortHash(content, settings, compilerWords());

const configWords = (folder: string, config: string | null): string => {
  const text = readFileSync(join(folder, '.config'), 'utf8');
  const set = reported.filter((name) =>
    [name, `MITIGATION_${name}`].some((each) => text.includes(`\nCONFIG_${each}=y\n`)),
  );
  const whose = config ?? 'usual config';
  return `${whose}: ${set.join(', ')}`;
};
