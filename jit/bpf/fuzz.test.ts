// Random bytes and mutated objects: refused with a UserError or accepted, never a crash, a hang or an unnamed error.
// JITSTAT_FUZZ is the number of cases of each kind (default 2,000); JITSTAT_SEED the first seed.
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {UserError} from '../error.ts';
import type {Program, VerifierRules} from '../types.ts';
import {assemble} from './assemble.ts';
import {linuxContextFields} from './context.ts';
import {formatProgram} from './format.ts';
import {functionsOf} from './hex.ts';
import {insnCount, isWide} from './insn.ts';
import {interpret} from './interpret.ts';
import {loadObject} from './object.ts';
import {verify} from './verify.ts';

const cases = Number(process.env['JITSTAT_FUZZ'] ?? 2000);
const firstSeed = Number(process.env['JITSTAT_SEED'] ?? 1);

/** mulberry32: 32-bit state, numbers below `limit`. */
const random = (seed: number) => (limit: number): number => {
  seed = (seed + 0x6d2b79f5) | 0;
  let word = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
  return Math.floor((((word ^ (word >>> 14)) >>> 0) / 2 ** 32) * limit);
};
type Random = ReturnType<typeof random>;

const maps = [
  {name: 'jt', type: 'prog_array', keyBytes: 4, valueBytes: 4, maxEntries: 3},
  {name: 'values', type: 'array', keyBytes: 4, valueBytes: 16, maxEntries: 1},
] as const;

const rules: VerifierRules = {
  tailCallsInSubprograms: 'allow-256', clampStackTo512: false, frameRounding: 16, ownTailCallReaches: true, propagatesReach: true, isa: 'v6.18',
  divisionRewrite: 'new',
};
const env = {
  mapAddress: () => 0xffff888812345678n, mapValueAddress: () => 0xffff888812345700n, helperAddressMinusCallBase: () => 16,
  contextFields: linuxContextFields,
};

const lines = `r0 = 7; r2 = r6; w3 s>>= 3; r4 += r0; r2 /= r3; w4 s%= w2; r5 = 0x123456789 ll; r3 = *(u32 *)(r6 + 0); r4 = r4
*(u64 *)(r10 - 8) = r2; r2 = *(u64 *)(r10 - 8); lock *(u32 *)(r10 - 8) += w3; if r2 > 5 goto +1; if w3 == w4 goto +2; goto +1; if r0 != 0 goto -2
r1 = r6; r2 = map jt ll; r3 = 1; call 12; r2 = 0; r3 = 0; r4 = 0; r5 = bswap32 r5; r4 = map_value values + 4 ll; call pc+1; r9 = r10; r9 += -16
*(u8 *)(r9 - 1) = 3; gotol +1; r7 = (s8)r4; r0 = cmpxchg_64(r10 - 8, r0, r2); r8 = r0`.split(/[;\n]/);

/** Noise; words with likely codes; or true instructions with a few bytes changed. */
const randomInsns = (next: Random): Uint8Array => {
  const count = 1 + next(24);
  const noise = Uint8Array.from({length: count * 8}, () => next(256));
  switch (next(4)) {
    case 0: return noise;
    case 1: {
      const common = [0xb7, 0xbf, 0x07, 0x0f, 0x61, 0x7b, 0x55, 0x05, 0x85, 0x18, 0x95, 0xdb, 0x3f, 0x62, 0xbc, 0x06];
      for (let at = 0; at < noise.length; at += 8) noise.set([common[next(common.length)], next(11) | (next(11) << 4), next(count), 0, next(20), 0, 0, 0], at);
      return noise;
    }
    default: {
      const body = Array.from({length: count}, () => lines[next(lines.length)].replace(/map jt /, 'map 0 ').replace(/values/, '1'));
      const {insns} = assemble(`r6 = r1; r0 = 0; r2 = 1; r3 = 2; r4 = 3; r5 = 4; *(u64 *)(r10 - 8) = r0; ${body.join(';')}; exit; r0 = 1; exit`, {name: 'p', type: 'sched_cls', maps});
      for (let change = next(4) - 1; change > 0; change--) insns[next(insns.length)] = next(256);
      return insns;
    }
  }
};

