// Random programs in the running kernel: its verifier accepts them, its runs return what the
// interpreter returns and, if both verifiers keep the same instructions, its machine code is our
// v618 image.
import {mkdtempSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {assemble} from '../../jit/bpf/text/assemble.ts';
import {playedTypes} from '../../jit/program-kinds.ts';
import {linuxContextFields} from '../../jit/bpf/verify/context-fields.ts';
import type {Workload} from '../../workloads/types.ts';
import {findWorkload} from '../../workloads/list/index.ts';
import {buildShim} from '../shim/build-shim.ts';
import {differencesFromKernel, layoutOfKernel} from '../shim/kernel-image.ts';
import {prepareKernelJob} from '../shim/kernel-job.ts';
import {prepareImage} from '../shim/prepare.ts';
import {describeResult} from '../shim/result.ts';
import type {ShimResult} from '../shim/result.ts';
import {runShim} from '../shim/run-shim.ts';
import {generate, generatedMaps, slotsPerSeed} from '../play/generate.ts';
import type {Generated} from '../play/generate.ts';
import {playInterpreted} from '../play/play-programs.ts';
import {olderThanV618} from './running-kernel.ts';

const seeds = Number(process.env['JITSTAT_LIVE'] ?? 60);
const firstSeed = Number(process.env['JITSTAT_SEED'] ?? 1);
const folder = mkdtempSync(join(tmpdir(), 'jitstat-live-'));
const [kernelShim, userShim] = [await buildShim('kernel'), await buildShim('user')];

const play = async (workload: Workload): Promise<ShimResult> => {
  const path = join(folder, 'job');
  writeFileSync(path, prepareKernelJob({workload, repeat: 1, dump: true}).job);
  return (await runShim(kernelShim, path))[0];
};

const workloadOf = ({programs, firstSlot, packet}: Generated, retval: number): Workload => ({
  name: 'generated',
  purpose: 'random programs',
  type: 'xdp',
  maps: generatedMaps(slotsPerSeed),
  programs,
  entry: programs[0].name,
  packets: {packet: Buffer.from(packet).toString('hex')},
  scenario: [
    ...programs
      .slice(1)
      .map(
        ({name}, index) =>
          ({op: 'update', map: 'slots', key: firstSlot + index, program: name}) as const,
      ),
    {op: 'run', label: programs[0].name, packet: 'packet', expect: {retval}},
  ],
});

const plain = await play(findWorkload('empty'));
const reason = plain.status === 'refused' ? plain.what : olderThanV618;

describe.skipIf(reason !== null)(
  `in the running kernel${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    test(`${seeds} random programs`, async () => {
      const layout = layoutOfKernel((plain.images ?? [])[0]);
      const wrong: string[] = [];
      let equal = 0;
      for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
        const generated = generate(seed, {
          isa: 'v6.18',
          firstSlot: 0,
          slots: slotsPerSeed,
          tailCalls: true,
          provable: true,
        });
        const {outcome} = playInterpreted(generated, {});
        if (outcome.kind !== 'returned')
          throw new Error(`seed ${seed}: ${JSON.stringify(outcome)}`);
        const workload = workloadOf(generated, Number(BigInt.asUintN(32, outcome.value)));
        const result = await play(workload);
        if (result.status !== 'ok') {
          wrong.push(`seed ${seed}: ${describeResult(result, null)}`);
          continue;
        }
        const {image} = prepareImage({
          workload,
          variant: 'v618',
          placement: {kind: 'fixed', offset: 0},
          layout,
          shim: userShim,
        });
        const images = result.images ?? [];
        const differences = differencesFromKernel(image, images);
        if (differences.length === 0) equal++;
        // The kernel's verifier follows ranges and bits of numbers, ours constants and bounds: it
        // may find more dead code, never less.
        const ours = image.programs.map(({compiled}) =>
          compiled.functions.reduce((sum, {code}) => sum + code.length, 0),
        );
        const theirs = images.map(({functions}) =>
          functions.reduce((sum, {bytes}) => sum + bytes, 0),
        );
        for (const {program} of differences) {
          const index = image.programs.findIndex(({name}) => name === program);
          if (theirs[index] >= ours[index])
            wrong.push(`seed ${seed}: ${JSON.stringify(differences)}`);
        }
      }
      expect(wrong).toEqual([]);
      expect(equal).toBeGreaterThan(seeds * 0.75);
    }, 600_000);

    test('context fields are loaded from the same places as in the kernel', async () => {
      const layout = layoutOfKernel((plain.images ?? [])[0]);
      const different: string[] = [];
      for (const type of playedTypes) {
        for (const {name, offset, bytes} of linuxContextFields[type]) {
          const program = assemble(`r2 = *(u${bytes * 8} *)(r1 + ${offset}); r0 = 0; exit`, {
            name,
            type,
          });
          const workload: Workload = {
            name,
            purpose: 'one field',
            type,
            maps: [],
            programs: [program],
            entry: name,
            packets: {},
            scenario: [],
          };
          const {images = []} = await play(workload);
          const {image} = prepareImage({
            workload,
            variant: 'v618',
            placement: {kind: 'fixed', offset: 0},
            layout,
            shim: userShim,
          });
          if (differencesFromKernel(image, images).length > 0) different.push(`${type} ${name}`);
        }
      }
      // Another version or configuration has moved `len` and nearly everything else.
      if (!different.includes('sched_cls len')) expect(different).toEqual([]);
    });
  },
);
