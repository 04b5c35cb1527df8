// For deep tests: Debian's cloud kernels 6.1 and 6.12 for x86-64, downloaded and not installed.
import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {installPackages} from './debian.ts';
import {deepCache} from './deep-cache.ts';

/**
 * The newest cloud kernel of a series, unpacked but not installed; null if it cannot be downloaded.
 */
const debianKernel = (series: string): string | null => {
  const target = join(deepCache, `vmlinuz-${series}`);
  if (existsSync(target)) return target;
  if (process.env['JITSTAT_DEEP'] !== '1' || process.env['JITSTAT_NO_INSTALL'] === '1') return null;
  const folder = mkdtempSync(join(tmpdir(), 'jitstat-kernels-'));
  const run = (command: string, args: readonly string[]) =>
    spawnSync(command, args, {cwd: folder, encoding: 'utf8', timeout: 300_000});
  run('apt-get', ['-q', 'update']);
  const escaped = series.replaceAll('.', '\\.');
  const names = run('apt-cache', ['pkgnames', `linux-image-${series}`])
    .stdout.split('\n')
    .filter((name) => new RegExp(`^linux-image-${escaped}[.+-].*cloud-amd64$`).test(name));
  const newest = names.sort((a, b) => a.localeCompare(b, 'en', {numeric: true})).at(-1);
  if (newest === undefined || run('apt-get', ['download', newest]).status !== 0) return null;
  const deb = readdirSync(folder).find((name) => name.startsWith(newest)) ?? '';
  mkdirSync(deepCache, {recursive: true});
  const out = join(folder, series);
  run('dpkg', ['-x', deb, out]);
  const image = readdirSync(join(out, 'boot')).find((name) => name.startsWith('vmlinuz'));
  if (image === undefined) return null;
  spawnSync('cp', [join(out, 'boot', image), target]);
  rmSync(folder, {recursive: true});
  return target;
};

const unable = installPackages(['qemu-system-x86', 'seabios']);

/** Paths by the variant whose code they emit; null if there can be no machine. */
export const debianKernels =
  unable === null ? {v61: debianKernel('6.1'), v612: debianKernel('6.12')} : null;

/** Why there is no machine or kernel; null if both are there. */
export const noDebianKernels: string | null =
  unable ??
  (debianKernels?.v61 && debianKernels.v612 ? null : "without Debian's 6.1 and 6.12 cloud kernels");
