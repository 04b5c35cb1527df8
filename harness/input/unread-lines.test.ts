// compare and reply name lines that look like counts and were not understood.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {runCli} from '../cli.ts';
import {recordingIo} from '../testing/captured-io.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-unread-lines-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const run = async (...argv: string[]) => {
  const io = recordingIo({cwd: folder, env: {}});
  const code = await runCli(io, argv);
  return {code, err: io.stderr()};
};

const table = (label: string, cycles: number, odd = ''): string =>
  `${label}:\n\n Performance counter stats for './x' (10 runs):\n\n${odd}` +
  `     ${cycles}      cycles            ( +-  0.10% )\n\n` +
  '          1.0000 +- 0.0010 seconds time elapsed  ( +-  0.10% )\n\n';
const oddRow = '       0x1f      branches\n';

test.each(['compare', 'reply'])('%s names them, unless it is to be quiet', async (name) => {
  writeFileSync(join(folder, 'one.txt'), table('Before', 1e9, oddRow) + table('After', 1.1e9));
  const note = 'jitstat: line 5 of one.txt looks like a count and was not understood\n';
  expect(await run(name, 'one.txt')).toEqual({code: 0, err: note});
  expect(await run(name, 'one.txt', '--quiet')).toEqual({code: 0, err: ''});
});

test.each(['compare', 'reply'])('%s names the first of many', async (name) => {
  const before = table('Before', 1e9, oddRow.repeat(7));
  writeFileSync(join(folder, 'many.txt'), before + table('After', 1.1e9));
  expect((await run(name, 'many.txt')).err).toBe(
    'jitstat: 7 lines of many.txt look like counts and were not understood: 5, 6, 7, 8, 9, ...\n',
  );
});
