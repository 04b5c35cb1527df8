// How much of an input is read, and how long its writer is waited for.
import {spawn, spawnSync} from 'node:child_process';
import {mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {afterAll, describe, expect, test} from 'vitest';
import {readUserFile} from '../../workloads/user/read-file.ts';
import {recordingIo} from '../testing/captured-io.ts';
import {checkMemory, readInput} from './read-input.ts';

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

test('a text that needs more memory than node has is refused with a way out', () => {
  expect(() => checkMemory('big.csv', 200e6, 2e9)).toThrow(
    'big.csv holds 200 MB: reading it may take 3.2 GB of memory, and node may use 2.0 GB.',
  );
  expect(() => checkMemory('big.csv', 200e6, 4.3e9)).not.toThrow();
});

describe('pipes', () => {
  const pipe = join(folder, 'pipe');
  spawnSync('mkfifo', [pipe]);

  test('what a writer sends later is read whole', async () => {
    const text = read(pipe, '2');
    const writer = spawn('sh', ['-c', 'sleep 0.2; head -c 300000 /dev/zero > "$0"', pipe]);
    expect(await text).toHaveLength(300_000);
    writer.kill();
  });

  test('a signal ends the wait for a writer', async () => {
    const launcher = fileURLToPath(new URL('../../jitstat', import.meta.url));
    const built = fileURLToPath(new URL('../../dist/harness/main.js', import.meta.url));
    spawnSync(launcher, ['--help'], {stdio: 'ignore'});
    const child = spawn(process.execPath, [built, 'import', pipe], {stdio: 'ignore'});
    const ended = new Promise((resolve) => child.on('close', resolve));
    // It waits once it has opened the pipe.
    while (!isOpen(child.pid!)) await sleep(20);
    child.kill('SIGTERM');
    expect(await ended).toBe(143);
  });

  test('files that must be whole may not be pipes', () => {
    expect(() => readUserFile(pipe, 'Hint.')).toThrow(
      'pipe cannot be read: it is not a regular file.',
    );
    expect(() => readUserFile('/dev/zero', 'Hint.')).toThrow('it is not a regular file');
    expect(() => readUserFile(folder, 'Hint.')).toThrow('it is a folder');
    expect(() => readUserFile(`${folder}/none`, 'Hint.')).toThrow('there is no such file');
    expect(() => readUserFile(join(folder, 'long.txt'), 'Hint.', 2 ** 20)).toThrow('1 MiB');
  });

  const isOpen = (pid: number): boolean => {
    const descriptors = `/proc/${pid}/fd`;
    return readdirSync(descriptors).some((fd) => {
      try {
        return readlinkSync(join(descriptors, fd)) === pipe;
      } catch {
        return false;
      }
    });
  };
});
