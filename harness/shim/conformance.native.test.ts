// The bpf_conformance programs as machine code of every variant, all in one process: R0 must be the
// published result.
import {existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {assemble} from '../../jit/bpf/text/assemble.ts';
import {parseConformance} from '../../jit/bpf/text/conformance-file.ts';
import type {Isa} from '../../jit/bpf/word/isa.ts';
import type {VariantInfo} from '../../jit/types.ts';
import {variants} from '../../jit/variants/list/index.ts';
import type {BatchCase} from './batch.fixture.ts';
import {prepareBatch} from './batch.fixture.ts';
import {buildShim} from './build-shim.ts';
import {describeResult} from './result.ts';
import {runShim} from './run-shim.ts';

const folder = new URL('../../../shared/fixtures/conformance/', import.meta.url);
const files = existsSync(folder)
  ? readdirSync(folder)
      .filter((file) => file.endsWith('.data'))
      .sort()
  : [];
const shim = await buildShim('user');
const scratch = mkdtempSync(join(tmpdir(), 'jitstat-conformance-'));

/**
 * R1 = memory, R2 = its length, as the cases expect; the context gives them as data and data_end.
 */
const prefix = 'r2 = *(u32 *)(r1 + 4)\nr3 = *(u32 *)(r1 + 0)\nr2 -= r3\nr1 = r3\n';

const cases: readonly BatchCase[] = files.map((file) => {
  const {asm, memory, result} = parseConformance(readFileSync(new URL(file, folder), 'utf8'));
  return {program: assemble(prefix + asm, {name: file, type: 'xdp'}), packet: memory, result};
});

/** The instruction set decides what is refused, so one variant of each is tried. */
const takenBy = new Map<Isa, readonly BatchCase[]>();

const taken = ({name, rules}: VariantInfo): readonly BatchCase[] => {
  const found =
    takenBy.get(rules.isa) ??
    cases.filter((one) => {
      try {
        prepareBatch([one], name, shim);
        return true;
      } catch {
        return false;
      }
    });
  takenBy.set(rules.isa, found);
  return found;
};

/**
 * How many of the 313 programs each instruction set takes; the others are refused by name, 13 of
 * them by every kernel.
 */
const takes: Readonly<Record<Isa, number>> = {
  'v5.8': 211,
  'v5.10': 211,
  'v6.1': 241,
  'v6.12': 300,
  'v6.18': 300,
};

describe.skipIf(files.length === 0)(
  'conformance as machine code (skipped without ../shared/fixtures)',
  () => {
    test.each(variants.map((variant) => [variant.name, variant] as const))(
      '%s',
      async (name, variant) => {
        const {job, image} = prepareBatch(taken(variant), name, shim);
        const path = join(scratch, name);
        writeFileSync(path, job);
        const [result] = await runShim(shim, path);
        expect(describeResult(result, image)).toBe('ok');
        expect(result.runs).toHaveLength(takes[variant.rules.isa]);
      },
    );
  },
);
