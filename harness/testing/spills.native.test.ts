// Random programs that spill pointers around helper calls: our verifier makes the same of them as
// the running kernel. JITSTAT_SPILLS is the number of programs (default 300), JITSTAT_SEED the
// first seed.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {programToHex} from '../../jit/bpf/text/hex.ts';
import {linuxContextFields} from '../../jit/bpf/verify/context-fields.ts';
import {verify} from '../../jit/bpf/verify/verify.ts';
import {Refusal} from '../../jit/refusal.ts';
import type {Program, VerifiedProgram} from '../../jit/types.ts';
import {findVariant} from '../../jit/variants/list/index.ts';
import {findWorkload} from '../../workloads/list/index.ts';
import type {Workload} from '../../workloads/types.ts';
import {buildShim} from '../shim/build-shim.ts';
import {prepareKernelJob} from '../shim/kernel-job.ts';
import type {ShimResult} from '../shim/result.ts';
import {runShim} from '../shim/run-shim.ts';
import {spillMaps} from './spill-scope.ts';
import {spillProgram} from './spill-programs.ts';
import {verifiedDifference} from './verified-instructions.ts';
import {olderThanV618} from './running-kernel.ts';

const programs = Number(process.env['JITSTAT_SPILLS'] ?? 300);
const firstSeed = Number(process.env['JITSTAT_SEED'] ?? 1);
const perProcess = 50;
const folder = mkdtempSync(join(tmpdir(), 'jitstat-spills-'));
afterAll(() => rmSync(folder, {recursive: true}));
const shim = await buildShim('kernel');

const load = async (workload: Workload): Promise<ShimResult> => {
  const path = join(folder, 'job');
  const {job} = prepareKernelJob({
    workload,
    repeat: 1,
    dump: true,
    goOn: true,
    emptyScenario: true,
  });
  writeFileSync(path, job);
  return (await runShim(shim, path))[0];
};

const workloadOf = (list: readonly Program[]): Workload => ({
  name: 'spills',
  purpose: 'random programs',
  type: list[0].type,
  maps: spillMaps,
  programs: list,
  entry: list[0].name,
  packets: {},
  scenario: [],
});

const {rules} = findVariant('v618');
/** Where lookups find elements, with maps laid out as in Linux 6.18. */
const offsets = {arrayValueOffset: 0x138, hashKeyOffset: 48};

const verified = (program: Program): VerifiedProgram =>
  verify(program, rules, {
    mapAddress: () => 0n,
    mapValueAddress: () => 0n,
    helperAddressMinusCallBase: () => 0,
    contextFields: linuxContextFields,
    ...offsets,
  });

const plain = await load(findWorkload('empty'));
const reason = plain.status === 'refused' ? plain.what : olderThanV618;

/** Why our result is not the kernel's, or null. A program that the kernel refuses shows nothing. */
const differenceOf = (program: Program, image: {xlated: string; refused?: string}) => {
  if (image.refused !== undefined) return null;
  try {
    return verifiedDifference(program, verified(program), Buffer.from(image.xlated, 'hex'));
  } catch (error) {
    if (error instanceof Refusal) return `ours refuses: ${error.message}`;
    throw error;
  }
};

test('the same seed gives the same program', () => {
  for (let seed = 1; seed <= 20; seed++)
    expect(programToHex(spillProgram(seed))).toBe(programToHex(spillProgram(seed)));
});

describe.skipIf(reason !== null)(
  `in the running kernel${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    test(`${programs} programs that spill pointers`, async () => {
      const wrong: string[] = [];
      const refusals = new Map<string, number>();
      let taken = 0;
      for (let first = firstSeed; first < firstSeed + programs; first += perProcess) {
        const count = Math.min(perProcess, firstSeed + programs - first);
        const list = Array.from({length: count}, (_, index) => spillProgram(first + index));
        const {images = [], status, what} = await load(workloadOf(list));
        expect(`${status} ${what}`).toBe('ok ');
        expect(images).toHaveLength(count);
        list.forEach((program, index) => {
          const difference = differenceOf(program, images[index]);
          if (difference !== null) wrong.push(`${program.name}: ${difference}`);
          const {refused} = images[index];
          if (refused === undefined) taken++;
          else refusals.set(refused, (refusals.get(refused) ?? 0) + 1);
        });
      }
      if (process.env['JITSTAT_SPILLS'] !== undefined)
        console.log(
          `${taken} of ${programs} taken by the kernel`,
          [...refusals].sort((a, b) => b[1] - a[1]).slice(0, 12),
        );
      expect(wrong.slice(0, 20)).toEqual([]);
      expect(wrong).toHaveLength(0);
      expect(taken).toBeGreaterThan(programs / 4);
    }, 3_600_000);
  },
);
