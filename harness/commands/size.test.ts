// `jitstat size` in process: figures that agree with `jitstat jit`, formats, limits, bad input.
import {copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {runCli} from '../cli.ts';
import {recordingIo} from '../testing/captured-io.ts';

const objects = join(import.meta.dirname, '..', '..', 'jit', 'bpf', 'testdata');
const cwd = mkdtempSync(join(tmpdir(), 'jitstat-size-'));
afterAll(() => rmSync(cwd, {recursive: true, force: true}));
mkdirSync(join(cwd, 'tc'));
copyFileSync(join(objects, 'tc_ladder.v3.O2.o'), join(cwd, 'tc', 'ladder.o'));
copyFileSync(join(objects, 'xdp_csum.v2.O2.o'), join(cwd, 'csum.o'));
const cut = readFileSync(join(objects, 'xdp_csum.v2.O2.o')).subarray(0, 200);
writeFileSync(join(cwd, 'broken.o'), cut);
writeFileSync(join(cwd, 'notes.txt'), 'no object');
writeFileSync(join(cwd, 'empty.o'), '');
writeFileSync(join(cwd, 'lib.a'), '!<arch>\n');
const bigEndian = Buffer.from(readFileSync(join(objects, 'xdp_csum.v2.O2.o')));
bigEndian[5] = 2;
bigEndian.subarray(18, 20).swap16();
writeFileSync(join(cwd, 'big-endian.o'), bigEndian);
// A program that carries an object, as a libbpf skeleton does.
const host = readFileSync(process.execPath).subarray(0, 64);
writeFileSync(join(cwd, 'host'), host);
const carrier = Buffer.concat([
  host,
  readFileSync(join(objects, 'xdp_csum.v3.O2.o')),
  Buffer.alloc(9),
]);
writeFileSync(join(cwd, 'carrier'), carrier);

const size = async (...argv: string[]) => {
  const io = recordingIo({cwd});
  const code = await runCli(io, ['size', '--loader', 'own', ...argv]);
  return {code, out: io.stdout(), err: io.stderr()};
};

const sides = ['--before', 'v58', '--after', 'v510'];

test('a folder: every object in it, even inside a program', async () => {
  const {code, out} = await size('.', ...sides, '--json');
  expect(code).toBe(0);
  const report = JSON.parse(out);
  expect(report).toMatchObject({schema: 'jitstat/size/1', before: 'v58', after: 'v510'});
  const files = new Set(report.programs.map(({file}: {file: string}) => file));
  expect([...files].sort()).toEqual(['carrier', 'csum.o', 'tc/ladder.o']);
  expect(report.refusals).toEqual([
    expect.objectContaining({file: 'broken.o', program: '', by: 'loader'}),
  ]);
  for (const {before, after} of report.programs)
    for (const {bytes, steps} of [before, after])
      expect(Object.values(steps as object).reduce((a, b) => a + b, 0)).toBe(bytes);
});

test('two folders with files of one name, and a file that is named twice', async () => {
  mkdirSync(join(cwd, 'old', 'deep'), {recursive: true});
  copyFileSync(join(objects, 'xdp_csum.v3.O2.o'), join(cwd, 'old', 'deep', 'ladder.o'));
  const {out} = await size('tc', 'old/deep', 'old', 'tc/ladder.o', ...sides, '--json');
  rmSync(join(cwd, 'old'), {recursive: true});
  const {programs, objects: count} = JSON.parse(out);
  const names = programs.map(({file, program}: Record<string, string>) => `${file} ${program}`);
  expect(new Set(names).size).toBe(names.length);
  expect(count).toBe(2);
  expect(new Set(programs.map(({folder}: {folder: string}) => folder)).size).toBe(2);
});

test('bytes are those of jitstat jit', async () => {
  for (const variant of ['v58', 'rfc1', 'v618']) {
    const {out} = await size('tc/ladder.o', '--before', variant, '--after', variant, '--json');
    const io = recordingIo({cwd});
    await runCli(io, ['jit', 'tc/ladder.o', '--variant', variant, '--hex']);
    const bytes = io
      .stdout()
      .split('\n')
      .filter((line) => line !== '' && !line.includes('thunk'))
      .reduce((sum, line) => sum + line.split(' ')[1].length / 2, 0);
    expect(JSON.parse(out).sums).toMatchObject({before: bytes, after: bytes, ratio: 1});
  }
});

test('the mail text has 72 columns of ASCII', async () => {
  const {out} = await size('.', ...sides);
  expect(out).toContain('code size, v58 -> v510');
  expect(out).toContain('by folder');
  expect(out.split('\n').filter((line) => line.length > 72 || /[^ -~]/.test(line))).toEqual([]);
});

test('CSV has a line for each program, even refused ones; Markdown has tables', async () => {
  const {out} = await size('.', ...sides, '--format', 'csv');
  const [head, ...lines] = out.trimEnd().split('\n');
  expect(lines.every((line) => line.split(',').length >= head.split(',').length)).toBe(true);
  expect(lines.some((line) => line.startsWith('broken.o,,,'))).toBe(true);
  expect((await size('.', ...sides, '--format', 'markdown')).out).toContain('| bytes |');
});

test('several after sides: one report each', async () => {
  const {out} = await size('csum.o', ...sides, '--after', 'v618', '--json');
  expect(JSON.parse(out).map(({after}: {after: string}) => after)).toEqual(['v510', 'v618']);
});

test('-o writes a page with the numbers of the JSON', async () => {
  const page = join(cwd, 'page');
  const mail = await size('.', ...sides, '-o', 'page');
  expect(mail.out).toMatch(/^code size, v58 -> v510/);
  expect(mail.out.trimEnd().split('\n').at(-1)).toBe(`report: ${join(page, 'index.html')}`);
  const {out, err} = await size('.', ...sides, '-o', page, '--json');
  const {sums, programs} = JSON.parse(out);
  expect(err).toBe(`report: ${join(page, 'index.html')}\n`);
  const words = readFileSync(join(page, 'index.html'), 'utf8').replaceAll(/\s+/g, ' ');
  const [before, after] = [sums.before, sums.after].map((one) => one.toLocaleString('en-US'));
  expect(words).toContain(`from ${before} to ${after} bytes`);
  const chart = JSON.parse(readFileSync(join(page, 'charts', 'size-changes.json'), 'utf8'));
  expect(chart.rows).toHaveLength(programs.length);
  expect((await size('.', ...sides, '-o', page, '--format', 'csv', '--quiet')).err).toBe('');
});

test('a page that cannot be written is refused before anything is compiled', async () => {
  const {code, out, err} = await size('.', ...sides, '-o', 'notes.txt');
  expect({code, out}).toEqual({code: 2, out: ''});
  expect(err).toContain('notes.txt is not a folder.');
});

test.each([
  ['+1%', 0],
  ['-1%', 1],
  ['+0%', 0],
])('--fail-on=%s', async (limit, code) => {
  const result = await size('csum.o', ...sides, `--fail-on=${limit}`, '--json');
  const {ratio} = JSON.parse(result.out).sums;
  expect(ratio).toBeLessThan(0.99);
  expect(result.code).toBe(code);
  expect(result.err === '').toBe(code === 0);
});

test.each([
  [['csum.o'], 'size needs --before'],
  [['csum.o', '--before', 'v58', '--after', 'kernel'], 'need its own loader'],
  [['csum.o', '--before', 'v58'], 'size needs --after'],
  [['csum.o', '--before', 'v58', '--after', 'v59'], "'v59'"],
  [['absent.o', ...sides], 'absent.o'],
  [['tc/ladder.o', ...sides, '--fail-on', 'much'], '--fail-on takes a percentage'],
  [['broken.o', ...sides], 'broken.o: '],
  [['notes.txt', ...sides], 'notes.txt: '],
  [['empty.o', ...sides], 'jitstat: empty.o: the file is empty.\n'],
  [['lib.a', ...sides], 'jitstat: lib.a: this is an archive, not a BPF object.\n'],
  [['big-endian.o', ...sides], 'big-endian.o: only 64-bit little-endian'],
  [['host', ...sides], 'host: the machine is '],
  [['unknown', ...sides], "no workload 'unknown'"],
])('%s', async (argv, message) => {
  const {code, out, err} = await size(...argv);
  expect({code, out}).toEqual({code: 2, out: ''});
  expect(err).toContain(message);
  expect(err.trimEnd().split('\n').length).toBeLessThanOrEqual(2);
});
