// rfc1-aligned: the listing printed in the thread, the kernel driver that does not settle, and the
// converging one that does.
import {describe, expect, test} from 'vitest';
import {compileProgram} from '../../compile.ts';
import {CompileRefusal} from '../../refusal.ts';
import type {Compiled, VerifiedProgram} from '../../types.ts';
import {rfc1Aligned} from '../../variants/list/rfc1-aligned.ts';

const r6 = 'bf16000000000000'; // r6 = r1
const ctx = 'bf61000000000000'; // r1 = r6, 3 bytes of code
const setup = '18020000785634120000000088' + '88ffff' + 'b703000000000000'; // r2 = map ll; r3 = 0
const exit = 'b7000000030000009500000000000000';
const tailCall = (descriptor: number) =>
  `f5000000${descriptor.toString(16).padStart(2, '0')}000000`;

const program = (hex: string, base: bigint): VerifiedProgram => ({
  insns: Buffer.from(hex, 'hex'),
  functions: [{start: 0, base, stackDepth: 0, tailCallReachable: false, subprogram: false}],
  descriptors: [],
});

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const compile = (source: string, base: bigint, driver?: 'kernel' | 'converging'): Compiled =>
  compileProgram(
    program(source, base),
    rfc1Aligned,
    rfc1Aligned.layout,
    driver === undefined ? {} : {driver},
  );

describe('the listing in the thread', () => {
  const source = r6 + tailCall(1) + ctx + exit;
  const [draft] = compile(source, 0n).pokes;
  const bypassAt = 0xffffffffc0468777n;
  const {
    functions: [{code}],
    pokes: [poke],
  } = compile(source, bypassAt - BigInt(draft.bypass!));

  test('comes out byte for byte', () => {
    expect(hex(code.subarray(poke.bypass!))).toMatch(
      new RegExp(
        `^${[
          'e914000000',
          '5b',
          '58',
          '4881c400000000',
          '0f1f440000',
          '660f1f440000',
          '4889df',
        ].join('')}`,
      ),
    );
  });

  test('has the bypass land on a multiple of 16', () => {
    expect((bypassAt - BigInt(poke.bypass!) + BigInt(poke.bypassTarget!)) % 16n).toBe(0n);
    expect(poke.target - poke.bypass!).toBe(14);
  });
});

/** The result for one program at each alignment that the kernel's image allocator produces. */
const outcomes = (source: string): string[] =>
  [0n, 4n, 8n, 12n].map((residue) => {
    try {
      compile(source, 0x50000000n + residue, 'kernel');
      return 'compiled';
    } catch (error) {
      return error instanceof CompileRefusal ? error.code : String(error);
    }
  });

const swept = (calls: number): string[][] =>
  Array.from({length: 16}, (_each, filler) =>
    outcomes(
      r6 +
        ctx.repeat(filler) +
        Array.from({length: calls}, (_call, index) => setup + ctx + tailCall(index + 1)).join('') +
        exit,
    ),
  );

describe('--driver kernel', () => {
  test('one tail call: 15 of 16 positions never settle, the last one needs an aligned image', () => {
    const all = swept(1);
    expect(all.filter((row) => row.every((each) => each === 'no-convergence'))).toHaveLength(15);
    expect(all.filter((row) => row[0] === 'compiled')).toEqual([
      ['compiled', 'fatal-error', 'fatal-error', 'fatal-error'],
    ]);
  });

  test('two tail calls: 10 of 16 never settle, and none of the others becomes an image', () => {
    const all = swept(2);
    expect(all.filter((row) => row.every((each) => each === 'no-convergence'))).toHaveLength(10);
    const settled = all.filter((row) => !row.includes('no-convergence')).flat();
    expect(new Set(settled)).toEqual(new Set(['fatal-error', 'length-changed']));
  });

  test('three tail calls: one position passes by chance, with poke addresses inside the padding', () => {
    const all = swept(3);
    const filler = all.findIndex((row) => row.includes('compiled'));
    const residue = BigInt(4 * all[filler].indexOf('compiled'));
    const calls = [1, 2, 3].map((call) => setup + ctx + tailCall(call)).join('');
    const {
      functions: [{code}],
      pokes,
    } = compile(r6 + ctx.repeat(filler) + calls + exit, 0x50000000n + residue, 'kernel');
    expect(pokes.map(({target}) => hex(code.subarray(target, target + 5)))).not.toContain(
      '0f1f440000',
    );
    expect(all.flat().filter((each) => each === 'compiled')).toHaveLength(1);
  });

  test('the refusal says pass by pass what grew and what shrank', () => {
    let refusal: unknown;
    try {
      compile(r6 + ctx + setup + tailCall(1) + exit, 0x50000000n, 'kernel');
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(CompileRefusal);
    const {details} = refusal as CompileRefusal;
    expect(details).toHaveLength(22);
    expect(details[2]).toMatch(/^pass 1: \d+ bytes; insn 5 padding 0 -> (\d+) \(grew \1\)$/);
    expect(details[3]).toMatch(/^pass 2: \d+ bytes; insn 5 padding (\d+) -> 0 \(shrank \1\)$/);
    expect(details.at(-1)).toContain('no image after 20 passes');
  });
});

test(
  '--driver converging: every position and alignment compiles, and every bypass lands ' +
    'on a multiple of 16',
  () => {
    for (let filler = 0; filler < 16; filler++) {
      for (const residue of [0n, 4n, 8n, 12n]) {
        const base = 0x50000000n + residue;
        const calls = [1, 2, 3].map((call) => setup + ctx + tailCall(call)).join('');
        const {
          functions: [{code}],
          pokes,
        } = compile(r6 + ctx.repeat(filler) + calls + exit, base);
        expect(pokes).toHaveLength(3);
        for (const {bypass, bypassTarget, target} of pokes) {
          expect((base + BigInt(bypassTarget!)) % 16n).toBe(0n);
          expect(bypass! + 5 + Buffer.from(code).readInt32LE(bypass! + 1)).toBe(bypassTarget);
          expect(hex(code.subarray(target, target + 5))).toBe('0f1f440000');
          // ja, 11 bytes before the bypass, also skips the nops
          expect(bypass! - 9 + code[bypass! - 10]).toBe(bypassTarget);
        }
      }
    }
  },
);
