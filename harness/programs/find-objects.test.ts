// Files that are looked into, and those that are not.
import {execFileSync} from 'node:child_process';
import {chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {objectFiles} from './find-objects.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-find-'));
afterAll(() => rmSync(folder, {recursive: true}));

test('a pipe without a writer is refused, and not read', () => {
  execFileSync('mkfifo', [join(folder, 'pipe.o')]);
  expect(() => objectFiles(join(folder, 'pipe.o'), 'pipe.o')).toThrow('not a regular file');
  expect(objectFiles(folder, '.')).toEqual([]);
});

const noRights = process.getuid?.() === 0 ? ' (skipped: root may read every file)' : '';
test.skipIf(noRights !== '')(`an object that may not be read is not passed over${noRights}`, () => {
  const path = join(folder, 'closed.o');
  writeFileSync(path, '');
  expect(objectFiles(folder, '.')).toEqual([]);
  chmodSync(path, 0);
  expect(objectFiles(folder, '.').map(({file}) => file)).toEqual(['closed.o']);
});

test('a link to an object elsewhere is one; others are not followed', () => {
  const [here, there] = [join(folder, 'here'), join(folder, 'there.o')];
  mkdirSync(here);
  writeFileSync(there, '\x7fELF');
  writeFileSync(join(here, 'own.o'), '\x7fELF');
  symlinkSync(there, join(here, 'out.o'));
  symlinkSync('own.o', join(here, 'twice.o'));
  symlinkSync('..', join(here, 'up'));
  symlinkSync('absent', join(here, 'broken.o'));
  symlinkSync('circle.o', join(here, 'circle.o'));
  expect(objectFiles(here, '.').map(({file}) => file)).toEqual(['out.o', 'own.o']);
});
