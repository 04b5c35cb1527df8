// For deep tests: Debian packages that are installed on demand, or the reason why they are not.
import {spawnSync} from 'node:child_process';

let updated = false;

const isInstalled = (name: string): boolean =>
  spawnSync('dpkg-query', ['-W', '-f=${Status}', name], {encoding: 'utf8'}).stdout?.includes(
    'install ok installed',
  ) === true;

const apt = (...args: readonly string[]): string | null => {
  const {status, stderr} = spawnSync('apt-get', ['-q', '-y', ...args], {
    encoding: 'utf8',
    env: {...process.env, DEBIAN_FRONTEND: 'noninteractive'},
    timeout: 600_000,
  });
  return status === 0 ? null : (stderr ?? '').trim().split('\n').at(-1) || 'apt-get failed';
};

/**
 * Installs what is missing of `names` and returns null, or returns the reason why it cannot: only
 * in `npm run test:deep`, as root, with apt-get, and unless JITSTAT_NO_INSTALL=1.
 */
export const installPackages = (names: readonly string[]): string | null => {
  const missing = names.filter((name) => !isInstalled(name));
  if (missing.length === 0) return null;
  const list = missing.join(' ');
  if (process.env['JITSTAT_DEEP'] !== '1') return `without ${list}`;
  if (process.env['JITSTAT_NO_INSTALL'] === '1') return `without ${list}; installing is forbidden`;
  if (process.getuid?.() !== 0) return `without ${list}; only root can install`;
  if (!updated) {
    const reason = apt('update');
    if (reason !== null) return `without ${list}: ${reason}`;
    updated = true;
  }
  const reason = apt('install', '--no-install-recommends', ...missing);
  return reason === null ? null : `without ${list}: ${reason}`;
};
