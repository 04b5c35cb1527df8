// A program that bpftool loads, by its number: listing, sizes, comparison with the kernel's own
// code. It is pinned in the mount namespace of one process, so that it goes away with that process,
// however it ends.
import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {release, tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {runCli} from '../cli.ts';
import {kernelLoader} from '../programs/kernel.ts';
import {installPackages} from '../testing/debian.ts';
import {recordingIo} from '../testing/captured-io.ts';

const loader = await kernelLoader();
const object = join(import.meta.dirname, '..', 'programs', 'testdata', 'features.o');
const script = [
  'mount -t bpf bpf "$1"',
  'bpftool prog load "$2" "$1/one" 2>/dev/null',
  'bpftool -j prog show pinned "$1/one"',
  'cat >/dev/null',
].join(' && ');

let folder = '';
let holder: ReturnType<typeof spawn> | null = null;
let cannot: string | null = null;
let program = {id: 0, name: ''};

beforeAll(async () => {
  cannot = 'missing' in loader ? loader.missing : installPackages(['bpftool']);
  if (cannot !== null) return;
  folder = mkdtempSync(join(tmpdir(), 'jitstat-bpf-'));
  const child = spawn('unshare', ['-m', 'sh', '-c', script, 'sh', folder, object], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  holder = child;
  const said = await new Promise<string>((resolve) => {
    child.stdout.on('data', (bytes: Buffer) => resolve(bytes.toString()));
    child.on('close', () => resolve(''));
    child.on('error', () => resolve(''));
  });
  if (said === '') cannot = 'bpftool loads no program here';
  else program = JSON.parse(said) as typeof program;
});

afterAll(async () => {
  if (holder !== null && holder.exitCode === null) {
    const ended = new Promise((resolve) => holder!.once('close', resolve));
    holder.stdin!.end();
    await ended;
  }
  if (folder !== '') rmSync(folder, {recursive: true});
});

const run = async (...argv: readonly string[]) => {
  const io = recordingIo();
  const code = await runCli(io, [...argv]);
  return {code, out: io.stdout(), err: io.stderr()};
};

test('the kernel code of a loaded program, and a variant next to it', async ({skip}) => {
  if (cannot !== null) skip(`skipped: ${cannot}`);
  const own = await run('jit', `prog:${program.id}`);
  expect(own.err).toBe('');
  expect(own.code).toBe(0);
  expect(own.out).toContain("the running kernel's own code");
  expect(own.out).toContain('nopl 0x0(%rax,%rax,1)');
  const older = await run('jit', `prog:${program.name}`, '--variant', 'v510', '--json');
  expect(JSON.parse(older.out)).toMatchObject({code: 'v510', comparedVariant: 'v510', lost: null});
  if (!release().startsWith('6.18.')) return;
  const same = await run('jit', `prog:${program.id}`, '--variant', 'v618');
  expect(same.out).toContain("v618's is the same, byte for byte");
  expect(same.out).toContain('private stack');
});

test('sizes of a loaded program', async ({skip}) => {
  if (cannot !== null) skip(`skipped: ${cannot}`);
  const sides = ['--before', 'v510', '--after', 'kernel'];
  const {code, out} = await run('size', `prog:${program.id}`, ...sides, '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out).sums.programs).toBe(1);
});

test.each([
  [['--exe', 'x'], '--exe does not go with a program that is loaded.'],
  [['--program', 'nope'], "has no program 'nope'."],
  [['--variant', 'nope'], "There is no variant 'nope'."],
])('jit prog:ID %j is one message and one hint', async (args, message) => {
  const {code, err} = await run('jit', `prog:${program.id === 0 ? 1 : program.id}`, ...args);
  expect(code).toBe(2);
  if (cannot === null) expect(err).toContain(message);
  expect(err.trim().split('\n')).toHaveLength(2);
});
