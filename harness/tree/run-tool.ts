// Runs a tool of the system to its end: make, cc, patch, git; its output is kept for messages.
import {spawn, spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {UserError} from '../../results/error.ts';

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  /** Both streams in the order they came. */
  readonly all: string;
}

const mostOutput = 1 << 24;

export const runTool = (
  command: string,
  args: readonly string[],
  options: {readonly cwd: string; readonly input?: string; readonly seconds?: number},
): Promise<Ran> =>
  new Promise((resolve, reject) => {
    // Variables of make and kbuild that the caller has set for another build would change ours.
    const {MAKEFLAGS: _flags, MAKELEVEL: _level, ARCH: _arch, ...env} = process.env;
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: {...env, LC_ALL: 'C'},
      timeout: 1000 * (options.seconds ?? 600),
      killSignal: 'SIGKILL',
    });
    let [out, all] = ['', ''];
    const keep = (chunk: Buffer, isOut: boolean): void => {
      if (all.length > mostOutput) return;
      all += chunk.toString();
      if (isOut) out += chunk.toString();
    };
    child.stdout.on('data', (chunk: Buffer) => keep(chunk, true));
    child.stderr.on('data', (chunk: Buffer) => keep(chunk, false));
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
    child.on('error', reject);
    child.on('close', (code) => resolve({code, out, all}));
  });

/** The last lines of what a tool said, for a message. */
export const lastLines = (text: string, count = 20): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-count)
    .map((line) => line.slice(0, 300).replaceAll('\t', '  '));

/** What a build needs: a command or a header, and the package that has it. */
// prettier-ignore
const tools = [
  {name: 'make', package: 'make'},
  {name: 'cc', package: 'gcc'},
  {name: 'ld', package: 'binutils'},
  {name: 'objcopy', package: 'binutils'},
  {name: 'readelf', package: 'binutils'},
  {name: 'flex', package: 'flex'},
  {name: 'bison', package: 'bison'},
  {name: 'bc', package: 'bc'},
  {name: '/usr/include/libelf.h', package: 'libelf-dev'},
] as const;

/** Throws a UserError that names the packages of what is missing. */
export const requireTools = (names: readonly string[] = tools.map(({name}) => name)): void => {
  const missing = names.filter((name) => !isThere(name));
  if (missing.length === 0) return;
  const packages = missing.map((name) => tools.find((tool) => tool.name === name)?.package ?? name);
  throw new UserError(
    `A kernel's JIT cannot be built without ${missing.join(', ')}.`,
    `Install: apt-get install ${[...new Set(packages)].join(' ')}`,
  );
};

const isThere = (name: string): boolean =>
  name.startsWith('/')
    ? existsSync(name)
    : spawnSync('/bin/sh', ['-c', `command -v ${name}`], {stdio: 'ignore'}).status === 0;
