// What the launcher keeps from node is not kept from the commands that are measured.
import {spawnSync} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {noPerf} from './testing/captured-io.ts';

const launcher = fileURLToPath(new URL('../jitstat', import.meta.url));
const isBuilt = existsSync(fileURLToPath(new URL('../dist/.built', import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), 'jitstat-launcher-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

/** If a source was changed since, it compiles. */
beforeAll(() => void (isBuilt && spawnSync(launcher, ['--version'])), 300_000);

const reason = noPerf ?? (isBuilt ? null : 'not built: ./jitstat --version');

/** What a measured command finds in its environment, started by the launcher. */
const environment = (certificates: Readonly<Record<string, string>>) => {
  const file = join(folder, 'environment.txt');
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    JITSTAT_STORE: join(folder, 'store'),
    ...certificates,
  };
  const command = ['sh', '-c', `env > ${file}`];
  const args = ['ab', '-q', '-r', '4', '--', ...command, '--', 'true'];
  const {status, stderr} = spawnSync(launcher, args, {env, encoding: 'utf8'});
  const found = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => /CERTS|JITSTAT/.test(line))
    .toSorted();
  return {status, warning: /.*certs.*/.exec(stderr)?.[0], found};
};

test.skipIf(reason !== null).each([
  ['none', {}],
  ['an empty name', {NODE_EXTRA_CA_CERTS: ''}],
  // node would say that it ignores this file, if it saw the variable.
  ['a file', {NODE_EXTRA_CA_CERTS: '/no/such file.pem'}],
])(`measured commands see the user's certificates: %s (skipped: ${reason})`, (_, given) => {
  expect(environment(given)).toEqual({
    status: 0,
    warning: undefined,
    found: [
      `JITSTAT_STORE=${join(folder, 'store')}`,
      ...Object.entries(given).map(([name, value]) => `${name}=${value}`),
    ].toSorted(),
  });
});
