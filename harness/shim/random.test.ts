// Random programs as machine code of every variant against the reference interpreter: R0 must be the same, 64 bits of it.
// JITSTAT_FUZZ_PROGRAMS is the number of programs for each variant (default 60); JITSTAT_SEED the first seed.
import {mkdtempSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {createWorld, interpret} from '../../jit/bpf/interpret.ts';
import {variants} from '../../jit/variants/index.ts';
import type {BatchCase} from './batch.fixture.ts';
import {prepareBatch} from './batch.fixture.ts';
import {buildShim} from './build.ts';
import {packetBytes, randomProgram} from './random-program.fixture.ts';
import {describeResult} from './result.ts';
import {runShim} from './run.ts';

const programs = Number(process.env['JITSTAT_FUZZ_PROGRAMS'] ?? 60);
const firstSeed = Number(process.env['JITSTAT_SEED'] ?? 1);
const folder = mkdtempSync(join(tmpdir(), 'jitstat-random-'));
const packetBase = 0x10_0000n;
const shim = await buildShim('user');

const packetOf = (seed: number): Uint8Array => Uint8Array.from({length: packetBytes}, (_, index) => seed * 37 + index * index * 11);

const expectedOf = (program: BatchCase['program'], packet: Uint8Array): bigint => {
  const world = createWorld([], [{name: 'packet', base: packetBase, bytes: packet.slice()}]);
  const outcome = interpret(program, {world, context: {load: () => packetBase}});
  if (outcome.kind !== 'returned') throw new Error(`${program.name}: ${JSON.stringify(outcome)}`);
  return outcome.value;
};

test.each(variants.map(({name, rules}) => [name, rules.isa] as const))('%s', async (variant, isa) => {
  const cases = Array.from({length: programs}, (_, index): BatchCase => {
    const program = randomProgram(firstSeed + index, isa);
    const packet = packetOf(index);
    return {program, packet, result: expectedOf(program, packet)};
  });
  const {job, image} = prepareBatch(cases, variant, shim);
  const path = join(folder, variant);
  writeFileSync(path, job);
  const [result] = await runShim(shim, path);
  expect(describeResult(result, image)).toBe('ok');
  expect(result.runs).toHaveLength(programs);
});
