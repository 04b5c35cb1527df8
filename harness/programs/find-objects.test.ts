// Files that are looked into, and those that are not.
import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
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
