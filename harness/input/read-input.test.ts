// How much of an input is read.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {recordingIo} from '../testing/captured-io.ts';
import {readInput} from './read-input.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-input-'));
afterAll(() => rmSync(folder, {recursive: true}));
writeFileSync(join(folder, 'long.txt'), 'x'.repeat(1_500_000));

const read = (ref: string, mb: string, stdin = '') =>
  readInput(
    recordingIo({
      cwd: folder,
      env: {JITSTAT_INPUT_MB: mb},
      stdin: async () => Buffer.from(stdin),
    }),
    ref,
  );

test.each([
  ['a long file', 'long.txt', '1', /^long\.txt is larger than 1 MB\.$/],
  ['a device without an end', '/dev/zero', '1', /^\/dev\/zero is larger than 1 MB\.$/],
  ['long input', '-', '1', /^stdin is larger than 1 MB\.$/],
  ['no number', 'long.txt', 'many', /^\$JITSTAT_INPUT_MB takes a whole number from 1 to 512/],
  ['more than a string can hold', 'long.txt', '513', /takes a whole number from 1 to 512/],
])('%s', async (_, ref, mb, message) => {
  await expect(read(ref, mb, 'x'.repeat(1_000_001))).rejects.toThrow(message);
});

test('a higher limit reads it', async () => {
  expect(await read('long.txt', '2')).toHaveLength(1_500_000);
  expect(await read('long.txt', '')).toHaveLength(1_500_000);
});
