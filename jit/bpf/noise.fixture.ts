// Noise for fuzz tests: bytes that are not programs or almost are, and objects with a few bytes
// changed. The same seed gives the same noise.
import {Refusal} from '../refusal.ts';
import type {Program} from '../types.ts';
import {assemble} from './text/assemble.ts';
import {functionsOf} from './text/hex.ts';

/** Whole numbers from 0 up to, not including, `limit`. */
export type Random = (limit: number) => number;

export const noiseMaps = [
  {name: 'jt', type: 'prog_array', keyBytes: 4, valueBytes: 4, maxEntries: 3},
  {name: 'values', type: 'array', keyBytes: 4, valueBytes: 16, maxEntries: 1},
] as const;

const lines = `r0 = 7; r2 = r6; w3 s>>= 3; r4 += r0; r2 /= r3; w4 s%= w2; r5 = 0x123456789 ll;\
 r3 = *(u32 *)(r6 + 0); r4 = r4
*(u64 *)(r10 - 8) = r2; r2 = *(u64 *)(r10 - 8); lock *(u32 *)(r10 - 8) += w3;\
 if r2 > 5 goto +1; if w3 == w4 goto +2; goto +1; if r0 != 0 goto -2
r1 = r6; r2 = map jt ll; r3 = 1; call 12; r2 = 0; r3 = 0; r4 = 0;\
 r5 = bswap32 r5; r4 = map_value values + 4 ll; call pc+1; r9 = r10; r9 += -16
*(u8 *)(r9 - 1) = 3; gotol +1; r7 = (s8)r4; r0 = cmpxchg_64(r10 - 8, r0, r2); r8 = r0`.split(
  /[;\n]/,
);

/** Random bytes, words with likely codes, or real instructions with a few bytes changed. */
const randomInsns = (next: Random): Uint8Array => {
  const count = 1 + next(24);
  const noise = Uint8Array.from({length: count * 8}, () => next(256));
  switch (next(4)) {
    case 0:
      return noise;
    case 1: {
      const common = [
        0xb7, 0xbf, 0x07, 0x0f, 0x61, 0x7b, 0x55, 0x05, 0x85, 0x18, 0x95, 0xdb, 0x3f, 0x62, 0xbc,
        0x06,
      ];
      for (let at = 0; at < noise.length; at += 8)
        noise.set(
          [
            common[next(common.length)],
            next(11) | (next(11) << 4),
            next(count),
            0,
            next(20),
            0,
            0,
            0,
          ],
          at,
        );
      return noise;
    }
    default: {
      const body = Array.from({length: count}, () =>
        lines[next(lines.length)].replace(/map jt /, 'map 0 ').replace(/values/, '1'),
      );
      const {insns} = assemble(
        `r6 = r1; r0 = 0; r2 = 1; r3 = 2; r4 = 3; r5 = 4; *(u64 *)(r10 - 8) = r0; ` +
          `${body.join(';')}; exit; r0 = 1; exit`,
        {name: 'p', type: 'sched_cls', maps: noiseMaps},
      );
      for (let change = next(4) - 1; change > 0; change--) insns[next(insns.length)] = next(256);
      return insns;
    }
  }
};

export const randomProgram = (next: Random): Program => {
  const insns = randomInsns(next);
  return {
    name: 'fuzz',
    type: 'sched_cls',
    insns,
    maps: noiseMaps,
    functions: functionsOf(insns, 'fuzz'),
  };
};

/**
 * `file` with up to eight bytes changed, sometimes cut off: anywhere, in the ELF header, or in the
 * section table at the end.
 */
export const mutated = (next: Random, file: Uint8Array): Uint8Array => {
  const bytes = Uint8Array.from(file);
  for (let change = next(8); change >= 0; change--) {
    const at =
      next(2) === 0
        ? next(bytes.length)
        : next(2) === 0
          ? next(64)
          : bytes.length - 1 - next(Math.min(1024, bytes.length));
    bytes[at] = next(3) === 0 ? [0, 1, 0x7f, 0x80, 0xff][next(5)] : next(256);
  }
  return next(16) === 0 ? bytes.subarray(0, next(bytes.length)) : bytes;
};

/** True if accepted; rethrows any other error than a Refusal with the seed. */
export const accepts = (seed: number, body: () => void): boolean => {
  try {
    body();
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.message !== '' && error.hint !== '') return false;
    throw new Error(`seed ${seed}: ${error instanceof Error ? error.stack : String(error)}`);
  }
};
