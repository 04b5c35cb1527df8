// Slices of the running kernel: workloads play on both sides, effects are found, every failure is
// named, and no order of treatment favours a side.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {processFigures} from '../../results/compare/slices/process.ts';
import {findWorkload} from '../../workloads/list/index.ts';
import type {Workload} from '../../workloads/types.ts';
import {buildShim} from '../shim/build-shim.ts';
import {bpfRefused} from '../testing/bpf-allowed.ts';
import {noCompiler} from '../testing/captured-io.ts';
import {sliceSubject} from './measure-slices.ts';
import type {ProcessRequest} from './run.ts';
import {firstProcess, runProcess} from './run.ts';

const refused = await bpfRefused();
const folder = mkdtempSync(join(tmpdir(), 'jitstat-kernel-slices-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const run = async (before: Workload, after: Workload, more: Partial<ProcessRequest> = {}) =>
  runProcess({
    index: 0,
    aa: false,
    seed: 1,
    before: {workload: before},
    after: {workload: after},
    placement: null,
    clock: 'best',
    folder,
    shim: await buildShim('kernel-slices'),
    pairs: 2,
    quads: 3,
    executions: before.scenario.flatMap(({op}) => (op === 'run' ? [200] : [])),
    ...more,
  });

const meanOf = async (...args: Parameters<typeof run>): Promise<number> => {
  const outcome = await run(...args);
  if ('problem' in outcome) throw new Error(outcome.problem);
  return processFigures(outcome.process).logRatio;
};

const small = findWorkload('callee_saved_2');
const expecting = (workload: Workload, retval: number): Workload => ({
  ...workload,
  scenario: workload.scenario.map((step) =>
    step.op === 'run' ? {...step, expect: {...step.expect, retval}} : step,
  ),
});

test.skipIf(noCompiler !== null)(
  'XDP programs have no slices there, and the message says why',
  async () => {
    const request = {workload: findWorkload('xsk_redirect'), before: 'kernel', after: 'kernel'};
    const more = {layout: {}, placement: {kind: 'random'}, seed: 1, folder} as const;
    await expect(sliceSubject({...request, ...more})).rejects.toThrow(/waits for some 20 ms/);
  },
);

describe.skipIf(refused !== null)(
  `slices of the running kernel${refused === null ? '' : ` (skipped: ${refused})`}`,
  () => {
    test.each([
      'empty',
      'callee_saved_2',
      'tail_chain_8',
      'tailcall3',
      'tailcall_bpf2bpf4',
      'flow_dissector',
    ])('%s plays on both sides, with every check', async (name) => {
      const workload = findWorkload(name);
      const outcome = await run(workload, workload, {index: firstProcess});
      if ('problem' in outcome) expect(outcome.problem).toMatch(/in kernels before 6\.12/);
      else {
        expect(outcome.process.pairs).toHaveLength(2);
        for (const {steps, entries} of outcome.process.pairs) {
          expect(entries).toHaveLength(2);
          for (const [quads, , , beforeTicks, afterTicks] of steps) {
            expect(quads).toBe(3);
            expect(beforeTicks).toBeGreaterThan(0);
            expect(afterTicks).toBeGreaterThan(0);
          }
        }
      }
    });

    test('the same program twice is equal, and an injected effect is found', async () => {
      const size = {pairs: 12, quads: 12, executions: [1000]};
      expect(Math.abs(await meanOf(small, small, size))).toBeLessThan(0.2);
      const mean = await meanOf(small, small, {...size, trial: {effect: 0.5}});
      expect(Math.exp(mean)).toBeGreaterThan(1.3);
      expect(Math.exp(mean)).toBeLessThan(1.7);
    });

    // As for copies in user space: the slot that a coin put second executes twice as much.
    test('being second does not favour a side, and without the coins it is an effect', async () => {
      const handicap = {coin: 'warm', fraction: 1} as const;
      const size = {pairs: 60, executions: [1000]};
      const drawn = await meanOf(small, small, {...size, trial: {handicap}});
      expect(Math.abs(drawn)).toBeLessThan(0.35);
      const fixed = await meanOf(small, small, {...size, trial: {handicap, withoutCoins: true}});
      expect(fixed).toBeGreaterThan(0.45);
    });

    test.each(['before', 'after'])('a wrong return value of the %s side is named', async (side) => {
      const wrong = expecting(small, 77);
      const outcome = await run(
        side === 'before' ? wrong : small,
        side === 'after' ? wrong : small,
      );
      expect(outcome).toEqual({
        problem: expect.stringMatching(
          `^wrong: returned \\d+, expected 77 in run 'compute' after 1 executions of the ${side} ` +
            'side at placement 1$',
        ),
        refused: false,
      });
    });

    test('a hang is named with its side, run and placement', async () => {
      const outcome = await run(small, small, {executions: [2 ** 31], watchdogMs: 4000});
      const {problem} = outcome as {problem: string};
      expect(problem).toMatch(/^hang: no end within the time allowed in run 'compute' after \d+ /);
      expect(problem).toMatch(/ executions of the (before|after) side at placement 1$/);
    });

    test('a program that the kernel refuses is refused in its words, with the side', async () => {
      const entry = small.programs.find(({name}) => name === small.entry)!;
      const invalid = {...entry, insns: entry.insns.slice(0, 8)};
      const bad = {
        ...small,
        programs: small.programs.map((one) => (one === entry ? invalid : one)),
      };
      const outcome = await run(small, bad);
      expect(outcome).toMatchObject({refused: true});
      expect((outcome as {problem: string}).problem).toMatch(
        /^refused: the kernel refuses program .* of the after side at placement 1$/,
      );
    });

    test('a shim that is killed is described as a crash', async () => {
      const path = join(folder, 'killed.sh');
      writeFileSync(path, '#!/bin/sh\nkill -9 $$\n', {mode: 0o755});
      expect(await run(small, small, {shim: {path}})).toEqual({
        problem: 'crash: the shim was killed by SIGKILL without a result',
        refused: false,
      });
    });
  },
);
