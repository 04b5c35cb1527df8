// The user shim with images written by hand: what a good one reports; a bad or hostile one ends in
// a named result.
import {spawn} from 'node:child_process';
import {chmodSync, mkdtempSync, readFileSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {beforeAll, expect, test} from 'vitest';
import type {Shim} from './build-shim.ts';
import {buildShim} from './build-shim.ts';
import type {JobOptions, JobRecord, RunRecord} from './job.ts';
import {encodeJob} from './job.ts';
import type {ShimResult} from './result.ts';
import {shimExitCodes} from './result.ts';
import {runShim} from './run-shim.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-user-shim-'));
chmodSync(folder, 0o755);
const image = 0x5000_0000n;
const data = 0x1_0000_0000n;
const options: JobOptions = {
  sandbox: true,
  watchdogMs: 4000,
  stack: {address: 0x2_0000_0000n, bytes: 16384},
};
const hex = (text: string): Uint8Array =>
  new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));

let shim: Shim;
beforeAll(async () => {
  shim = await buildShim('user');
});

/** Memory for one image and one page of data. */
const setUp = (code: string): JobRecord[] => [
  {op: 'segment', address: image, bytes: 4096, access: 'rx'},
  {op: 'segment', address: data, bytes: 4096, access: 'rw'},
  {op: 'store', address: image, bytes: hex(code)},
  {op: 'start'},
];

const runOf = (fields: Partial<RunRecord> = {}): RunRecord => ({
  op: 'run',
  label: 'one',
  entry: image,
  context: data,
  repeat: 10,
  retval: 7,
  ...fields,
});

let number = 0;
const play = async (
  records: readonly JobRecord[],
  more: Partial<JobOptions> = {},
  prefix: readonly string[] = [],
): Promise<ShimResult> => {
  const path = join(folder, `job-${number++}`);
  writeFileSync(path, encodeJob(records, {...options, ...more}));
  const results = await runShim(shim, path, {prefix, timeoutMs: 120_000});
  expect(results).toHaveLength(1);
  return results[0];
};

const returns7 = 'b807000000 c3';

test('a good image: return value, executions, time', async () => {
  const result = await play([...setUp(returns7), runOf({repeat: 1000})]);
  expect(result).toMatchObject({
    status: 'ok',
    what: '',
    where: null,
    runs: [{label: 'one', retval: 7, executions: 1000}],
  });
  expect(result.runs[0].ns).toBeGreaterThan(0);
});

test('labels come back unchanged', async () => {
  const result = await play([...setUp(returns7), runOf({label: 'a "b"\\ \u00e9\n'})]);
  expect(result.runs[0].label).toBe('a "b"\\ \u00e9\n');
});