const randomProgram = (next: Random): Program => {
  const insns = randomInsns(next);
  return {name: 'fuzz', type: 'sched_cls', insns, maps, functions: functionsOf(insns, 'fuzz')};
};

/** True if accepted; rethrows what is no UserError with the seed. */
const accepts = (seed: number, body: () => void): boolean => {
  try {
    body();
    return true;
  } catch (error) {
    if (error instanceof UserError && error.message !== '' && error.hint !== '') return false;
    throw new Error(`seed ${seed}: ${error instanceof Error ? error.stack : String(error)}`);
  }
};

describe('noise', () => {
  test(`${cases} byte strings: refused by name, or verified and run`, () => {
    let accepted = 0;
    for (let seed = firstSeed; seed < firstSeed + cases; seed++) {
      const program = randomProgram(random(seed));
      const good = accepts(seed, () => verify(program, rules, env));
      if (good) accepted++;
      const outcome = interpret(program, {stepLimit: 2000});
      expect(['returned', 'fault', 'step-limit']).toContain(outcome.kind);
    }
    expect(accepted).toBeGreaterThan(cases / 1000);
  }, 600_000);
  test(`${cases} mutated texts: refused with a line, or assembled`, () => {
    const text = 'r6 = r1; r2 = map jt ll; r3 = 0x1234 ll; if w1 s>= 3 goto done\nlock *(u64 *)(r10 - 8) += r2\nr2 = atomic_fetch_add((u64 *)(r1 + 0), r2)\nldxw %r1, [%r1+4]; call f; exit\ndone: call 12\nexit\nf: r0 = 0; exit';
    const alphabet = ' \n;:#%+-*/=<>()[]_.,0123456789abcdefrwxulsgoto\0é';
    for (let seed = firstSeed; seed < firstSeed + cases; seed++) {
      const next = random(seed);
      const letters = [...text];
      for (let change = next(6); change >= 0; change--) letters.splice(next(letters.length), next(3), alphabet[next(alphabet.length)]);
      accepts(seed, () => assemble(letters.join(''), {name: 'p', type: 'xdp', maps}));
    }
  }, 600_000);
});

const folder = new URL('../../../shared/fixtures/objects/', import.meta.url);

describe.skipIf(!existsSync(folder))('objects with flipped bytes (skipped without ../shared/fixtures)', () => {
  test(`${cases} mutations: refused by name, or loaded, checked and printed`, () => {
    const files = readdirSync(folder).filter((file) => file.endsWith('.o')).map((file) => readFileSync(new URL(file, folder)));
    for (let seed = firstSeed; seed < firstSeed + cases; seed++) {
      const next = random(seed);
      let bytes = Uint8Array.from(files[next(files.length)]);
      for (let change = next(8); change >= 0; change--) {
        const at = next(2) === 0 ? next(bytes.length) : next(2) === 0 ? next(64) : bytes.length - 1 - next(Math.min(1024, bytes.length));
        bytes[at] = next(3) === 0 ? [0, 1, 0x7f, 0x80, 0xff][next(5)] : next(256);
      }
      if (next(16) === 0) bytes = bytes.subarray(0, next(bytes.length));
      accepts(seed, () => {
        for (const program of loadObject(bytes, 'fuzz.o')) {
          formatProgram(program.insns, program);
          verify(program, rules, env);
        }
      });
    }
  }, 600_000);
});

test('the generator reaches all of the instruction word', () => {
  const seen = new Set<number>();
  for (let seed = 1; seed < 200; seed++) {
    const {insns} = randomProgram(random(seed));
    for (let index = 0; index < insnCount(insns); index++) if (isWide(insns, index) || insns[index * 8] > 0) seen.add(insns[index * 8]);
  }
  expect(seen.size).toBeGreaterThan(100);
});
