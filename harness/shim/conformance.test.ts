// The bpf_conformance programs as machine code of every variant, all in one process: R0 must be the published result.
import {existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {assemble} from '../../jit/bpf/assemble.ts';
import {linuxContextFields} from '../../jit/bpf/context.ts';
import type {ConformanceCase} from '../../jit/bpf/conformance-file.ts';
import {parseConformance} from '../../jit/bpf/conformance-file.ts';
import type {Program, VerifierRules} from '../../jit/types.ts';
import {variants} from '../../jit/variants/index.ts';
import type {Workload} from '../../workloads/types.ts';
import {buildShim} from './build.ts';
import {contextHeaderBytes, contextImage} from './context.ts';
import {imageSegments} from './image-pages.ts';
import type {JobRecord} from './job.ts';
import {encodeJob} from './job.ts';
import {stackArea} from './memory.ts';
import {prepareImage} from './prepare.ts';
import {describeResult} from './result.ts';
import {runShim} from './run.ts';

const folder = new URL('../../../shared/fixtures/conformance/', import.meta.url);
const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.data')).sort() : [];
const shim = await buildShim('user');
const scratch = mkdtempSync(join(tmpdir(), 'jitstat-conformance-'));

/** R1 = memory, R2 = its length, as the cases expect; the context gives them as data and data_end. */
const prefix = 'r2 = *(u32 *)(r1 + 4)\nr3 = *(u32 *)(r1 + 0)\nr2 -= r3\nr1 = r3\n';

interface Case extends ConformanceCase {
  readonly program: Program;
}

const cases: readonly Case[] = files.map((file) => {
  const parsed = parseConformance(readFileSync(new URL(file, folder), 'utf8'));
  return {...parsed, program: assemble(prefix + parsed.asm, {name: file, type: 'xdp'})};
});

const workloadOf = (some: readonly Case[]): Workload => ({
  name: 'conformance',
  purpose: 'test',
  type: 'xdp',
  maps: [],
  programs: some.map(({program}) => program),
  entry: '',
  packets: Object.fromEntries(some.map(({program, memory}) => [program.name, Buffer.from(memory).toString('hex')])),
  scenario: [],
});

const prepare = (some: readonly Case[], variant: string) =>
  prepareImage({workload: workloadOf(some), variant, placement: {kind: 'pack-alloc', seed: 1}, shim});

/** Why the variant's kernel takes no such program; null where it takes it. */
const refusal = (one: Case, variant: string): string | null => {
  try {
    prepare([one], variant);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
};

/** How many of the 313 programs each instruction set takes; the others are refused by name, 13 of them by every kernel. */
const takes: Readonly<Record<VerifierRules['isa'], number>> = {'v5.8': 211, 'v5.10': 211, 'v6.1': 240, 'v6.18': 299};

/** Kernels clear the upper half of R0 after a 32-bit compare-and-exchange by an instruction that our verifier does not insert. */
const notPlayed = 'lock_cmpxchg32.data';

describe.skipIf(files.length === 0)('conformance as machine code (skipped without ../shared/fixtures)', () => {
  test.each(variants.map(({name, rules}) => [name, rules.isa] as const))('%s', async (variant, isa) => {
    const played = cases.filter((one) => one.program.name !== notPlayed && refusal(one, variant) === null);
    const {image, memory} = prepare(played, variant);
    const records: JobRecord[] = played.flatMap(({program, memory: bytes, result}, index): JobRecord[] => {
      const data = memory.packet(bytes.length);
      const values = {data, data_end: data + BigInt(bytes.length)};
      return [
        {op: 'store', address: data, bytes},
        {op: 'store', address: memory.context - BigInt(contextHeaderBytes), bytes: contextImage(linuxContextFields.xdp, values, memory.context)},
        {op: 'run', label: program.name, entry: image.programs[index].compiled.functions[0].base, context: memory.context, repeat: 1, retval: BigInt.asUintN(64, result)},
      ];
    });
    const job = encodeJob([
      ...imageSegments(image.functions), ...memory.segments,
      ...image.functions.map(({base, code}): JobRecord => ({op: 'store', address: base, bytes: code})),
      {op: 'start'}, ...records,
    ], {sandbox: true, watchdogMs: 10_000, stack: stackArea});
    const path = join(scratch, variant);
    writeFileSync(path, job);
    const [result] = await runShim(shim, path);
    expect(describeResult(result, image)).toBe('ok');
    expect(result.runs).toHaveLength(takes[isa]);
  });
});
