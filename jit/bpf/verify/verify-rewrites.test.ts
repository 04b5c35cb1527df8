import {describe, expect, test} from 'vitest';
import {run, text, v510, v61, v618} from '../testdata/verifying.ts';

describe('rewrites', () => {
  test('calls carry function numbers and helper offsets', () => {
    expect(text('call f; call 5; exit\nf: r0 = 0; exit')).toEqual([
      'call function 1',
      'call helper at callBase + 80',
      'exit',
      'r0 = 0',
      'exit',
    ]);
  });
  test('divisions, old and new', () => {
    const source = 'r0 = *(u32 *)(r1 + 0); r2 = r0; w0 %= w2; r0 /= r2; exit';
    const load = 'r0 = *(u32 *)(r1 + 112)';
    expect(text(source, v510)).toEqual([
      load,
      'r2 = r0',
      'w2 = w2',
      'if r2 == 0 goto +1',
      'w0 %= w2',
      'if r2 != 0 goto +2',
      'w0 ^= w0',
      'goto +1',
      'r0 /= r2',
      'exit',
    ]);
    expect(text(source, v61)).toEqual([
      load,
      'r2 = r0',
      'if w2 == 0 goto +2',
      'w0 %= w2',
      'goto +1',
      'w0 = w0',
      'if r2 != 0 goto +2',
      'w0 ^= w0',
      'goto +1',
      'r0 /= r2',
      'exit',
    ]);
  });
  test('jumps over code that grew get longer, jumps to it land on its first word', () => {
    const out = text(
      'r0 = *(u32 *)(r1 + 0); r2 = 5; if r0 == 1 goto end; back: r0 /= r2; if r0 == 2 goto back; end: exit',
      v61,
    );
    expect(out).toEqual([
      'r0 = *(u32 *)(r1 + 112)',
      'r2 = 5',
      'if r0 == 1 goto +5',
      'if r2 != 0 goto +2',
      'w0 ^= w0',
      'goto +1',
      'r0 /= r2',
      'if r0 == 2 goto -5',
      'exit',
    ]);
  });
  test(
    'context fields: pointers are loaded whole, parts of fields shifted and masked, ' +
      'stores only if allowed',
    () => {
      expect(
        text(
          'r2 = *(u32 *)(r1 + 76); r3 = *(u32 *)(r1 + 80); r0 = *(u8 *)(r1 + 1); *(u32 *)(r1 + 8) = r0; exit',
        ),
      ).toEqual([
        'r2 = *(u64 *)(r1 + 200)',
        'r3 = *(u64 *)(r1 + 80)',
        'r0 = *(u32 *)(r1 + 112)',
        'w0 >>= 8',
        'w0 &= 255',
        '*(u32 *)(r1 + 164) = r0',
        'exit',
      ]);
      expect(() => run('r0 = *(u16 *)(r1 + 76); exit')).toThrow(
        'instruction 0: invalid bpf_context access off=76 size=2',
      );
      expect(text('r0 = *(u32 *)(r1 + 4); exit')).toEqual([
        'r0 = *(u8 *)(r1 + 128)',
        'w0 &= 7',
        'exit',
      ]);
      expect(() => run('r0 = *(u32 *)(r1 + 84); exit')).toThrow(
        'instruction 0: the context field napi_id is not supported by jitstat',
      );
      expect(() => run('r0 = 0; *(u32 *)(r1 + 0) = r0; exit')).toThrow(
        'instruction 1: invalid bpf_context access off=0 size=4',
      );
      expect(() => run('r1 += 4; r0 = *(u32 *)(r1 + 0); exit')).toThrow(
        'instruction 1: dereference of modified ctx ptr R1 off=4 disallowed',
      );
    },
  );
  test('values of maps are addresses; lookups in arrays are inlined on request', () => {
    expect(text('r1 = map_value data + 4 ll; r0 = *(u32 *)(r1 + 0); exit')[0]).toBe(
      'r1 = 0xffff888812345704 ll',
    );
    const lookup =
      '*(u32 *)(r10 - 4) = 0; r2 = r10; r2 += -4; r1 = map data ll; call 1; if r0 == 0 ' +
      'goto +1; r0 = *(u32 *)(r0 + 0); exit';
    expect(text(lookup)[4]).toBe('call helper at callBase + 16');
    expect(text(lookup, v618, {arrayValueOffset: 0x138}).slice(4, 11)).toEqual([
      'r1 += 312',
      'r0 = *(u32 *)(r2 + 0)',
      'if r0 >= 1 goto +3',
      'r0 <<= 4',
      'r0 += r1',
      'goto +1',
      'r0 = 0',
    ]);
  });
  test('a 32-bit compare-and-exchange clears the upper half of R0 if that can be seen', () => {
    const source = (last: string): string =>
      `*(u64 *)(r10 - 8) = 5; r0 = 5; r2 = 6; w0 = cmpxchg32_32(r10 - 8, w0, w2); ${last}; exit`;
    expect(text(source('r3 = r0'), v61)).toContain('w0 = w0');
    expect(text(source('w0 = w0; w0 += 1'), v61).filter((line) => line === 'w0 = w0')).toHaveLength(
      1,
    );
  });
});
