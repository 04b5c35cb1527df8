// Linked images: symbols, thunks, hashes that recognise equal code, and an ELF file that objdump and
// nm read as we do.
import {execFileSync, spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {seededRandom} from '../../results/testdata/random.ts';
import {imageToElf} from './write-elf.ts';
import {linkImage} from './link.ts';
import type {LinkOptions, LinkProgram} from './link.ts';
import {listImage} from '../listing/listing.ts';
import {parsePlacement} from './placement.ts';
import type {VerifiedFunction, VerifiedProgram} from '../types.ts';
import {variants} from '../variants/list/index.ts';

const insns = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
const at = (start: number, subprogram = false): VerifiedFunction => ({
  start,
  base: 0n,
  stackDepth: 0,
  tailCallReachable: true,
  subprogram,
});

// r6 = r1; tail call (slot 0); call helper; exit
const direct: VerifiedProgram = {
  insns: insns('bf16000000000000' + 'f500000001000000' + '8500000000100040' + '9500000000000000'),
  functions: [at(0)],
  descriptors: [{map: 0, key: 0}],
};
// tail call (computed slot); call own function; exit; exit
const indirect: VerifiedProgram = {
  insns: insns('f500000000000000' + '9500000000000000'),
  functions: [at(0)],
  descriptors: [],
};
const withSubprogram: VerifiedProgram = {
  insns: insns('8510000001000000' + '9500000000000000' + 'b700000007000000' + '9500000000000000'),
  functions: [
    {...at(0), tailCallReachable: false},
    {...at(2, true), tailCallReachable: false},
  ],
  descriptors: [],
};

const programs: readonly LinkProgram[] = [
  {name: 'entry', verified: direct},
  {name: 'computed', verified: indirect},
  {name: 'caller', verified: withSubprogram, functionNames: ['caller', 'callee']},
];

const link = (changes: Partial<LinkOptions> = {}) =>
  linkImage({
    programs,
    variant: 'rfc1',
    placement: parsePlacement('fixed:0'),
    region: 0x50000000n,
    random: seededRandom(0),
    ...changes,
  });

test('functions come in order, thunks last, bases are those of the placement', () => {
  const image = link({variant: 'v61', layout: {returnThunk: 0n}});
  expect(image.functions.map(({symbol, program}) => [symbol, program])).toEqual([
    ['entry', 'entry'],
    ['computed', 'computed'],
    ['caller', 'caller'],
    ['caller.callee', 'caller'],
    ['indirect_thunk_rcx', ''],
    ['return_thunk', ''],
  ]);
  expect(image.functions.map(({base}) => base)).toEqual(
    [0, 1, 2, 3, 4, 5].map((page) => 0x50000008n + BigInt(page * 4096)),
  );
  expect(image.layout).toMatchObject({indirectThunk: 0x50004008n, returnThunk: 0x50005008n});
  expect(image.programs[2].verified.functions.map(({base}) => base)).toEqual([
    0x50002008n,
    0x50003008n,
  ]);
});

test.each(variants.map(({name}) => name))(
  '%s: every call and thunk jump leads where it should',
  (variant) => {
    const image = link({variant, layout: {indirectBranch: 'thunk', returnThunk: 0n}});
    const base = (symbol: string) =>
      image.functions.find((each) => each.symbol.startsWith(symbol))!.base;
    const lines = listImage(image);
    const leads = (symbol: string, step: string) =>
      lines
        .filter((line) => line.symbol === symbol && line.step === step && line.leadsTo !== null)
        .map((line) => line.leadsTo);
    expect(leads('entry', 'body')).toEqual([0x40001000n]);
    expect(leads('caller', 'body')).toEqual([base('caller.callee')]);
    expect(leads('computed', 'branch')).toEqual([base('indirect_thunk')]);
    expect(leads('caller.callee', 'return')).toEqual([base('return_thunk')]);
  },
);

test('the hash does not change with the placement, and does with code, variant or layout', () => {
  const {hash} = link();
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(link({placement: parsePlacement('random:5')}).hash).toBe(hash);
  const others = [
    link({variant: 'v510'}),
    link({layout: {sls: true}}),
    link({programs: programs.slice(1)}),
  ].map((each) => each.hash);
  expect(new Set([hash, ...others]).size).toBe(4);
});

test(
  'rfc1-aligned: wherever its functions are, bypasses land on multiples of 16 and ' +
    'functions do not overlap',
  () => {
    for (let seed = 0; seed < 50; seed++) {
      const image = link({
        variant: 'rfc1-aligned',
        placement: {kind: 'pack-alloc', seed},
        random: seededRandom(seed),
      });
      const [{compiled}] = image.programs;
      expect((compiled.functions[0].base + BigInt(compiled.pokes[0].bypassTarget!)) % 16n).toBe(0n);
      image.functions.slice(1).forEach(({base}, index) => {
        expect(
          base >= image.functions[index].base + BigInt(image.functions[index].code.length),
        ).toBe(true);
      });
    }
  },
);

test('a helper out of reach is refused', () => {
  expect(() => link({region: 0xffff_0000_0000n})).toThrow(
    expect.objectContaining({name: 'Refusal', code: 'call-range'}),
  );
});

const noBinutils = ['objdump', 'nm'].some((tool) => spawnSync(tool, ['--version']).status !== 0);

describe.skipIf(noBinutils).each(['fixed:0', 'pack-alloc:3'])(
  'ELF at %s (skipped if objdump or nm is missing)',
  (placement) => {
    const image = link({variant: 'rfc1', placement: parsePlacement(placement)});
    let folder = '';
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'jitstat-'));
      writeFileSync(join(folder, 'image'), imageToElf(image));
    });
    afterAll(() => rmSync(folder, {recursive: true}));
    const run = (tool: string, ...args: string[]) =>
      execFileSync(tool, [...args, join(folder, 'image')], {encoding: 'utf8'});

    test('objdump reads the same instructions at the same addresses', () => {
      const rows = Array.from(
        run('objdump', '-d', '-z').matchAll(
          /^\s*([0-9a-f]+):\t((?:[0-9a-f]{2} )+)\s*(?:\t(.*))?$/gm,
        ),
        ([, address, bytes, text]) => ({address, bytes: bytes.trim(), text}),
      );
      const theirs = new Map<string, string>();
      let open: string | null = null;
      // objdump breaks long instructions into two rows; the second has no text
      for (const {address, bytes, text} of rows) {
        if (text === undefined && open !== null)
          theirs.set(open, `${theirs.get(open)!.replace(' | ', ` ${bytes} | `)}`);
        else
          theirs.set(
            address,
            `${bytes} | ${text.replace(/\s*(?:<.*|#.*)?$/, '').replaceAll(/\s+/g, ' ')}`,
          );
        open = address;
      }
      for (const line of listImage(image))
        expect(theirs.get(line.address.toString(16))).toBe(`${line.bytes} | ${line.text}`);
    });

    test('nm finds functions with sizes and poke sites as labels', () => {
      const symbols = run('nm', '-S', '-n')
        .trim()
        .split('\n')
        .map((line) => line.split(' '));
      for (const {symbol, base, code} of image.functions) {
        expect(symbols).toContainEqual([
          base.toString(16).padStart(16, '0'),
          code.length.toString(16).padStart(16, '0'),
          'T',
          symbol,
        ]);
      }
      const [{compiled}] = image.programs;
      const bypass = compiled.functions[0].base + BigInt(compiled.pokes[0].bypass!);
      expect(symbols).toContainEqual([
        bypass.toString(16).padStart(16, '0'),
        '5'.padStart(16, '0'),
        't',
        'entry.poke0.bypass',
      ]);
    });
  },
);
