// Random programs in every variant: compiling them again gives the same code, marks and poke sites
// fit the code, and objdump knows every byte.
import {execFileSync, spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {seededBelow} from '../results/testdata/random.ts';
import {compileProgram} from './compile.ts';
import {CompileRefusal} from './refusal.ts';
import {listFunction} from './listing/listing.ts';
import {randomProgram} from './testdata/random-programs.ts';
import type {Compiled, ImageFunction} from './types.ts';
import {variants} from './variants/list/index.ts';
import type {Variant} from './variants/variant.ts';

const seeds = Array.from({length: 300}, (_each, index) => index + 1);
const noObjdump = spawnSync('objdump', ['--version']).status !== 0;

/** Null if the variant's kernel refuses: some random programs do not settle in 20 passes. */
const compile = (variant: Variant, seed: number, driver?: 'converging'): Compiled | null => {
  const {program, layout} = randomProgram(variant, seededBelow(seed));
  try {
    return compileProgram(program, variant, layout, driver === undefined ? {} : {driver});
  } catch (error) {
    if (
      error instanceof CompileRefusal &&
      (error.code === 'no-convergence' || error.message.includes('not allowed'))
    )
      return null;
    throw new Error(`${variant.name}, seed ${seed}`, {cause: error});
  }
};

const hex = (compiled: Compiled): string[] =>
  compiled.functions.map(({code}) => Buffer.from(code).toString('hex'));
const named = (each: Compiled['functions'][number]): ImageFunction => ({
  ...each,
  symbol: 'f',
  program: 'p',
});

describe.each(variants.map((variant) => [variant.name, variant] as const))(
  '%s',
  (_name, variant) => {
    const all = seeds.flatMap((seed) => {
      const compiled = compile(variant, seed);
      return compiled === null ? [] : [{seed, compiled}];
    });

    test('most programs compile, and a second time to the same code', () => {
      expect(all.length).toBeGreaterThan(
        variant.rules.tailCallsInSubprograms === 'refuse' ? 100 : 280,
      );
      for (const {seed, compiled} of all.slice(0, 50))
        expect(hex(compile(variant, seed)!)).toEqual(hex(compiled));
    });

    test('steps cover the code without gaps, and each instruction ends with its step', () => {
      for (const {compiled} of all) {
        for (const each of compiled.functions) {
          const lines = listFunction(named(each));
          expect(lines.reduce((sum, line) => sum + (line.bytes.length + 1) / 3, 0)).toBe(
            each.code.length,
          );
          expect(lines.filter((line) => line.text === '(bad)')).toEqual([]);
          expect(each.ends.at(-1)).toBe(each.code.length);
        }
      }
    });

    test('instructions of the body leave the stack as it was', () => {
      for (const {compiled} of all) {
        const depth = new Map<string, number>();
        compiled.functions.forEach((each, index) => {
          for (const {step, insn, text} of listFunction(named(each))) {
            if (step !== 'body') continue;
            const by = text.startsWith('push') ? 1 : text.startsWith('pop') ? -1 : 0;
            depth.set(`${index}/${insn}`, (depth.get(`${index}/${insn}`) ?? 0) + by);
          }
        });
        expect([...depth.values()].every((each) => each === 0)).toBe(true);
      }
    });

    test('jumps lead to the starts of instructions', () => {
      for (const {compiled} of all) {
        for (const each of compiled.functions) {
          const lines = listFunction(named(each));
          const starts = new Set(lines.map(({address}) => address));
          const wild = lines.filter(
            ({leadsTo, step}) => step === 'jump' && leadsTo !== null && !starts.has(leadsTo),
          );
          expect(wild).toEqual([]);
        }
      }
    });

    test('poke sites hold a jump over the unwinding and a nop', () => {
      for (const {compiled} of all) {
        for (const {function: index, target, bypass, bypassTarget} of compiled.pokes) {
          const code = Buffer.from(compiled.functions[index].code);
          expect(code.toString('hex', target, target + 5)).toBe('0f1f440000');
          if (bypass === null) continue;
          expect(code[bypass]).toBe(0xe9);
          expect(bypass + 5 + code.readInt32LE(bypass + 1)).toBe(bypassTarget);
        }
      }
    });

    test('the converging driver compiles all of them, and never longer than the kernel does', () => {
      for (const {seed, compiled} of all) {
        const converged = compile(variant, seed, 'converging')!;
        const total = (each: Compiled) =>
          each.functions.reduce((sum, {code}) => sum + code.length, 0);
        expect(total(converged)).toBeLessThanOrEqual(total(compiled));
      }
    });

    test.skipIf(noObjdump)(
      'objdump knows every byte and agrees where each instruction starts (skipped if objdump is missing)',
      () => {
        const folder = mkdtempSync(join(tmpdir(), 'jitstat-'));
        try {
          const functions = all.flatMap(({compiled}) => compiled.functions);
          writeFileSync(join(folder, 'code'), Buffer.concat(functions.map(({code}) => code)));
          const out = execFileSync(
            'objdump',
            [
              '-D',
              '-z',
              '-b',
              'binary',
              '-m',
              'i386:x86-64',
              '--no-show-raw-insn',
              join(folder, 'code'),
            ],
            {encoding: 'utf8', maxBuffer: 1 << 28},
          );
          const starts = Array.from(out.matchAll(/^\s*([0-9a-f]+):\t(.*)$/gm), ([, at, text]) => ({
            at: Number.parseInt(at, 16),
            text,
          }));
          expect(starts.filter(({text}) => text.includes('(bad)'))).toEqual([]);
          let begin = 0;
          const ours = functions.flatMap((each) => {
            const offsets = listFunction(named(each)).map(({offset}) => begin + offset);
            begin += each.code.length;
            return offsets;
          });
          expect(starts.map(({at}) => at)).toEqual(ours);
        } finally {
          rmSync(folder, {recursive: true});
        }
      },
    );
  },
);
