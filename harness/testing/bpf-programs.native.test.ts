// Programs that were once compiled wrongly or refused without reason: jitstat and the running
// kernel now make the same of them.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import type {Image} from '../../jit/types.ts';
import {isHelperOfType} from '../../jit/bpf/verify/walk/helper-types.ts';
import {assemble} from '../../jit/bpf/text/assemble.ts';
import {playedTypes} from '../../jit/program-kinds.ts';
import {lastHelper} from '../../jit/bpf/word/isa.ts';
import {findWorkload} from '../../workloads/list/index.ts';
import type {Workload} from '../../workloads/types.ts';
import {loadUserWorkload} from '../../workloads/user/load.ts';
import {runCli} from '../cli.ts';
import {buildShim} from '../shim/build-shim.ts';
import {differencesFromKernel, layoutOfKernel} from '../shim/kernel-image.ts';
import {prepareKernelJob} from '../shim/kernel-job.ts';
import {prepareImage, prepareJob} from '../shim/prepare.ts';
import type {ShimResult} from '../shim/result.ts';
import {runShim} from '../shim/run-shim.ts';
import {olderThanV618} from './running-kernel.ts';
import {recordingIo} from './captured-io.ts';

const programs = new URL('./testdata/bpf-programs/', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'jitstat-bpf-programs-'));
afterAll(() => rmSync(folder, {recursive: true}));
const [userShim, kernelShim] = [await buildShim('user'), await buildShim('kernel')];

const load = (file: string, only?: string) =>
  loadUserWorkload(new URL(file, programs).pathname, {toRun: false, only});

const loadToRun = (file: string, only?: string) =>
  loadUserWorkload(new URL(file, programs).pathname, only === undefined ? {} : {only});

const imageOf = (workload: Workload, layout = {}): Image =>
  prepareImage({
    workload,
    variant: 'v618',
    placement: {kind: 'fixed', offset: 0},
    layout,
    shim: userShim,
  }).image;

const bytesOf = ({functions}: Image): number =>
  functions.filter(({program}) => program !== '').reduce((sum, {code}) => sum + code.length, 0);

const inKernel = async (workload: Workload): Promise<ShimResult> => {
  const path = join(folder, 'kernel.job');
  writeFileSync(path, prepareKernelJob({workload, repeat: 1, dump: true, goOn: true}).job);
  return (await runShim(kernelShim, path))[0];
};

describe('assembly', () => {
  test.each([
    ['spilled_ctx.s', 42],
    ['spilled_ctx_tail.s', 7],
    ['void_function.s', 2],
  ])('%s returns %i in every variant that accepts it', async (file, retval) => {
    const workload = loadUserWorkload(new URL(file, programs).pathname);
    for (const variant of ['v510', 'v61', 'v618']) {
      const path = join(folder, 'user.job');
      const placement = {kind: 'fixed', offset: 0} as const;
      const {job} = prepareJob({workload, variant, placement, shim: userShim, repeat: 1});
      writeFileSync(path, job);
      const [result] = await runShim(userShim, path);
      expect(`${variant}: ${result.status} ${result.what}`).toBe(`${variant}: ok `);
      expect(result.runs.map((run) => run.retval)).toEqual([retval]);
    }
  });
});

/**
 * Sizes with a one-byte return; the kernel's figures include a jump of five bytes for each exit.
 */
test.each([
  ['rodata_switch.bpf.o', 36 - 4],
  ['tc_write.bpf.o', 93 - 4],
  ['smp_id.bpf.o', 45],
])('%s has %i bytes', (file, bytes) => {
  expect(bytesOf(imageOf(load(file)))).toBe(bytes);
});

test('one program that cannot be loaded refuses only itself', () => {
  const workload = loadToRun('one_of_two.bpf.o', 'good');
  expect(workload.programs.map(({name}) => name)).toEqual(['good']);
  expect(workload.leftOut.map(({name}) => name)).toEqual(['other']);
  expect(bytesOf(imageOf(workload))).toBe(23 - 4);
  expect(() => loadToRun('one_of_two.bpf.o', 'other')).toThrow(
    /of a type that is not supported by/,
  );
});

