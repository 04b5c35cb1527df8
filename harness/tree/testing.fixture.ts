// For tests: kernel sources from Debian's packages, and patches that an edit script makes at run
// time. This repository does not hold any line of a kernel.
import {spawnSync} from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import {homedir, tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {installPackages} from '../testing/debian.ts';
import {jitParts} from './git.ts';

/** Where unpacked kernels and their builds are kept from one test run to the next. */
export const kernelCache = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'jitstat-linux',
);

/** The folder of an unpacked kernel from Debian, or the reason why there is none. */
export const debianTree = (
  version: string,
): {readonly tree: string} | {readonly reason: string} => {
  const name = `linux-source-${version}`;
  const reason = installPackages([
    name,
    'flex',
    'bison',
    'bc',
    'libelf-dev',
    'libssl-dev',
    'patch',
  ]);
  if (reason !== null) return {reason};
  const tree = join(kernelCache, name);
  if (existsSync(join(tree, 'arch/x86/net'))) return {tree};
  mkdirSync(kernelCache, {recursive: true});
  const partial = mkdtempSync(join(kernelCache, 'unpack-'));
  const paths = [...jitParts.map((part) => `${name}/${part}`), '*/Kconfig*'];
  const args = ['-xf', `/usr/src/${name}.tar.xz`, '-C', partial, '--wildcards', ...paths];
  const {status, stderr} = spawnSync('tar', args, {encoding: 'utf8'});
  if (status !== 0) return {reason: `${name} cannot be unpacked: ${stderr.split('\n')[0]}`};
  renameSync(join(partial, name), tree);
  rmSync(partial, {recursive: true});
  return {tree};
};

/** One change: in `path`, the first `token` after `anchor`, which must be the only one before `until`. */
export interface Edit {
  readonly path: string;
  /** The name after which to search; '' = the beginning of the file. */
  readonly anchor: string;
  readonly token: RegExp;
  readonly replacement: string;
}

/** Makes a diff of the edits to a tree. Throws if an anchor or a token is not there. */
export const editScript = (tree: string, edits: readonly Edit[]): string => {
  const folder = mkdtempSync(join(tmpdir(), 'jitstat-edit-'));
  try {
    for (const {path, anchor, token, replacement} of edits) {
      const [before, after] = ['a', 'b'].map((side) => join(folder, side, path));
      for (const file of [before, after]) {
        mkdirSync(dirname(file), {recursive: true});
        if (!existsSync(file)) copyFileSync(join(tree, path), file);
      }
      const text = readFileSync(after, 'utf8');
      const from = text.indexOf(anchor);
      if (from === -1) throw new Error(`${path} has no '${anchor}'.`);
      const match = token.exec(text.slice(from));
      if (match === null) throw new Error(`${path} has no ${token} after '${anchor}'.`);
      const at = from + match.index;
      const changed = match[0].replace(token, replacement);
      writeFileSync(after, text.slice(0, at) + changed + text.slice(at + match[0].length));
    }
    return spawnSync('diff', ['-ruN', 'a', 'b'], {cwd: folder, encoding: 'utf8'}).stdout;
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
};
