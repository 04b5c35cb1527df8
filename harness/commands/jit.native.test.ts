// `jitstat jit` in process: what it prints, what it writes, and its refusals.
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {runCli} from '../cli.ts';
import {noCompiler, recordingIo} from '../testing/captured-io.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'jitstat-'));
});
afterAll(() => rmSync(folder, {recursive: true}));

const run = async (...args: string[]) => {
  const io = recordingIo({cwd: folder});
  const code = await runCli(io, ['jit', ...args]);
  return {code, out: io.stdout(), err: io.stderr()};
};

const request = JSON.stringify({
  id: 1,
  variant: 'v58',
  insns: 'b7000000070000009500000000000000',
  functions: [{start: 0, base: '0x50000008', stackDepth: 0}],
  layout: {},
});

test('--batch answers line by line, mistakes included', async () => {
  writeFileSync(join(folder, 'requests.jsonl'), `${request}\n{"id":2}\n\nnonsense\n`);
  const {code, out} = await run('--batch', 'requests.jsonl');
  expect(code).toBe(0);
  expect(
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([
    {
      id: 1,
      image: '0f1f440000554889e54881ec00000000534155415641576a00b8070000005b415f415e415d5bc9c3',
      functionLengths: [40],
      pokes: [],
    },
    {id: 2, error: 'bad-request', reason: 'variant is a string'},
    {id: null, error: 'bad-json', reason: expect.stringContaining('not JSON')},
  ]);
});

test('an object of several programs, whole or one of them, without a scenario', async () => {
  const object = fileURLToPath(new URL('../../jit/bpf/testdata/dissect.v3.O2.o', import.meta.url));
  const names = async (...args: readonly string[]) =>
    (await run(object, '--variant', 'v58', '--hex', ...args)).out
      .split('\n')
      .map((line) => line.split(' ')[0])
      .filter((name) => name !== '');
  expect(await names()).toEqual(['main_', 'ip4', 'ip6', 'vlan', 'mpls', 'l4']);
  expect(await names('--program', 'ip6')).toEqual(['ip6']);
  expect((await run(object, '--variant', 'v58', '--exe', join(folder, 'dissect'))).err).toContain(
    'entry: must say which program to run',
  );
});

test('--batch - reads standard input', async () => {
  const io = recordingIo({stdin: async () => Buffer.from(request)});
  expect(await runCli(io, ['jit', '--batch', '-'])).toBe(0);
  expect(io.stdout()).toContain('"functionLengths":[40]');
});

test.each([
  ['no source', [], /needs a workload or a file/],
  ['no variant', ['tailcall1'], /needs a variant/],
  ['an unknown variant', ['tailcall1', '--variant', 'v59'], /no variant 'v59'/],
  ['an unknown workload', ['tailcal1', '--variant', 'v58'], /no workload 'tailcal1'/],
  ['two workloads', ['tailcall1', 'tailcall2', '--variant', 'v58'], /not also 'tailcall2'/],
  [
    'an unknown program',
    ['tailcall1', '--variant', 'v58', '--program', 'main'],
    /no program 'main'/,
  ],
  [
    'an unknown driver',
    ['tailcall1', '--variant', 'v58', '--driver', 'fast'],
    /--driver does not know 'fast'/,
  ],
  [
    'a wrong placement',
    ['tailcall1', '--variant', 'v58', '--placement', 'fixed:3'],
    /offset 3 is not possible/,
  ],
  [
    'an unknown layout field',
    ['tailcall1', '--variant', 'v58', '--layout', 'retpoline=yes'],
    /'retpoline' is not a field of a layout/,
  ],
  [
    'a wrong layout value',
    ['tailcall1', '--variant', 'v58', '--layout', 'ibt=maybe'],
    /layout.ibt is true or false/,
  ],
  [
    '--repeat without --exe',
    ['tailcall1', '--variant', 'v58', '--repeat', '5'],
    /--repeat belongs to --exe/,
  ],
  [
    'no repetition',
    ['tailcall1', '--variant', 'v58', '--exe', 'x', '--repeat', '0'],
    /--repeat takes a whole number from 1 to 999999999, not '0'/,
  ],
  ['a batch that is not there', ['--batch', 'gone.jsonl'], /gone.jsonl cannot be read/],
  [
    'a batch with a variant',
    ['--batch', 'gone.jsonl', '--variant', 'v58'],
    /--batch takes no --variant/,
  ],
  ['a file that is not there', ['./gone.hex', '--variant', 'v58'], /gone.hex cannot be read/],
] as const)('%s is refused with one message and one hint', async (_what, args, message) => {
  const {code, out, err} = await run(...args);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(message);
  expect(err).toMatch(/^jitstat: .*\n {2}hint: \S.*\n$/);
});

describe.skipIf(noCompiler !== null)(`images (skipped: ${noCompiler})`, () => {
  test('a listing is the default and shows the stack, the steps, the pokes and the code', async () => {
    const {code, out} = await run('tailcall1', '--variant', 'rfc1', '--program', 'entry');
    expect(code).toBe(0);
    for (const part of [
      'entry: ',
      '| counter          | rbp-8',
      'bytes by step',
      'poke sites',
      ': tail call 1',
      'jmp ',
      '<entry+0x4d>',
      'unwind',
    ])
      expect(out).toContain(part);
  });

  test('--json is one document; with --listing it has the lines', async () => {
    const {out} = await run('tailcall1', '--variant', 'v618', '--json', '--listing');
    const image = JSON.parse(out) as {
      schema: string;
      functions: {symbol: string}[];
      lines: {step: string}[];
    };
    expect(image.schema).toBe('jitstat/image/1');
    expect(image.lines.some(({step}) => step === 'bypass')).toBe(true);
  });

  test('--hex of raw instructions', async () => {
    writeFileSync(join(folder, 'seven.hex'), 'b700000007000000 9500000000000000');
    expect(await run('./seven.hex', '--variant', 'v510', '--hex')).toMatchObject({
      code: 0,
      out: 'seven 0f1f4400006690554889e5b807000000c9c3\n',
    });
  });

  test('--elf writes a file and nothing to stdout; a folder is refused', async () => {
    expect(await run('tailcall1', '--variant', 'v58', '--elf', 'image.elf')).toEqual({
      code: 0,
      out: '',
      err: '',
    });
    expect(readFileSync(join(folder, 'image.elf')).toString('latin1', 0, 4)).toBe('\x7fELF');
    expect(await run('tailcall1', '--variant', 'v58', '--elf', '.')).toMatchObject({
      code: 2,
      err: expect.stringContaining('cannot be written'),
    });
  });

  test('--exe writes a program that plays the scenario', async () => {
    expect(await run('tailcall1', '--variant', 'rfc1', '--exe', 'play', '--repeat', '10')).toEqual({
      code: 0,
      out: '',
      err: '',
    });
    expect(spawnSync(join(folder, 'play')).status).toBe(0);
    expect(await run('tailcall1', '--variant', 'rfc1', '--exe', 'gone/play')).toMatchObject({
      code: 2,
      err: expect.stringContaining('cannot be written'),
    });
  });

  test('the layout is configuration', async () => {
    const {out} = await run(
      'tailcall4',
      '--variant',
      'v61',
      '--layout',
      'ibt=true',
      '--layout',
      'indirectBranch=lfence',
      '--layout',
      'returnThunk=0',
    );
    for (const part of ['endbr64', 'lfence', '<return_thunk>', 'a tail call enters at +15'])
      expect(out).toContain(part);
  });

  test('the kernel driver says why an aligned program is not compiled', async () => {
    const {code, err} = await run('tailcall1', '--variant', 'rfc1-aligned', '--driver', 'kernel');
    expect(code).toBe(2);
    expect(err).toMatch(/pass 1: \d+ bytes; insn 5 padding 0 -> 3 \(grew 3\)/);
    expect(err).toMatch(/pass 2: \d+ bytes; insn 5 padding 3 -> 0 \(shrank 3\)/);
    expect(err).toContain('jitstat: no image after 20 passes');
    expect((await run('tailcall1', '--variant', 'rfc1-aligned')).code).toBe(0);
  });
});