test('a measurement says which programs of an object it leaves out', async () => {
  const file = new URL('one_of_two.bpf.o', programs).pathname;
  const said = async (...args: string[]): Promise<string> => {
    const env = {PERF: '/nonexistent/perf'};
    const io = recordingIo({cwd: folder, env});
    expect(await runCli(io, [...args, file])).toBe(2);
    return io.stderr();
  };
  const leftOut =
    /^jitstat: left out program other: .* of a type that is not supported by jitstat/m;
  expect(await said('run', '--variant', 'v618')).toMatch(leftOut);
  expect(await said('ab', '--after', 'v618')).toMatch(leftOut);
  expect(await said('ab', '-q')).not.toMatch(leftOut);
});

test('a measurement of an object without a scenario says what its entry runs on', async () => {
  const file = join(folder, 'plain.s');
  writeFileSync(file, 'r0 = 0\nexit\n');
  const said = async (...args: string[]): Promise<string> => {
    const io = recordingIo({cwd: folder, env: {PERF: '/nonexistent/perf'}});
    expect(await runCli(io, [...args, file])).toBe(2);
    return io.stderr();
  };
  const unscripted = /^jitstat: no scenario: plain runs on a packet of 64 zero bytes/m;
  expect(await said('ab')).toMatch(unscripted);
  expect(await said('run', '--variant', 'v618')).toMatch(unscripted);
  expect(await said('ab', '--quiet')).not.toMatch(unscripted);
  expect(await said('ab', '--packet', 'udp4')).not.toMatch(unscripted);
});

test.each([
  ['map_in_map.bpf.o', /map outer: map-in-map \(array_of_maps\) is not supported by jitstat/],
  [
    'sock_map_update.bpf.o',
    /instruction 7: program of this type cannot use helper bpf_sock_map_update#53/,
  ],
])('%s is refused with the right reason', (file, message) => {
  expect(() => imageOf(loadToRun(file))).toThrow(message);
});

test('code with a helper that nobody can run is shown, but not run', () => {
  const program = assemble('r1 = 0; r2 = 0; r3 = 0; r4 = 0; r5 = 0; call tcp_gen_syncookie; exit', {
    name: 'p',
    type: 'xdp',
  });
  const workload: Workload = {...findWorkload('empty'), type: 'xdp', programs: [program]};
  expect(bytesOf(imageOf({...workload, entry: 'p'}))).toBeGreaterThan(10);
  const run = () =>
    prepareJob({
      workload: {...workload, entry: 'p'},
      variant: 'v618',
      placement: {kind: 'fixed', offset: 0},
      shim: userShim,
      repeat: 1,
    });
  expect(run).toThrow(/jitstat cannot run tcp_gen_syncookie in user space/);
});

const plain = await inKernel(findWorkload('empty'));
const reason = plain.status === 'refused' ? plain.what : olderThanV618;

describe.skipIf(reason !== null)(
  `in the running kernel${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    test.each([
      'spilled_ctx.s',
      'spilled_ctx_tail.s',
      'void_function.s',
      'void_in_c.bpf.o',
      'rodata_switch.bpf.o',
      'tc_write.bpf.o',
      'queue_mapping.bpf.o',
    ])('%s becomes our code, except for inlined lookups', async (file) => {
      const workload = load(file);
      const {images = [], status, what} = await inKernel({...workload, scenario: []});
      expect(`${status} ${what} ${images[0].refused ?? ''}`).toBe('ok  ');
      const layout = layoutOfKernel((plain.images ?? [])[0]);
      const differences = differencesFromKernel(imageOf(workload, layout), images);
      expect(differences.map(({program}) => program)).toEqual(
        file.startsWith('spilled') ? ['entry'] : [],
      );
    });

    test('the kernel offers each type the helpers that our table names', async () => {
      const different: string[] = [];
      const ids = Array.from({length: lastHelper['v6.18']}, (_, index) => index + 1);
      for (const type of playedTypes)
        for (let first = 0; first < ids.length; first += 50) {
          const some = ids.slice(first, first + 50);
          const list = some.map((id) =>
            assemble(`r1 = 0; r2 = 0; r3 = 0; r4 = 0; r5 = 0; call ${id}; r0 = 0; exit`, {
              name: `h${id}`,
              type,
            }),
          );
          const workload = {...findWorkload('empty'), type, programs: list, scenario: []};
          const {images = []} = await inKernel({...workload, entry: list[0].name});
          some.forEach((id, index) => {
            const denied = /cannot use helper/.test(images[index].refused ?? '');
            if (denied === isHelperOfType(type, id)) different.push(`${type} ${id}`);
          });
        }
      expect(different).toEqual([]);
    });
  },
);
