// The packed package in an empty prefix, without development packages, on every supported Node.
import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {noCompiler, noPerf, noValgrind} from '../testing/captured-io.ts';
import {nodeOf, noRegistry} from '../testing/node-of.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'jitstat-package-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const run = (command: string, args: readonly string[], cwd = folder) => {
  const {status, stdout, stderr} = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: {...process.env, JITSTAT_STORE: undefined, CI: undefined},
  });
  return {status, stdout, stderr};
};

const unable = noRegistry();

describe.skipIf(unable !== null)(`the package (skipped: ${unable})`, () => {
  const prefix = join(folder, 'prefix');
  const bin = join(prefix, 'bin/jitstat');

  beforeAll(() => {
    const packed = run('npm', ['pack', '--pack-destination', folder], root);
    expect(packed.status, packed.stderr).toBe(0);
    const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
    const args = ['install', '--global', '--prefix', prefix, '--omit=dev', join(folder, tarball)];
    const installed = run('npm', args);
    expect(installed.status, installed.stderr).toBe(0);
  }, 600_000);

  test('brings no compiler and no bundler', () => {
    const modules = join(prefix, 'lib/node_modules/jitstat/node_modules');
    for (const name of ['typescript', 'esbuild', 'vitest', 'prettier'])
      expect(existsSync(join(modules, name)), name).toBe(false);
  });

  describe.each(['20', '22', '24'])('on Node %s', (major) => {
    let node = '';
    const jitstat = (...args: string[]) => {
      const cwd = join(folder, `work-${major}`);
      mkdirSync(cwd, {recursive: true});
      return run(node, [bin, ...args], cwd);
    };
    beforeAll(() => {
      node = nodeOf(major, folder);
    });

    const ends0 = (...args: string[]): void => {
      const {status, stderr} = jitstat(...args);
      expect({status, stderr: status === 0 ? '' : stderr}).toEqual({status: 0, stderr: ''});
    };

    test('doctor', () => ends0('doctor'));
    test.skipIf(noPerf !== null)(`ab, then report last (skipped: ${noPerf})`, () => {
      ends0('ab', '-r', '4', '--', 'true', '--', 'true');
      ends0('report', 'last');
    });
    const unable = noCompiler ?? noValgrind;
    test.skipIf(unable !== null)(`ab with callgrind (skipped: ${unable})`, () =>
      ends0('ab', 'tailcall1', '--source', 'callgrind'),
    );
  });

  test('is a library with types', () => {
    const consumer = join(folder, 'consumer');
    mkdirSync(join(consumer, 'node_modules'), {recursive: true});
    writeFileSync(join(consumer, 'package.json'), '{"type": "module"}');
    writeFileSync(
      join(consumer, 'use.ts'),
      `import {compare, formatTable, importText} from 'jitstat';
import type {Comparison} from 'jitstat';
const text = ' Performance counter stats for x:\\n\\n   100.00 msec task-clock\\n   200 cycles\\n';
const found: readonly Comparison[] = compare(text, text.replace('200', '300'));
const rows: number = importText(text, 'x').tables[0].rows.length;
console.log(rows, found[0].rows.length, formatTable(found[0]).length > 0);
`,
    );
    const link = ['link', '--no-audit', '--no-fund', join(prefix, 'lib/node_modules/jitstat')];
    expect(run('npm', link, consumer).status).toBe(0);
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const types = ['--module', 'nodenext', '--target', 'es2023', '--strict', '--types', 'node'];
    const typeRoots = ['--typeRoots', join(root, 'node_modules/@types')];
    const checked = run(process.execPath, [tsc, 'use.ts', ...types, ...typeRoots], consumer);
    expect(checked.stdout).toBe('');
    expect(run(process.execPath, ['use.js'], consumer).stdout).toBe('2 2 true\n');
  });
});
