// jitstat store verify: what it counts, what it names, and how it ends.
import {appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {finishSession} from '../../results/store/index.ts';
import {testSamples, testSession} from '../../results/testdata/session.ts';
import {runCli} from '../cli.ts';
import {recordingIo} from '../testing/captured-io.ts';

let store: string;
let folder: string;
beforeEach(async () => {
  store = mkdtempSync(join(tmpdir(), 'jitstat-verify-'));
  folder = await finishSession(store, testSession(), testSamples());
});
afterEach(() => rmSync(store, {recursive: true, force: true}));

const verify = async (...more: string[]) => {
  const io = recordingIo({env: {JITSTAT_STORE: store}});
  return {code: await runCli(io, ['store', 'verify', ...more]), out: io.stdout(), err: io.stderr()};
};

test('an undamaged store ends with 0 and says what was checked', async () => {
  const {code, out} = await verify();
  expect(code).toBe(0);
  expect(out).toMatch(/^sessions +1 +0 +0$/m);
  expect(out).toMatch(/^runs +1 +0 +0$/m);
});

test('a session from before there were checksums is called unchecked', async () => {
  writeFileSync(join(folder, 'session.json'), JSON.stringify(testSession()));
  const {code, out} = await verify();
  expect(code).toBe(0);
  expect(out).toMatch(/^sessions +0 +1 +0$/m);
  expect(out).toContain('Unchecked files were written before there were checksums.');
});

test('damage ends with 1 and is named', async () => {
  const file = join(folder, 'session.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace('"seed":1', '"seed":3'));
  const {code, out} = await verify('--json');
  expect(code).toBe(1);
  const found = JSON.parse(out);
  expect(found.kinds[0]).toEqual({kind: 'sessions', checked: 0, unchecked: 0, damaged: 1});
  expect(found.problems).toMatchObject([{path: file, text: expect.stringMatching(/checksum/)}]);
});

test('runs that unpack to a bomb are refused by their size', async () => {
  writeFileSync(join(folder, 'session.json'), JSON.stringify(testSession()));
  writeFileSync(join(folder, 'runs.json.gz'), gzipSync(Buffer.alloc(300 * 2 ** 20, 32)));
  const {code, out} = await verify();
  expect(code).toBe(1);
  expect(out).toContain('it unpacks to more than 256 MiB');
});

test('a missing store and an unknown word end with 2', async () => {
  appendFileSync(join(folder, 'runs.json.gz'), 'x');
  expect((await verify()).code).toBe(1);
  expect((await verify('--store', join(store, 'nowhere'))).code).toBe(2);
  const io = recordingIo();
  expect(await runCli(io, ['store', 'polish'])).toBe(2);
});
