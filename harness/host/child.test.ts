// A child ends when it exits itself, whatever it left behind or wrote.
import {closeSync, mkdtempSync, openSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {isAlive} from '../../results/store/owner.ts';
import {runChild} from './child.ts';

const shell = (script: string) => runChild({argv: ['sh', '-c', script]});

test('a background process that keeps stderr open is ended, not waited for', async () => {
  const result = await shell('sleep 1000 & echo $! >&2; exit 3');
  expect(result).toMatchObject({exitCode: 3, signal: null, leftBehind: true});
  expect(isAlive({pid: Number(result.stderr), start: null})).toBe(false);
});

test('one that ignores SIGTERM and writes forever is ended too', async () => {
  const result = await shell("trap '' TERM; (while :; do echo x >&2; done) & exit 0");
  expect(result).toMatchObject({exitCode: 0, leftBehind: true});
});

test('the end of a long stderr is kept, with the last words whole', async () => {
  const {stderr, exitCode} = await shell(
    'head -c 140000000 /dev/zero >&2; head -c 100000 /dev/zero | tr "\\0" a >&2; echo end >&2',
  );
  expect(exitCode).toBe(0);
  expect(stderr.length).toBe(65_536);
  expect(stderr.endsWith('aaaaend\n')).toBe(true);
});

test('a signal, a missing program and descriptors', async () => {
  expect(await shell('kill -KILL $$')).toMatchObject({exitCode: null, signal: 'SIGKILL'});
  await expect(runChild({argv: ['/nonexistent']})).rejects.toMatchObject({code: 'ENOENT'});
  const folder = mkdtempSync(join(tmpdir(), 'jitstat-child-'));
  const file = openSync(join(folder, 'three'), 'w');
  await runChild({argv: ['sh', '-c', 'echo $WORD >&3'], env: {WORD: 'yes'}, descriptors: [file]});
  closeSync(file);
  expect(readFileSync(join(folder, 'three'), 'utf8')).toBe('yes\n');
  rmSync(folder, {recursive: true});
});
