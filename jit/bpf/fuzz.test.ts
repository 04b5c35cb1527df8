// Random bytes and mutated objects: refused with a Refusal or accepted, never a crash, a hang or
// an unnamed error.
// JITSTAT_FUZZ is the number of cases of each kind (default 2,000, objects a quarter of it);
// JITSTAT_SEED the first seed.
import {readdirSync, readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {seededBelow} from '../../results/testdata/random.ts';
import type {VerifierRules} from '../types.ts';
import {assemble} from './text/assemble.ts';
import {linuxContextFields} from './verify/context-fields.ts';
import {formatProgram} from './text/format-insn.ts';
import {insnCount, isWide} from './word/insn.ts';
import {interpret} from './run/interpret.ts';
import {accepts, mutated, noiseMaps, randomProgram} from './noise.fixture.ts';
import {loadObject} from './object/object.ts';
import {verify} from './verify/verify.ts';

const cases = Number(process.env['JITSTAT_FUZZ'] ?? 2000);
/** Objects take longest: they have hundreds of instructions each. */
const objects = process.env['JITSTAT_FUZZ'] === undefined ? Math.ceil(cases / 4) : cases;
const firstSeed = Number(process.env['JITSTAT_SEED'] ?? 1);

const rules: VerifierRules = {
  tailCallsInSubprograms: 'allow-256',
  clampStackTo512: false,
  frameRounding: 16,
  ownTailCallReaches: true,
  propagatesReach: true,
  isa: 'v6.18',
  divisionRewrite: 'new',
};
const env = {
  mapAddress: () => 0xffff888812345678n,
  mapValueAddress: () => 0xffff888812345700n,
  helperAddressMinusCallBase: () => 16,
  contextFields: linuxContextFields,
};

describe('noise', () => {
  test(`${cases} byte strings: refused by name, or verified and run`, () => {
    let accepted = 0;
    for (let seed = firstSeed; seed < firstSeed + cases; seed++) {
      const program = randomProgram(seededBelow(seed));
      const good = accepts(seed, () => verify(program, rules, env));
      if (good) accepted++;
      const outcome = interpret(program, {stepLimit: 2000});
      expect(['returned', 'fault', 'step-limit']).toContain(outcome.kind);
    }
    expect(accepted).toBeGreaterThan(cases / 1000);
  }, 600_000);
  test(`${cases} mutated texts: refused with a line, or assembled`, () => {
    const text =
      'r6 = r1; r2 = map jt ll; r3 = 0x1234 ll; if w1 s>= 3 goto done\n' +
      'lock *(u64 *)(r10 - 8) += r2\nr2 = atomic_fetch_add((u64 *)(r1 + 0), r2)\n' +
      'ldxw %r1, [%r1+4]; call f; exit\ndone: call 12\nexit\nf: r0 = 0; exit';
    const alphabet = ' \n;:#%+-*/=<>()[]_.,0123456789abcdefrwxulsgoto\0é';
    for (let seed = firstSeed; seed < firstSeed + cases; seed++) {
      const next = seededBelow(seed);
      const letters = [...text];
      for (let change = next(6); change >= 0; change--)
        letters.splice(next(letters.length), next(3), alphabet[next(alphabet.length)]);
      accepts(seed, () => assemble(letters.join(''), {name: 'p', type: 'xdp', maps: noiseMaps}));
    }
  }, 600_000);
});

const folder = new URL('testdata/', import.meta.url);

describe('objects with flipped bytes', () => {
  test(`${objects} mutations: refused by name, or loaded, checked and printed`, () => {
    const files = readdirSync(folder)
      .filter((file) => file.endsWith('.o'))
      .map((file) => readFileSync(new URL(file, folder)));
    for (let seed = firstSeed; seed < firstSeed + objects; seed++) {
      const next = seededBelow(seed);
      const bytes = mutated(next, files[next(files.length)]);
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
    const {insns} = randomProgram(seededBelow(seed));
    for (let index = 0; index < insnCount(insns); index++)
      if (isWide(insns, index) || insns[index * 8] > 0) seen.add(insns[index * 8]);
  }
  expect(seen.size).toBeGreaterThan(100);
});
