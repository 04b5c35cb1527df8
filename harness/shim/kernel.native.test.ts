// The kernel shim plays every workload in the running kernel: return values, outputs and counters
// are as declared.
import {chmodSync, mkdtempSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {assemble} from '../../jit/bpf/text/assemble.ts';
import {findWorkload, workloads} from '../../workloads/list/index.ts';
import type {Step, Workload} from '../../workloads/types.ts';
import type {Shim} from './build-shim.ts';
import {buildShim} from './build-shim.ts';
import {encodeRecord, encodeRecords} from './job.ts';
import type {KernelJobOptions} from './kernel-job.ts';
import {prepareKernelJob} from './kernel-job.ts';
import {multipliesThroughSubprograms} from './multiplies.ts';
import {prepareJob} from './prepare.ts';
import type {ShimResult} from './result.ts';
import {runShim} from './run-shim.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-kernel-shim-'));
chmodSync(folder, 0o755);
const shim: Shim = await buildShim('kernel');
const userShim = await buildShim('user');

const play = async (
  options: KernelJobOptions,
  prefix: readonly string[] = [],
): Promise<ShimResult> => {
  const path = join(folder, `${options.workload.name}.job`);
  writeFileSync(path, prepareKernelJob(options).job, {mode: 0o644});
  return (await runShim(shim, path, {prefix}))[0];
};

/** Of the chains of 1 to 33 tail calls, only the shortest and the longest. */
const played = workloads.filter(({name}) => !/^tail_chain_(?!1$|33$)/.test(name));

const probe = await play({workload: findWorkload('empty'), repeat: 1});
const refused = probe.status === 'refused' ? probe.what : '';

const empty = findWorkload('empty');

describe.skipIf(refused !== '')(
  `in the running kernel${refused === '' ? '' : ` (skipped: ${refused})`}`,
  () => {
    // Outputs and counters are compared with the declared ones on both sides; a declaration may
    // leave a return value open.
    test.each(played.map((workload) => [workload.name, workload] as const))(
      '%s as our v618',
      async (_, workload) => {
        const result = await play({workload, repeat: 3});
        expect(result).toMatchObject({status: 'ok', what: ''});
        const path = join(folder, 'user.job');
        writeFileSync(
          path,
          prepareJob({
            workload,
            variant: 'v618',
            placement: {kind: 'fixed', offset: 0},
            shim: userShim,
            repeat: 3,
          }).job,
        );
        const [ours] = await runShim(userShim, path);
        expect(ours).toMatchObject({status: 'ok', what: ''});
        const shape = ({runs}: ShimResult) =>
          runs.map(({label, retval, executions}) => ({label, retval, executions}));
        expect(shape(result)).toEqual(shape(ours));
        expect(result.runs).toHaveLength(workload.scenario.filter(({op}) => op === 'run').length);
      },
    );

    test('a wrong return value, output and counter are named', async () => {
      const changed = (workload: Workload, change: (step: Step) => Step): Workload => ({
        ...workload,
        programs: workload.programs,
        scenario: workload.scenario.map(change),
      });
      const retval = changed(empty, (step) =>
        step.op === 'run' ? {...step, expect: {retval: 77}} : step,
      );
      expect(await play({workload: retval, repeat: 1})).toMatchObject({
        status: 'wrong',
        what: expect.stringMatching(/^returned \d+, expected 77$/) as string,
      });
      const output = changed(empty, (step) =>
        step.op === 'run' ? {...step, expect: {...step.expect, output: '77'}} : step,
      );
      expect(await play({workload: output, repeat: 1})).toMatchObject({
        status: 'wrong',
        what: expect.stringMatching(/^output byte 0 is .., expected 77$/) as string,
      });
      const counter = changed(findWorkload('tailcall3'), (step) =>
        step.op === 'expect' ? {...step, perRepeat: 32} : step,
      );
      expect(await play({workload: counter, repeat: 2})).toMatchObject({
        status: 'wrong',
        what: 'holds 66, expected 64',
        label: 'count[0]',
      });
    });

    test('a run that takes too long is a hang', async () => {
      const result = await play({workload: empty, repeat: 0xffff_ffff, watchdogMs: 4000});
      expect(result).toMatchObject({
        status: 'hang',
        label: empty.scenario.flatMap((step) => (step.op === 'run' ? [step.label] : []))[0],
      });
    });

    test('a program that the kernel refuses is reported in its words', async () => {
      const refusal = async (name: string, text: string) => {
        const program = assemble(text, {name, type: 'sched_cls'});
        return play({
          workload: {...empty, type: 'sched_cls', programs: [program], entry: name},
          repeat: 1,
        });
      };
      expect(await refusal('uninitialised', 'r0 = r7; exit')).toMatchObject({
        status: 'refused',
        what: 'the kernel refuses program uninitialised: R7 !read_ok',
      });
      expect(await refusal('endless', 'r0 = 0; again: if r1 != 0 goto again; exit')).toMatchObject({
        status: 'refused',
        what: expect.stringContaining('infinite loop detected') as string,
      });
    });

    test('machine code by function', async () => {
      const workload = findWorkload('tailcall_bpf2bpf1');
      const {images} = await play({workload, repeat: 1, dump: true});
      expect(images?.map(({name, functions}) => [name, functions.length])).toEqual(
        workload.programs.map((program) => [program.name, program.functions.length]),
      );
      for (const {functions, code} of images ?? []) {
        expect(code.length / 2).toBe(functions.reduce((sum, {bytes}) => sum + bytes, 0));
        // every prologue: nop5, then push rbp
        expect(code).toMatch(/^(f30f1efa)?0f1f440000.{4,6}55/);
      }
    });

    test('without privileges it says what is missing', async ({skip}) => {
      if (process.getuid?.() !== 0) skip('not root');
      const result = await play({workload: empty, repeat: 1}, [
        'setpriv',
        '--reuid=65534',
        '--clear-groups',
        '--inh-caps=-all',
        '--bounding-set=-all',
        '--',
      ]);
      expect(result).toMatchObject({
        status: 'refused',
        what: expect.stringMatching(/^bpf\(2\) is not permitted here/) as string,
      });
    });
  },
);

