// Files that are looked into, and those that are not.
import {execFileSync} from 'node:child_process';
import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
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