// prettier-ignore
const bad: readonly (readonly [name: string, code: string, status: string, what: RegExp])[] = [
  ['another return value', 'b808000000 c3', 'wrong', /^returned 8, expected 7$/],
  ['rbx lost', '31db b807000000 c3', 'wrong', /^registers not preserved: rbx$/],
  ['r13 and r14 exchanged', '4d87ee b807000000 c3', 'wrong', /^registers not preserved: r13 r14$/],
  ['undefined instruction', '0f0b', 'crash', /^SIGILL$/],
  ['int3', 'cc', 'crash', /^SIGTRAP$/],
  ['division by zero', '31d2 31c9 f7f1', 'crash', /^SIGFPE$/],
  ['read of address 16', '488b042510000000', 'crash', /^SIGSEGV: read of 0x10$/],
  ['write before the data', 'c647ff00', 'crash', /^SIGSEGV: write to 0xffffffff$/],
  ['read after the data', '8a8700100000', 'crash', /^SIGSEGV: read of 0x100001000$/],
  ['write to its own code', '50 8f0500000000', 'crash', /^SIGSEGV: write to 0x50000007$/],
  ['write to the code of the shim', 'c7042500104000 00000000', 'crash', /^SIGSEGV: write to 0x401000$/],
  ['read of kernel memory', '488b0425000080ff', 'crash', /^SIGSEGV/],
  ['jump to data', 'ffe7', 'crash', /^SIGSEGV: jump to 0x100000000$/],
  ['endless recursion', 'e8fbffffff', 'crash', /^SIGSEGV: stack overflow: write to 0x1fffffff8$/],
  ['non-canonical address', '48b80000000000000080 8b00', 'crash', /^SIGSEGV: general protection fault$/],
  ['stack pointer lost', '4831e4 50', 'crash', /^SIGSEGV: write to 0xfffffffffffffff8$|^SIGBUS|^SIGSEGV/],
  ['off the end into fill bytes', '90', 'crash', /^SIGTRAP$/],
  ['endless loop', 'ebfe', 'hang', /^no end within the time allowed$/],
  // escape attempts: number in eax, syscall
  ['open', 'b802000000 0f05 c3', 'crash', /^SIGSYS: the sandbox refused system call 2 \(open\)$/],
  ['openat', 'b801010000 0f05 c3', 'crash', /257 \(openat\)$/],
  ['fork', 'b839000000 0f05 c3', 'crash', /57 \(fork\)$/],
  ['execve', 'b83b000000 0f05 c3', 'crash', /59 \(execve\)$/],
  ['socket', 'b829000000 0f05 c3', 'crash', /41 \(socket\)$/],
  ['kill', 'b83e000000 0f05 c3', 'crash', /62 \(kill\)$/],
  ['mmap', 'b809000000 0f05 c3', 'crash', /9 \(mmap\)$/],
  ['new signal handler', 'b80d000000 0f05 c3', 'crash', /13 \(rt_sigaction\)$/],
  ['write to stderr', 'b801000000 bf02000000 0f05 c3', 'crash', /1 \(write\)$/],
  ['data made executable', 'b80a000000 be00100000 ba05000000 0f05 c3', 'crash', /10 \(mprotect\)$/],
  ['code writable and executable', 'b80a000000 bf00000050 be00100000 ba07000000 0f05 c3', 'crash',
    /10 \(mprotect\)$/],
  ['mprotect beyond the image', 'b80a000000 bf00000050 be00200000 ba05000000 0f05 c3', 'crash',
    /10 \(mprotect\)$/],
  ['32-bit call (int 0x80)', 'b802000000 cd80 c3', 'crash', /^SIGSYS/],
  ['x32 call', 'b802000040 0f05 c3', 'crash', /^SIGSYS/],
];

test.each(bad)('%s', async (_, code, status, what) => {
  const hangs = status === 'hang';
  const result = await play(
    [...setUp(code), runOf({repeat: 2})],
    hangs ? {} : {watchdogMs: 60_000},
  );
  expect(result.what).toMatch(what);
  expect(result).toMatchObject({status, label: 'one', runs: {length: status === 'wrong' ? 1 : 0}});
  expect(BigInt(result.where ?? 0)).toBeGreaterThan(0n);
});

test('a crash in the thousandth execution is located, and keeps earlier runs', async () => {
  // counts at [rdi]; reads address 0 when the count reaches 1000
  const counting = 'ff07 813fe8030000 7506 8b042500000000 b807000000 c3'.replace('7506', '7507');
  const result = await play([
    ...setUp(counting),
    runOf({label: 'first', repeat: 900}),
    runOf({label: 'second', repeat: 900}),
  ]);
  expect(result).toMatchObject({
    status: 'crash',
    label: 'second',
    iteration: 99,
    runs: [{label: 'first', executions: 900}],
  });
});

