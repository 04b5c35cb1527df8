import {describe, expect, test} from 'vitest';
import {Refusal} from '../../refusal.ts';
import {assemble} from './assemble.ts';
import {formatProgram} from './format-insn.ts';

const maps = [
  {name: 'jmp_table', type: 'prog_array', keyBytes: 4, valueBytes: 4, maxEntries: 3},
  {name: '.data', type: 'array', keyBytes: 4, valueBytes: 16, maxEntries: 1},
] as const;
const build = (source: string) => assemble(source, {name: 'p', type: 'sched_cls', maps});
const lines = (source: string) => formatProgram(build(source).insns, {maps}).split('\n');

describe('both dialects mean the same', () => {
  test.each([
    ['mov32 %r0, 1', 'w0 = 1'],
    ['mov %r0, %r6', 'r0 = r6'],
    ['arsh32 %r1, 3', 'w1 s>>= 3'],
    ['sdiv %r1, %r2', 'r1 s/= r2'],
    ['movsx1664 %r1, %r2', 'r1 = (s16)r2'],
    ['neg32 %r1', 'w1 = -w1'],
    ['be32 %r3', 'r3 = be32 r3'],
    ['swap64 %r3', 'r3 = bswap64 r3'],
    ['lddw %r1, 0x123456789', 'r1 = 0x123456789 ll'],
    ['ldxw %r1, [%r2+4]', 'r1 = *(u32 *)(r2 + 4)'],
    ['ldxsh %r1, [%r2]', 'r1 = *(s16 *)(r2 + 0)'],
    ['stxdw [%r10-8], %r6', '*(u64 *)(r10 - 8) = r6'],
    ['stb [%r1+1], 0x7f', '*(u8 *)(r1 + 1) = 127'],
    ['lock add32 [%r1], %r2', 'lock *(u32 *)(r1 + 0) += w2'],
    ['lock fetch xor [%r1+8], %r2', 'r2 = atomic_fetch_xor((u64 *)(r1 + 8), r2)'],
    ['lock cmpxchg [%r10-8], %r1', 'r0 = cmpxchg_64(r10 - 8, r0, r1)'],
    ['lock xchg32 [%r10-8], %r1', 'w1 = xchg32_32(r10 - 8, w1)'],
    ['jsle32 %r1, %r2, +3', 'if w1 s<= w2 goto +3'],
    ['jset %r1, 8, -1', 'if r1 & 8 goto -1'],
    ['ja32 +1', 'gotol +1'],
    ['call helper tail_call', 'call 12'],
  ])('%s = %s', (conformance, clang) => {
    expect(lines(conformance)).toEqual([clang]);
    expect(build(clang).insns).toEqual(build(conformance).insns);
  });
  test('what the kernel prints can be read, too', () => {
    expect(
      lines(
        '0: (bf) r6 = r1\n1: (15) if r6 == 0x0 goto pc+1\n2: (85) call bpf_get_prandom_u32#7\n3: (95) exit',
      ),
    ).toEqual(['r6 = r1', 'if r6 == 0 goto +1', 'call 7', 'exit']);
  });
});

describe('lines, labels, functions and maps', () => {
  test('statements on one line, comments, labels with and without a statement', () => {
    expect(
      lines('r1 = 1; r2 = 2 # two\n// nothing\nloop: r1 += r2; if r1 < 9 goto loop\nend:\nexit'),
    ).toEqual(['r1 = 1', 'r2 = 2', 'r1 += r2', 'if r1 < 9 goto -2', 'exit']);
  });
  test('a wide load counts twice for jumps', () => {
    expect(lines('goto end; r1 = 5 ll; end: exit')).toEqual(['goto +2', 'r1 = 0x5 ll', 'exit']);
  });
  test('maps by name and number, and their values', () => {
    expect(lines('r2 = map jmp_table ll; r2 = map 0 ll; r3 = map_value .data + 8 ll')).toEqual([
      'r2 = map jmp_table ll',
      'r2 = map jmp_table ll',
      'r3 = map_value .data + 8 ll',
    ]);
  });
  test('functions start at .func and at labels that are called', () => {
    expect(build('call a; call local b; exit\na: exit\n.func b\nexit').functions).toEqual([
      {name: 'p', start: 0},
      {name: 'a', start: 3},
      {name: 'b', start: 4},
    ]);
    expect(lines('call a; exit; a: exit')).toEqual(['call pc+1', 'exit', 'exit']);
  });
  test('a label wins over a helper of that name', () => {
    expect(lines('call ktime_get_ns; exit')).toEqual(['call 5', 'exit']);
    expect(lines('call ktime_get_ns; exit; ktime_get_ns: exit')[0]).toBe('call pc+1');
  });
});

describe('errors name the line, the text and the reason', () => {
  test.each([
    ['r1 = 1\nr2 == 2', 'line 2: this is not a statement of either dialect: r2 == 2'],
    ['goto nowhere', 'line 1: label nowhere does not exist: goto nowhere'],
    ['call nothing', 'line 1: nothing is neither a label nor a helper: call nothing'],
    ['a: exit\na: exit', 'line 2: label a is given twice: a: exit'],
    ['r11 = 1', 'line 1: there is no register r11: r11 = 1'],
    ['r1 = w2', 'line 1: registers of one statement must have one width (r or w): r1 = w2'],
    ['r1 = 0x1ffffffff', 'line 1: 0x1ffffffff does not fit'],
    [
      'r1 = 0xffffffff',
      'line 1: 0xffffffff does not fit a sign-extended 32-bit immediate (use a wide load): r1 = 0xffffffff',
    ],
    ['r1 = *(u32 *)(r2 + 40000)', 'line 1: the offset +40000 does not fit 16 bits'],
    ['r2 = map nomap ll', 'line 1: map nomap does not exist (there are jmp_table, .data)'],
    ['r1 = be16 r2', 'line 1: a byte swap works in place: both registers must be the same'],
    ['r1 = *(s64 *)(r2 + 0)', 'line 1: a 64-bit load has no sign-extending form'],
    ['# nothing', 'program p: no instruction in the text'],
  ])('%s', (source, message) => {
    expect(() => build(source)).toThrow(Refusal);
    expect(() => build(source)).toThrow(message);
  });
  test('a jump of more than 16 bits', () => {
    expect(() => build(`goto end\n${'r0 = 0\n'.repeat(40000)}end: exit`)).toThrow(
      'line 1: the jump is 40000 instructions long, more than 16 bits can hold (use gotol): goto end',
    );
  });
});