describe('workloads that old kernels never finish', () => {
  const loop = (calls: number, slot: string): Workload => ({
    ...empty,
    name: 'loop',
    type: 'sched_cls',
    maps: [{name: 'jmp_table', type: 'prog_array', keyBytes: 4, valueBytes: 4, maxEntries: 2}],
    programs: [
      assemble(
        `r6 = r1\n${'call again\nr1 = r6\n'.repeat(calls)}r0 = 0\nexit\n` +
          '.func again\nr2 = map jmp_table ll\nr3 = 0\ncall 12\nr0 = 1\nexit',
        {
          name: 'entry',
          type: 'sched_cls',
          maps: [
            {name: 'jmp_table', type: 'prog_array', keyBytes: 4, valueBytes: 4, maxEntries: 2},
          ],
        },
      ),
      assemble('r0 = 2; exit', {name: 'leaf', type: 'sched_cls'}),
    ],
    entry: 'entry',
    scenario: [
      {op: 'update', map: 'jmp_table', key: 0, program: slot},
      {op: 'run', label: 'one', packet: 'zeros', expect: {retval: 0}},
    ],
  });

  test.each([
    ['two calls of a subprogram that comes back', loop(2, 'entry'), true],
    ['one call', loop(1, 'entry'), false],
    ['two calls of a subprogram that goes elsewhere', loop(2, 'leaf'), false],
  ])('%s', (_, workload, multiplies) => {
    expect(multipliesThroughSubprograms(workload)).toBe(multiplies);
    expect(
      Buffer.from(prepareKernelJob({workload, repeat: 1}).job).includes(
        'never end in kernels before 6.12',
      ),
    ).toBe(multiplies);
  });

  test('none of the built-in ones', () => {
    expect(workloads.filter(multipliesThroughSubprograms).map(({name}) => name)).toEqual([]);
  });

  test('are not tried in a kernel that is too old', async () => {
    const path = join(folder, 'needs.job');
    writeFileSync(
      path,
      encodeRecords([encodeRecord(1, [99, 0, 'not tried here'])], {
        sandbox: false,
        watchdogMs: 1000,
        stack: {address: 0n, bytes: 0},
      }),
      {mode: 0o644},
    );
    expect((await runShim(shim, path))[0]).toMatchObject({
      status: 'refused',
      what: 'not tried here',
    });
  });
});