test('pokes: expected bytes are replaced, unexpected ones are named', async () => {
  const call = (before: string, after: string): JobRecord => ({
    op: 'poke',
    address: image,
    before: hex(before),
    after: hex(after),
  });
  const code = '0f1f440000 c3';
  const set7 = 'b807000000';
  expect(await play([...setUp(code), call('0f1f440000', set7), runOf()])).toMatchObject({
    status: 'ok',
  });
  expect(await play([...setUp(code), call('9090909090', set7), runOf()])).toMatchObject({
    status: 'wrong',
    what: 'a poke site holds 0f1f440000 instead of 9090909090',
    where: '0x50000000',
  });
});

test('outputs and counters are compared', async () => {
  const code = 'ff07 b807000000 c3';
  const output = (bytes: string): RunRecord => runOf({output: {address: data, bytes: hex(bytes)}});
  expect(
    await play([
      ...setUp(code),
      output('0a00'),
      {op: 'compare', label: 'count', address: data, value: 10},
    ]),
  ).toMatchObject({status: 'ok'});
  expect(await play([...setUp(code), output('0a01')])).toMatchObject({
    status: 'wrong',
    what: 'output byte 1 is 00, expected 01',
    label: 'one',
  });
  expect(
    await play([
      ...setUp(code),
      runOf(),
      {op: 'compare', label: 'count', address: data, value: 11},
    ]),
  ).toMatchObject({status: 'wrong', what: 'holds 10, expected 11', label: 'count'});
});

test('the flow dissector loop prepares the keys and clamps the offsets', async () => {
  // nhoff = 5, thoff = 200, then return 7; keys at [rdi]
  const code = '66c7070500 66c74702c800 b807000000 c3';
  const keys = `0e00 5200 ${'00'.repeat(6)} 0800 ${'00'.repeat(36)} 03000000 00000000`;
  const flow = {keys: data, etherType: 0x0800, packetBytes: 82, flags: 3};
  const filled: JobRecord = {op: 'store', address: data, bytes: new Uint8Array(56).fill(255)};
  expect(
    await play([...setUp(code), filled, runOf({flow, output: {address: data, bytes: hex(keys)}})]),
  ).toMatchObject({status: 'ok'});
});

test('works without root', async ({skip}) => {
  if (process.getuid?.() !== 0) skip('not root: the other tests show it');
  const result = await play([...setUp(returns7), runOf()], {}, [
    'setpriv',
    '--reuid=65534',
    '--clear-groups',
    '--',
  ]);
  expect(result).toMatchObject({status: 'ok'});
});

test('before the first instruction: no new privileges, a filter, no files, no processes', async () => {
  const path = join(folder, 'endless');
  writeFileSync(path, encodeJob([...setUp('ebfe'), runOf()], {...options, watchdogMs: 8000}));
  const child = spawn(shim.path, [path], {stdio: 'ignore'});
  const proc = (name: string): string => readFileSync(`/proc/${child.pid}/${name}`, 'utf8');
  while (!/^Seccomp:\t2$/m.test(proc('status')))
    await new Promise((resolve) => setTimeout(resolve, 5));
  expect(proc('status')).toMatch(/^NoNewPrivs:\t1$/m);
  for (const limit of ['core file size', 'open files', 'processes'])
    expect(proc('limits')).toMatch(new RegExp(`^Max ${limit} +0 +0 `, 'm'));
  // Nothing is writable and executable at once.
  expect(proc('maps')).not.toMatch(/ .wx/);
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(shimExitCodes.hang);
});

test('a file that is not a job is refused', async () => {
  const path = join(folder, 'no-job');
  writeFileSync(path, 'hello');
  expect((await runShim(shim, path))[0]).toMatchObject({
    status: 'refused',
    what: 'this is not a job for this shim',
  });
  expect((await runShim(shim, join(folder, 'absent')))[0]).toMatchObject({
    status: 'refused',
    what: 'the job file cannot be opened: error 0x2',
  });
  const whole = encodeJob([...setUp(returns7), runOf()], options);
  writeFileSync(path, whole.subarray(0, whole.length - 8));
  expect((await runShim(shim, path))[0].status).toBe('refused');
  expect(readFileSync(path).length).toBe(whole.length - 8);
});
