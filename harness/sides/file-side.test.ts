// Files that are not variants: one message, one hint. Files that are variants are tested with
// docs/adding-a-variant.md.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {checkSide, resolveSide, sidePattern} from './resolve.ts';

const cwd = mkdtempSync(join(tmpdir(), 'jitstat-file-side-'));
afterAll(() => rmSync(cwd, {recursive: true, force: true}));
const io = {cwd, err: () => undefined, errIsTerminal: false};

test.each([
  ['none.mjs', 'export const x = 1;\n', './none.mjs exports no variant.'],
  ['empty.mjs', '\n', './empty.mjs exports no variant.'],
  ['throws.mjs', "throw new Error('boom');\n", './throws.mjs cannot be loaded: boom.'],
  ['number.mjs', 'export const variant = 1;\n', 'A variant is an object.'],
  ['part.mjs', 'export const variant = {name: 1};\n', "The variant's name is of type number"],
  ['absent.mjs', null, 'There is no file ./absent.mjs.'],
])('%s', async (name, content, message) => {
  if (content !== null) writeFileSync(join(cwd, name), content);
  await expect(resolveSide(`./${name}`, {io, rules: null})).rejects.toMatchObject({
    name: 'Refusal',
    message: expect.stringContaining(message),
    hint: expect.stringMatching(/\w/),
  });
});

test('a path is a side in commands and in batches', () => {
  expect(checkSide('./mine.mjs')).toBe('./mine.mjs');
  expect(sidePattern.test('{"id":1,"variant":"./mine.mjs"}')).toBe(true);
  expect(sidePattern.test('{"id":1,"variant":"v618"}')).toBe(false);
});
