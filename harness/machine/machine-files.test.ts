// What needs no QEMU: the archive, the protocol's checksum, kernel images, windows, explanations.
import {execFileSync, spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {UserError} from '../../results/error.ts';
import {findWorkload} from '../../workloads/list/index.ts';
import {playJob} from './count-workload.ts';
import {
  imagesOnly,
  movedTo,
  parseWindows,
  perAddress,
  perRepetition,
  wholePath,
} from './count-windows.ts';
import {explainFunction} from './explain-images.ts';
import {initramfs} from './initramfs.ts';
import {readKernelFile} from './kernel-file.ts';
import {variantOf} from './machine-session.ts';
import {bootHint, unfit} from './machine.ts';
import {tailOf} from './qemu-process.ts';
import type {Hello} from './protocol.ts';
import {fnv1a, parseAnswer} from './protocol.ts';
import {hasKnownPlugin} from './probe-machines.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-machine-files-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const noCpio = spawnSync('cpio', ['--version']).status === 0 ? null : 'without cpio';

test.skipIf(noCpio !== null)('cpio unpacks the archive (skipped without cpio)', () => {
  const archive = initramfs([
    {name: 'init', data: Buffer.from('hello')},
    {name: 'kernel', data: Buffer.from('four')},
  ]);
  execFileSync('cpio', ['-id', '--quiet'], {cwd: folder, input: archive});
  expect(readFileSync(join(folder, 'init'), 'utf8')).toBe('hello');
  expect(readFileSync(join(folder, 'kernel'), 'utf8')).toBe('four');
});

test('the archive is padded to 4 bytes and ends with its trailer', () => {
  const archive = Buffer.from(initramfs([{name: 'a', data: Buffer.from('12345')}]));
  expect(archive.length % 4).toBe(0);
  expect(archive.subarray(0, 6).toString()).toBe('070701');
  expect(archive.toString('latin1')).toContain('TRAILER!!!');
});

test('a program that the kernel does not compile is refused', async () => {
  const answered = (code: string) => {
    const images = [{name: 'entry', functions: [], code, xlated: '95'}];
    const hello = {release: '6.1.0'} as Hello;
    return {hello, play: async () => JSON.stringify({images, status: 'ok', what: ''})};
  };
  const play = (code: string) => playJob(answered(code), findWorkload('empty'), new Uint8Array());
  await expect(play('')).rejects.toThrow(
    /does not compile entry of empty, so the interpreter would/,
  );
  expect((await play('c3')).status).toBe('ok');
});

// Published values of 32-bit FNV-1a (draft-eastlake-fnv, appendix C).
test.each([
  ['', 0x811c9dc5],
  ['a', 0xe40c292c],
  ['foobar', 0xbf9cf968],
])('FNV-1a of %j', (text, sum) => expect(fnv1a(Buffer.from(text))).toBe(sum));

test.each([
  ['{"pong":1}', {kind: 'pong'}],
  ['{"failure":"no room"}', {kind: 'failure', reason: 'no room'}],
  ['{"result":12,"sum":7}', {kind: 'result', bytes: 12, sum: 7}],
  ['noise', null],
  ['{"result":', null],
])('the answer %s', (line, answer) => expect(parseAnswer(line)).toEqual(answer));

describe('kernel images', () => {
  const write = (name: string, at: number, magic: string): string => {
    const path = join(folder, name);
    const bytes = Buffer.alloc(0x1000);
    bytes.write(magic, at, 'latin1');
    writeFileSync(path, bytes);
    return path;
  };
  test('bzImage and Image are known by their magic numbers', () => {
    expect(readKernelFile(write('bzImage', 0x202, 'HdrS'), '/')).toMatchObject({arch: 'x86_64'});
    expect(readKernelFile(write('Image', 0x38, 'ARM\x64'), '/')).toMatchObject({arch: 'arm64'});
  });
  test('a build folder means its image', () => {
    const build = join(folder, 'build');
    mkdirSync(join(build, 'arch/x86/boot'), {recursive: true});
    const path = write('build/arch/x86/boot/bzImage', 0x202, 'HdrS');
    expect(readKernelFile('build', folder)).toMatchObject({arch: 'x86_64', path});
  });
  test('a source tree that was built elsewhere: KBUILD_OUTPUT, from where jitstat was called', () => {
    mkdirSync(join(folder, 'tree'));
    mkdirSync(join(folder, 'elsewhere/arch/x86/boot'), {recursive: true});
    const path = write('elsewhere/arch/x86/boot/bzImage', 0x202, 'HdrS');
    expect(readKernelFile('tree', folder, 'elsewhere').path).toBe(path);
    expect(() => readKernelFile('tree', folder, 'tree')).toThrow(
      /nor does KBUILD_OUTPUT, .*tree\./,
    );
    // A folder that holds an image is meant itself.
    expect(readKernelFile('elsewhere', folder, 'build').path).toBe(path);
  });
  test.each([
    ['an ELF file', () => write('vmlinux', 0, '\x7fELF'), /is an ELF vmlinux/],
    ['any other file', () => write('text', 0, 'text'), /is not a kernel image/],
    ['a folder without an image', () => folder, /holds no kernel image/],
    ['nothing', () => join(folder, 'absent'), /There is no kernel at/],
  ])('%s is refused', (_name, path, words) => {
    expect(() => readKernelFile(path(), '/')).toThrow(UserError);
    expect(() => readKernelFile(path(), '/')).toThrow(words);
  });
});

test.each([
  ['5.8.0', 'v58'],
  ['5.9.16', 'v58'],
  ['5.10.0-30-amd64', 'v510'],
  ['6.1.0-57-cloud-amd64', 'v61'],
  ['6.11.4', 'v61'],
  ['6.12.117+deb12-cloud-amd64', 'v612'],
  ['6.18.35', 'v618'],
])('Linux %s is compared with %s', (release, variant) => {
  const kernel = {release, sha256: '', clock: '', spectre_v2: '', retbleed: ''};
  expect(variantOf({kernel})).toBe(variant);
});

test('the plugin knows API version 1 only', () =>
  expect(['5.2.0', '7.2.22', '9.0.1', '9.1.0', '10.0.0'].map(hasKnownPlugin)).toEqual([
    false,
    true,
    true,
    false,
    false,
  ]));

test('windows: images by address, accesses rounded, an unfinished window left out', () => {
  const text =
    'window\nffffffffc0000010 20 10 0 90\nffffffff81000000 5 5 1 c3\nend\n' +
    'window\nffffffffc0000010 1 0 0 90\n';
  const windows = parseWindows(text);
  expect(windows.length).toBe(1);
  const images = [
    {name: 'p', code: '', xlated: '', functions: [{address: '0xffffffffc0000000', bytes: 0x20}]},
  ];
  expect(imagesOnly(windows, images)).toEqual({instructions: 20, loads: 10, stores: 0});
  expect(wholePath(windows)).toEqual({instructions: 25, loads: 15, stores: 1});
  expect(
    perRepetition(
      {instructions: 100, loads: 51, stores: 0},
      {instructions: 300, loads: 72, stores: 0},
      20,
    ),
  ).toEqual({instructions: 10, loads: 1, stores: 0});
});

test('counts by address: images that were loaded elsewhere are one image', () => {
  const image = (address: string) => [
    {name: 'p', code: '', xlated: '', functions: [{address, bytes: 0x10}]},
  ];
  const window = (base: number, times: number) => [
    [
      {address: BigInt(base + 4), executions: times, loads: 0, stores: times, bytes: `e8${base}`},
      {address: 0xffn, executions: 7 + times, loads: 1, stores: 0, bytes: '90'},
      {address: 0xf0n, executions: 7, loads: 1, stores: 0, bytes: '90'},
    ],
  ];
  const [once, twice] = [image('0x1000'), image('0x5000')];
  expect(
    perAddress(
      movedTo(window(0x1000, 10), once, twice),
      movedTo(window(0x5000, 20), twice, twice),
      10,
    ),
  ).toEqual([
    {address: 0x5004n, executions: 1, loads: 0, stores: 1, bytes: ''},
    {address: 0xffn, executions: 1, loads: 0, stores: 0, bytes: '90'},
  ]);
});

describe('what a machine said last', () => {
  test('the panic goes before the last lines', () => {
    const lines = ['[1] a', '[2] Kernel panic - not syncing: x', ...'bcdefg'];
    expect(tailOf(lines.join('\r\n'))).toEqual([lines[1], ...'defg']);
    expect(tailOf('a\nb\n')).toEqual(['a', 'b']);
    expect(tailOf('\n')).toEqual([]);
  });
  test.each([
    [[], /^Its kernel needs CONFIG_SERIAL_8250/],
    [['noise', 'process 1: no /dev/ttyS1'], /^Its kernel needs CONFIG_SERIAL_8250/],
    [['VFS: Unable to mount root fs', 'x'], /needs CONFIG_BLK_DEV_INITRD/],
    [['Oops'], /^The end of its console is above\.$/],
  ])('%j', (said, hint) => expect(bootHint(said, 'x86_64')).toMatch(hint));
  test.each([
    ['1', '', true, null],
    ['2', 'sysctl.net.core.bpf_jit_enable=2', true, null],
    ['0', '', true, /does not turn the BPF JIT on, so the interpreter would be measured/],
    ['', '', true, /does not turn the BPF JIT on/],
    [
      '0',
      'quiet sysctl.net.core.bpf_jit_enable=0 nokaslr',
      true,
      /turns the BPF JIT off \(sysctl\.net\.core\.bpf_jit_enable=0\), so the interpreter/,
    ],
    ['1', 'sysctl.net.core.bpf_jit_enable=0', true, /asks for no BPF JIT .* always has$/],
    ['1', '', false, /no shared memory/],
  ])('bpf_jit_enable %j with %j, shared memory %j', (jit, cmdline, shared, lack) => {
    const found = unfit({jit, cmdline, shared});
    if (lack === null) expect(found).toBeNull();
    else expect(found?.what).toMatch(lack);
  });
});

describe('differences of code by kind', () => {
  const bytes = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(' ', ''), 'hex');
  const explain = (ours: string, theirs: string) =>
    explainFunction(
      {code: bytes(ours), base: 0x1000n},
      {code: bytes(theirs), base: 0xffff_ffff_c000_0000n},
      () => 'bpf_map_lookup_elem',
    ).map(({kind, helper}) => (helper === null ? kind : `${kind} ${helper}`));
  test.each([
    ['equal but for a call target', 'e8 01 00 00 00 c3', 'e8 09 00 00 00 c3', []],
    ['endbr64', '55 c3', 'f3 0f 1e fa 55 c3', ['endbr64']],
    ['counter load', 'e8 00 00 00 00 c3', '48 8b 45 f0 e8 00 00 00 00 c3', ['counter load']],
    ['struct offset', '48 8b b3 c8 00 00 00 c3', '48 8b b3 d0 00 00 00 c3', ['struct offset']],
    ['thunk', 'c9 c3', 'c9 e9 10 00 00 00', ['thunk']],
    [
      'inlined helper',
      'e8 00 00 00 00 c9',
      '48 81 c7 10 01 00 00 31 c0 c9',
      ['inlined helper bpf_map_lookup_elem'],
    ],
    ['a jump that became longer', 'eb 00 c9 c3', 'e9 00 00 00 00 c9 c3', ['jump length']],
    [
      'a hardened constant',
      'b8 05 00 00 00 c3',
      '41 ba 11 11 11 11 49 81 f2 14 11 11 11 4c 89 d0 c3',
      ['hardened constant'],
    ],
    ['a hardened zero', '31 c0 c3', '48 31 c0 c3', ['hardened constant']],
    [
      'a tail call that is not patched',
      'e9 00 00 00 00 c3',
      '48 85 c9 48 8b 49 30 48 83 c1 0b ff e1 c3',
      ['indirect tail call'],
    ],
    ['something else', '31 c0 c3', '31 db c3', ['other']],
  ])('%s', (_name, ours, theirs, kinds) => expect(explain(ours, theirs)).toEqual(kinds));
});
