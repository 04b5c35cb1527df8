import {execFileSync, spawnSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {assemble} from './assemble.ts';
import {parseConformance} from './conformance-file.ts';
import {formatInsn, formatProgram} from './format-insn.ts';
import {programFromHex, programToHex} from './hex.ts';
import {loadObject} from '../object/object.ts';

const rows = [
  ['bf16000000000000', 'r6 = r1'],
  ['c402000003000000', 'w2 s>>= 3'],
  ['1801000034120000 0000000000000000', 'r1 = 0x1234 ll'],
  ['6113080000000000', 'r3 = *(u32 *)(r1 + 8)'],
  ['7b6af8ff00000000', '*(u64 *)(r10 - 8) = r6'],
  ['5501050000000000', 'if r1 != 0 goto +5'],
  ['db21000000000000', 'lock *(u64 *)(r1 + 0) += r2'],
  ['db21000001000000', 'r2 = atomic_fetch_add((u64 *)(r1 + 0), r2)'],
  ['c3210400e1000000', 'w2 = xchg32_32(r1 + 4, w2)'],
  ['db230800f1000000', 'r0 = cmpxchg_64(r3 + 8, r0, r2)'],
  ['db12100000010000', 'r2 = load_acquire((u64 *)(r1 + 16))'],
  ['d321000010010000', 'store_release((u8 *)(r1 + 0), r2)'],
  ['850000000c000000', 'call 12'],
  ['85100000ffffffff', 'call pc-1'],
  ['9500000000000000', 'exit'],
  ['0600000005000000', 'gotol +5'],
  ['dc01000010000000', 'r1 = be16 r1'],
  ['d701000040000000', 'r1 = bswap64 r1'],
  ['bf21080000000000', 'r1 = (s8)r2'],
  ['3c12010000000000', 'w2 s/= w1'],
  ['8701000000000000', 'r1 = -r1'],
  ['a604feff05000000', 'if w4 < 5 goto -2'],
  ['9112fcff00000000', 'r2 = *(s8 *)(r1 - 4)'],
] as const;

describe('instructions as text', () => {
  test.each(rows)('%s is %s', (hex, text) => {
    const {insns} = programFromHex(hex, {name: 'p', type: 'xdp'});
    expect(formatInsn(insns, 0)).toBe(text);
    expect(Buffer.from(assemble(text, {name: 'p', type: 'xdp'}).insns)).toEqual(Buffer.from(insns));
  });
  test('maps by name', () => {
    const maps = [
      {name: 'jt', type: 'prog_array', keyBytes: 4, valueBytes: 4, maxEntries: 1},
    ] as const;
    const {insns} = assemble('r2 = map jt ll; exit', {name: 'p', type: 'xdp', maps});
    expect(formatInsn(insns, 0, {maps})).toBe('r2 = map jt ll');
    expect(formatInsn(insns, 0)).toBe('r2 = map 0 ll');
  });
  test('hex text goes both ways; other text is refused', () => {
    const program = programFromHex('b7000000 07000000, 0x9500000000000000', {
      name: 'p',
      type: 'xdp',
    });
    expect(programToHex(program)).toBe('b700000007000000\n9500000000000000');
    expect(() => programFromHex('b70', {name: 'p', type: 'xdp'})).toThrow(
      '3 hexadecimal digits are not whole instructions',
    );
    expect(() => programFromHex('b7zz', {name: 'p', type: 'xdp'})).toThrow(
      '"z" is not a hexadecimal digit',
    );
  });
});

const hasObjdump = spawnSync('llvm-objdump', ['--version']).status === 0;
const objects = new URL('../testdata/', import.meta.url);
const cases = new URL('../../../../shared/fixtures/conformance/', import.meta.url);

describe('round trips', () => {
  test.skipIf(!existsSync(cases))(
    'conformance programs (skipped without ../shared/fixtures)',
    () => {
      for (const file of readdirSync(cases).filter((name) => name.endsWith('.data'))) {
        const program = assemble(parseConformance(readFileSync(new URL(file, cases), 'utf8')).asm, {
          name: file,
          type: 'xdp',
        });
        const again = assemble(formatProgram(program.insns), {name: file, type: 'xdp'});
        expect(programToHex(again), file).toBe(programToHex(program));
        expect(again.functions.map(({start}) => start)).toEqual(
          program.functions.map(({start}) => start),
        );
      }
    },
  );
  test.skipIf(!hasObjdump)(
    'objects read as llvm-objdump prints them (skipped without llvm-objdump)',
    () => {
      for (const file of readdirSync(objects).filter((name) => name.endsWith('.o'))) {
        const listing = execFileSync(
          'llvm-objdump',
          ['-d', fileURLToPath(new URL(file, objects))],
          {encoding: 'utf8'},
        );
        for (const [, hex, text] of listing.matchAll(
          /^\s+\d+:\t((?:[0-9a-f]{2} )*[0-9a-f]{2})\t(.*)$/gm,
        )) {
          const {insns} = programFromHex(hex, {name: file, type: 'xdp'});
          // LLVM 14 names the operand of a 32-bit add by its 64-bit register without -mcpu=v3.
          const theirs = text
            .replace(/ <[^<>=]*>$/, '')
            .replace(/^(lock \*\(u32 .* )r/, '$1w')
            .replace(
              /^(r\d+ = )(\d+)( ll)$/,
              (_, dst, value, ll) => `${dst}0x${BigInt(value).toString(16)}${ll}`,
            );
          const ours = formatInsn(insns, 0).replace(/^call pc\+?/, 'call ');
          expect(ours, `${file}: ${hex}`).toBe(theirs);
        }
      }
    },
  );
  test('objects', () => {
    for (const file of readdirSync(objects).filter((name) => name.endsWith('.o'))) {
      for (const program of loadObject(readFileSync(new URL(file, objects)), file)) {
        const again = assemble(formatProgram(program.insns, program), {
          name: program.name,
          type: program.type,
          maps: program.maps,
        });
        expect(programToHex(again), file).toBe(programToHex(program));
      }
    }
  });
});
