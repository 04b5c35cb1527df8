// One program in the user shim and by the kernel's test runs, for tests that compare both.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {assemble} from '../../jit/bpf/text/assemble.ts';
import type {ProgramType} from '../../jit/program-kinds.ts';
import type {MapSpec} from '../../jit/types.ts';
import {standardPacket} from '../../workloads/user/standard-packets.ts';
import type {Workload} from '../../workloads/types.ts';
import {buildShim} from '../shim/build-shim.ts';
import type {ShimName} from '../shim/build-shim.ts';
import {prepareKernelJob} from '../shim/kernel-job.ts';
import {prepareJob} from '../shim/prepare.ts';
import {runShim} from '../shim/run-shim.ts';

/** The return values of `runs` runs on `tcp4`; a failing run throws the shim's words. */
export const playBoth = async (
  type: ProgramType,
  source: string,
  maps: readonly MapSpec[],
  runs = 1,
): Promise<{readonly user: readonly number[]; readonly kernel: readonly number[]}> => {
  const workload: Workload = {
    name: 'case',
    purpose: 'helpers',
    type,
    maps,
    programs: [assemble(source, {name: 'case', type, maps})],
    entry: 'case',
    packets: {tcp4: standardPacket('tcp4').hex},
    scenario: Array.from({length: runs}, (_, number) => ({
      op: 'run',
      label: `run ${number}`,
      packet: 'tcp4',
      expect: {retval: null},
    })),
  };
  const placement = {kind: 'fixed', offset: 0} as const;
  const shim = await buildShim('user');
  const {job} = prepareJob({workload, variant: 'v618', placement, shim, repeat: 1});
  return {
    user: await retvals('user', job),
    kernel: await retvals('kernel', prepareKernelJob({workload, repeat: 1}).job),
  };
};

const retvals = async (name: ShimName, job: Uint8Array): Promise<readonly number[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'jitstat-both-'));
  try {
    const path = join(folder, 'job');
    writeFileSync(path, job);
    const [result] = await runShim(await buildShim(name), path);
    if (result.status !== 'ok') throw new Error(`${name}: ${result.status}: ${result.what}`);
    return result.runs.map(({retval}) => retval);
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
};
