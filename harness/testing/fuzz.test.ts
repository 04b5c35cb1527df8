// Random byte strings and mutated objects through verifier, emitter and both drivers of every
// variant: refused by name or compiled. JITSTAT_FUZZ is the number of cases of each kind (default
// 600; a quarter of it for objects), JITSTAT_SEED the first seed.
import {readdirSync, readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {seededBelow} from '../../results/testdata/random.ts';
import {linuxContextFields} from '../../jit/bpf/verify/context-fields.ts';
import {accepts, mutated, randomProgram} from '../../jit/bpf/noise.fixture.ts';
import {loadObject} from '../../jit/bpf/object/object.ts';
import {verify} from '../../jit/bpf/verify/verify.ts';
import {compileProgram} from '../../jit/compile.ts';
import type {Program} from '../../jit/types.ts';
import {variants} from '../../jit/variants/list/index.ts';

const cases = Number(process.env['JITSTAT_FUZZ'] ?? 600);
/** Objects cost most: hundreds of instructions each. */
const objects = process.env['JITSTAT_FUZZ'] === undefined ? Math.ceil(cases / 4) : cases;
const firstSeed = Number(process.env['JITSTAT_SEED'] ?? 1);

const env = {
  mapAddress: () => 0xffff888812345678n,
  mapValueAddress: () => 0xffff888812345700n,
  helperAddressMinusCallBase: () => 0x1000,
  contextFields: linuxContextFields,
};

/** How many variants compile the program; the others refuse it. */
const compileEverywhere = (seed: number, program: Program): number =>
  variants.filter((variant) =>
    accepts(seed, () => {
      const verified = verify(program, variant.rules, env);
      const functions = verified.functions.map((each, index) => ({
        ...each,
        base: 0x5000_0000n + BigInt(index << 16),
      }));
      compileProgram({...verified, functions}, variant, {
        ...variant.layout,
        indirectThunk: 0x5100_0000n,
      });
    }),
  ).length;

describe('noise into machine code', () => {
  test(`${cases} byte strings`, () => {
    let compiled = 0;
    for (let seed = firstSeed; seed < firstSeed + cases; seed++)
      compiled += compileEverywhere(seed, randomProgram(seededBelow(seed)));
    expect(compiled).toBeGreaterThan(cases / 100);
  }, 3_600_000);

  const folder = new URL('../../jit/bpf/testdata/', import.meta.url);
  test(`${objects} mutated objects`, () => {
    const files = readdirSync(folder)
      .filter((file) => file.endsWith('.o'))
      .map((file) => readFileSync(new URL(file, folder)));
    let loaded = 0;
    for (let seed = firstSeed; seed < firstSeed + objects; seed++) {
      const next = seededBelow(seed);
      const bytes = mutated(next, files[next(files.length)]);
      accepts(seed, () => {
        const programs = loadObject(bytes, 'fuzz.o');
        compileEverywhere(seed, programs[seed % programs.length]);
        loaded++;
      });
    }
    expect(loaded).toBeGreaterThan(objects / 100);
  }, 3_600_000);
});
