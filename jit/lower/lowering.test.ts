// Machine code of single instructions, as emitters and kernels wrote them (facts sheet, 2.12).
import {expect, test} from 'vitest';
import {assemble} from '../bpf/text/assemble.ts';
import {compileProgram} from '../compile.ts';
import {v510} from '../variants/list/v510.ts';
import {v61} from '../variants/list/v61.ts';
import {v618} from '../variants/list/v618.ts';
import type {Variant} from '../variants/variant.ts';

/**
 * BPF, code of 5.7 to 5.10, of 6.1, of 6.18; a missing one equals the one before, null is not checked.
 */
// prettier-ignore
const rows: readonly (readonly [string, string | null, (string | null)?, (string | null)?])[] = [
  ['r0 += r1', '48 01 f8'],
  ['w0 += w1', '01 f8'],
  ['r7 -= r8', '4d 29 f5'],
  ['w5 ^= w2', '41 31 f0'],
  ['r0 += 1', '48 83 c0 01'],
  ['r0 += 1000', '48 05 e8 03 00 00'],
  ['w0 &= 0x12345', '25 45 23 01 00'],
  ['r9 |= 128', '49 81 cf 80 00 00 00'],
  ['r2 &= -8', '48 83 e6 f8'],
  ['r3 = 0', '31 d2'],
  ['r7 = 0', '45 31 ed'],
  ['r3 = 5', 'ba 05 00 00 00'],
  ['r3 = -1', '48 c7 c2 ff ff ff ff'],
  ['w3 = -1', 'ba ff ff ff ff'],
  ['r9 = -5', '49 c7 c7 fb ff ff ff'],
  ['r6 = r1', '48 89 fb'],
  ['r1 = r1', ''],
  ['w1 = w1', '89 ff'],
  ['w7 = w7', '45 89 ed'],
  ['r0 = -r0', '48 f7 d8'],
  ['w7 = -w7', '41 f7 dd'],
  ['r1 = 0xffffffff ll', 'bf ff ff ff ff'],
  ['r1 = 0xffffffff80000000 ll', '48 bf 00 00 00 80 ff ff ff ff', '48 bf 00 00 00 80 ff ff ff ff',
    '48 c7 c7 00 00 00 80'],
  ['r8 = 0x123456789abcdef0 ll', '49 be f0 de bc 9a 78 56 34 12'],
  ['r2 *= r3', '50 52 49 89 f3 48 89 d0 49 f7 e3 5a 48 89 c6 58', '48 0f af f2'],
  ['w0 *= w3', '52 49 89 c3 89 d0 41 f7 e3 5a', '0f af c2'],
  ['r3 *= 10', '50 49 89 d3 b8 0a 00 00 00 49 f7 e3 48 89 c2 58', '48 6b d2 0a'],
  ['r0 *= 1000', '52 49 89 c3 b8 e8 03 00 00 49 f7 e3 5a', '48 69 c0 e8 03 00 00'],
  ['w7 *= -1', '50 52 4d 89 eb b8 ff ff ff ff 41 f7 e3 5a 49 89 c5 58', '45 6b ed ff'],
  ['r2 /= r3', '50 52 49 89 d3 48 89 f0 31 d2 49 f7 f3 49 89 c3 5a 58 4c 89 de',
    '50 52 49 89 d3 48 89 f0 31 d2 49 f7 f3 48 89 c6 5a 58'],
  ['r0 /= r6', '50 52 49 89 db 31 d2 49 f7 f3 49 89 c3 5a 58 4c 89 d8', '52 31 d2 48 f7 f3 5a'],
  ['r3 /= r6', '50 52 49 89 db 48 89 d0 31 d2 49 f7 f3 49 89 c3 5a 58 4c 89 da',
    '50 48 89 d0 31 d2 48 f7 f3 48 89 c2 58'],
  ['w2 %= w0', '50 52 49 89 c3 48 89 f0 31 d2 41 f7 f3 49 89 d3 5a 58 4c 89 de',
    '50 52 49 89 c3 89 f0 31 d2 41 f7 f3 89 d6 5a 58'],
  ['r0 %= 7', '50 52 49 c7 c3 07 00 00 00 31 d2 49 f7 f3 49 89 d3 5a 58 4c 89 d8',
    '52 49 c7 c3 07 00 00 00 31 d2 49 f7 f3 48 89 d0 5a'],
  ['r3 %= r5', '50 52 4d 89 c3 48 89 d0 31 d2 49 f7 f3 49 89 d3 5a 58 4c 89 da',
    '50 48 89 d0 31 d2 49 f7 f0 58'],
  ['r2 <<= 1', '48 d1 e6'],
  ['r2 <<= 32', '48 c1 e6 20'],
  ['w8 s>>= 3', '41 c1 fe 03'],
  ['r2 <<= r3', '51 48 89 d1 48 d3 e6 59', '51 48 89 d1 48 d3 e6 59', 'c4 e2 e9 f7 f6'],
  ['w4 >>= w2', '49 89 cb 51 48 89 f1 41 d3 eb 59 4c 89 d9',
    '49 89 cb 51 48 89 f1 41 d3 eb 59 4c 89 d9', 'c4 e2 4b f7 c9'],
  ['r5 s>>= r4', '49 d3 f8'],
  ['r4 <<= r4', '49 89 cb 49 d3 e3 4c 89 d9', '49 89 cb 49 d3 e3 4c 89 d9', '48 d3 e1'],
  ['r7 >>= r9', '51 4c 89 f9 49 d3 ed 59', '51 4c 89 f9 49 d3 ed 59', 'c4 42 83 f7 ed'],
  ['r1 = be16 r1', '66 c1 cf 08 0f b7 ff'],
  ['r8 = be16 r8', '66 41 c1 ce 08 45 0f b7 f6'],
  ['r7 = be32 r7', '41 0f cd'],
  ['r0 = be64 r0', '48 0f c8'],
  ['r2 = le16 r2', '0f b7 f6'],
  ['r9 = le32 r9', '45 89 ff'],
  ['r9 = le64 r9', ''],
  ['r0 = *(u8 *)(r1 + 0)', '48 0f b6 47 00'],
  ['r7 = *(u16 *)(r10 - 4)', '4c 0f b7 6d fc'],
  ['r2 = *(u32 *)(r1 + 76)', '8b 77 4c'],
  ['r8 = *(u32 *)(r6 + 200)', '44 8b b3 c8 00 00 00'],
  ['r3 = *(u64 *)(r7 + 0)', '49 8b 55 00'],
  ['*(u8 *)(r1 + 1) = r2', '40 88 77 01'],
  ['*(u8 *)(r10 - 1) = r0', '88 45 ff'],
  ['*(u8 *)(r2 + 0) = r3', '88 56 00'],
  ['*(u16 *)(r7 + 2) = r1', '66 41 89 7d 02'],
  ['*(u32 *)(r10 - 200) = r5', '44 89 85 38 ff ff ff'],
  ['*(u64 *)(r10 - 8) = r6', '48 89 5d f8'],
  ['*(u8 *)(r10 - 1) = 7', 'c6 45 ff 07'],
  ['*(u16 *)(r7 + 4) = 0x1234', '66 41 c7 45 04 34 12'],
  ['*(u32 *)(r1 + 128) = 5', 'c7 87 80 00 00 00 05 00 00 00'],
  ['*(u64 *)(r8 + 0) = -1', '49 c7 46 00 ff ff ff ff'],
  ['lock *(u32 *)(r1 + 0) += r2', 'f0 01 77 00'],
  ['lock *(u64 *)(r7 + 8) += r0', 'f0 49 01 45 08'],
  ['r2 = (s8)r3', null, null, '48 0f be f2'],
  ['r7 = (s32)r1', null, null, '4c 63 ef'],
  ['w2 = (s8)w3', null, null, '40 0f be f2'],
  ['w2 = (s16)w3', null, null, '0f bf f2'],
  ['w7 = (s16)w3', null, null, '44 0f bf ea'],
  ['r2 = *(s8 *)(r1 + 0)', null, null, '48 0f be 77 00'],
  ['r7 = *(s32 *)(r1 + 0)', null, null, '4c 63 6f 00'],
  ['r1 = bswap16 r1', null, null, '66 c1 cf 08 0f b7 ff'],
  ['r2 s/= r3', null, null, '50 52 49 89 d3 48 89 f0 48 99 49 f7 fb 48 89 c6 5a 58'],
  ['w2 s%= w6', null, null, '50 52 89 f0 99 f7 fb 89 d6 5a 58'],
  ['r2 = atomic_fetch_add((u64 *)(r1 + 0), r2)', null, null, 'f0 48 0f c1 77 00'],
  ['w7 = xchg32_32(r1 + 4, w7)', null, null, 'f0 44 87 6f 04'],
  ['r0 = cmpxchg_64(r1 + 0, r0, r3)', null, null, 'f0 48 0f b1 57 00'],
  ['lock *(u32 *)(r1 + 0)&=w2', null, null, 'f0 21 77 00'],
  ['r2 = atomic_fetch_or((u64 *)(r1 + 0), r2)', null, null,
    '49 89 c2 48 8b 47 00 49 89 c3 49 09 f3 f0 4c 0f b1 5f 00 75 ee 48 89 c6 4c 89 d0'],
  ['w2 = atomic_fetch_xor((u32 *)(r1 + 8), w2)', null, null,
    '49 89 c2 8b 47 08 41 89 c3 41 31 f3 f0 44 0f b1 5f 08 75 ef 89 c6 4c 89 d0'],
  ['r0 = atomic_fetch_and((u64 *)(r1 + 0), r0)', null, null,
    '49 89 c2 48 8b 47 00 49 89 c3 4d 21 d3 f0 4c 0f b1 5f 00 75 ee 49 89 c2 4c 89 d0'],
  ['nospec', null, '0f ae e8'],
];

/** The code of the one instruction before the exit. */
const codeOf = (insns: Uint8Array, variant: Variant): string => {
  const program = {
    insns,
    functions: [
      {start: 0, base: 0x1000n, stackDepth: 0, tailCallReachable: false, subprogram: false},
    ],
    descriptors: [],
  };
  const {
    functions: [{code, ends}],
  } = compileProgram(program, variant, {...variant.layout, callBase: 0x2000n});
  return Buffer.from(code.subarray(ends[0], ends[insns.length / 8 - 1]))
    .toString('hex')
    .replace(/..(?=.)/g, '$& ');
};

test.each(rows)('%s', (text, old, newer = old, newest = newer) => {
  const {insns} = assemble(`${text}\nexit`, {name: 'one', type: 'sched_cls'});
  if (old !== null) expect(codeOf(insns, v510)).toBe(old);
  if (newer !== null) expect(codeOf(insns, v61)).toBe(newer);
  expect(codeOf(insns, v618)).toBe(newest);
});
