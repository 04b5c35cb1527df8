// Shims are built once per content, even by several processes at the same time, without warnings; a
// missing compiler is reported.
import {execFileSync, spawnSync} from 'node:child_process';
import {mkdtempSync, readdirSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {buildShim} from './build-shim.ts';

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'jitstat-build-'));
const sources = new URL('./native/', import.meta.url).pathname;

test('parallel builds leave one file, later calls build nothing', async () => {
  const cacheDir = newFolder();
  const shims = await Promise.all([1, 2, 3].map(() => buildShim('user', {cacheDir})));
  expect(readdirSync(cacheDir)).toHaveLength(1);
  const before = statSync(shims[0].path).mtimeMs;
  expect(await buildShim('user', {cacheDir})).toEqual(shims[0]);
  expect(statSync(shims[0].path).mtimeMs).toBe(before);
});

test('helpers are found at the addresses that nm prints', async () => {
  const {path, symbols} = await buildShim('user');
  const lines = execFileSync('nm', [path], {encoding: 'utf8'})
    .split('\n')
    .map((line) => /^(\w+) [Tt] (\w+)$/.exec(line));
  const expected = lines.flatMap((match) =>
    match?.[2].startsWith('bpf_') ? [[match[2], BigInt(`0x${match[1]}`)] as const] : [],
  );
  expect(expected.length).toBeGreaterThan(7);
  for (const [name, address] of expected) expect(symbols.get(name)).toBe(address);
  // `call rel32` from images below 4 GiB
  expect(Math.max(...expected.map(([, address]) => Number(address)))).toBeLessThan(2 ** 31);
});

test('without a compiler the message says what to install', async () => {
  const path = process.env['PATH'];
  process.env['PATH'] = newFolder();
  try {
    await expect(buildShim('user', {cacheDir: newFolder()})).rejects.toMatchObject({
      name: 'UserError',
      hint: /apt-get install gcc/,
    });
  } finally {
    process.env['PATH'] = path;
  }
});

describe.each(['cc', 'clang'])('%s', (compiler) => {
  test.skipIf(spawnSync(compiler, ['--version']).status !== 0).each(['user', 'kernel'])(
    `%s.c compiles without a warning (skipped without ${compiler})`,
    (name) => {
      const {status, stderr} = spawnSync(
        compiler,
        [
          '-std=gnu11',
          '-O2',
          '-Wall',
          '-Wextra',
          '-ffreestanding',
          '-mno-sse',
          '-fsyntax-only',
          join(sources, `${name}.c`),
        ],
        {encoding: 'utf8'},
      );
      expect({status, stderr}).toEqual({status: 0, stderr: ''});
    },
  );
});
