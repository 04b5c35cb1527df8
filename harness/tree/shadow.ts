// Patched sides: copies of the touched files in a separate folder, patched there, so that the
// saved command finds them before those of the tree.
import {copyFileSync, existsSync, mkdirSync, readFileSync, rmSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {UserError} from '../../results/error.ts';
import {scratchFolder} from '../host/scratch.ts';
import {lastLines, requireTools, runTool} from './run-tool.ts';
import type {Series} from './patch-series.ts';

/**
 * Files that kbuild itself reads or makes other files from: for these its command is not enough.
 */
const forKbuild = new RegExp(
  String.raw`(?:^|\/)(?:Kconfig[^/]*|Makefile[^/]*|Kbuild[^/]*` +
    String.raw`|asm-offsets[^/]*\.c|bounds\.c|[^/]*\.(?:tbl|lds\.S))$` +
    String.raw`|^(?:scripts|tools)\/`,
);

export const needsKbuild = ({touched}: Series): boolean =>
  touched.some((path) => forKbuild.test(path));

/** The touched files after patching; null for one that a patch removes. */
export type PatchedFiles = ReadonlyMap<string, Uint8Array | null>;

/** Applies a series to copies in `folder`. Throws a UserError that names file and hunk. */
export const applySeries = async (
  side: string,
  tree: string,
  {patches, touched}: Series,
  folder: string,
): Promise<void> => {
  if (patches.length === 0) return;
  requireTools(['patch']);
  for (const path of touched) {
    mkdirSync(join(folder, dirname(path)), {recursive: true});
    if (existsSync(join(tree, path))) copyFileSync(join(tree, path), join(folder, path));
  }
  for (const {title, text} of patches) {
    const words = ['-p1', '-F0', '-f', '-N', '--no-backup-if-mismatch', '-r', '-'];
    const {code, all} = await runTool('patch', words, {cwd: folder, input: text, seconds: 60});
    if (code === 0) continue;
    throw new UserError(
      `${side}: '${title}' does not apply: ${failureOf(all)}.`,
      'Patches are applied in order and without fuzz; is it for another version of the tree?',
      lastLines(all, 8),
    );
  }
};

/** `patch` prints the file first, then its hunks. */
const failureOf = (said: string): string => {
  let file = '';
  for (const line of said.split('\n')) {
    file = /^(?:patching|checking) file '?([^'\s]+)'?/.exec(line)?.[1] ?? file;
    const hunk = /^Hunk #(\d+) (?:FAILED|ignored) at (\d+)/.exec(line);
    if (hunk !== null) return `${file}, hunk ${hunk[1]} (line ${hunk[2]})`;
    if (line.startsWith("can't find file to patch")) return 'it touches a file that is not there';
    if (/previously applied\) patch detected/.test(line)) return `${file} has it already`;
    if (/malformed patch/.test(line)) return line.replace(/^patch: \**\s*/, '');
  }
  return `${file === '' ? 'it' : file} was refused`;
};

/** The files of an applied series. */
export const patchedFiles = ({touched}: Series, folder: string): PatchedFiles =>
  new Map(
    touched.map((path) => {
      const file = join(folder, path);
      return [path, existsSync(file) ? readFileSync(file) : null];
    }),
  );

/** Where a build finds the files of its side, and the command that compiles them. */
export interface Shadow {
  readonly fileOf: (path: string) => string;
  readonly command: string;
}

/** `source` is the folder the saved command was made for. */
export const shadowOf = (
  {touched}: Series,
  source: string,
  folder: string,
  saved: string,
): Shadow => {
  const patched = new Set(touched.filter((path) => existsSync(join(folder, path))));
  if (patched.size === 0) return {fileOf: (path) => join(source, path), command: saved};
  let command = saved;
  for (const path of patched)
    command = command.replaceAll(`${source}/${path} `, `${join(folder, path)} `);
  const include = ['arch/x86/include', 'include', 'arch/x86/include/uapi', 'include/uapi'];
  const first = include.map((path) => `-I${join(folder, path)}`).join(' ');
  // A file that a patched one includes by a relative path may be in the tree.
  const near = `-iquote ${join(source, 'arch/x86/net')}`;
  return {
    fileOf: (path) => join(patched.has(path) ? folder : source, path),
    command: command.replace(' -nostdinc ', ` -nostdinc ${first} ${near} `),
  };
};

/** Runs `body` with a folder for patched copies, which is then removed. */
export const withShadowFolder = async <T>(body: (folder: string) => Promise<T>): Promise<T> => {
  const folder = scratchFolder('shadow');
  try {
    return await body(folder);
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
};
