// The paired bench finds the compiler of a built checkout, whichever version it is of.
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {compareCheckouts, filesOf} from './paired-speed.ts';

const root = mkdtempSync(join(tmpdir(), 'jitstat-paired-'));
afterAll(() => rmSync(root, {recursive: true}));

const checkout = (name: string, ...files: readonly string[]): string => {
  for (const file of files) {
    const path = join(root, name, 'dist/jit', file);
    mkdirSync(dirname(path), {recursive: true});
    writeFileSync(path, '');
  }
  return join(root, name);
};

test.each(['variants/index.js', 'variants/list/index.js'])('the list is in %s', (list) => {
  const directory = checkout(list.replaceAll('/', '-'), 'compile.js', list);
  expect(filesOf(directory)).toEqual({
    compile: join(directory, 'dist/jit/compile.js'),
    list: join(directory, 'dist/jit', list),
  });
});

test('a checkout that is not built is refused', () => {
  expect(() => filesOf(checkout('half', 'compile.js'))).toThrow(/is not a checkout .* is built/);
  expect(() => compareCheckouts(root, 10, [])).toThrow(/is not a checkout .* is built/);
});

test.each([0, 1.5, Number.NaN])('%s pairs are refused', (pairs) => {
  expect(() => compareCheckouts(root, pairs, [])).toThrow('--pairs takes a whole number');
});
