// For tests that load programs into the running kernel: why it refuses.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {findWorkload} from '../../workloads/list/index.ts';
import {buildShim} from '../shim/build-shim.ts';
import {prepareKernelJob} from '../shim/kernel-job.ts';
import {runShim} from '../shim/run-shim.ts';
import {noCompiler} from './captured-io.ts';

/** Null if the running kernel plays the empty workload. */
export const bpfRefused = async (): Promise<string | null> => {
  if (noCompiler !== null) return noCompiler;
  const folder = mkdtempSync(join(tmpdir(), 'jitstat-bpf-'));
  try {
    const path = join(folder, 'job');
    writeFileSync(path, prepareKernelJob({workload: findWorkload('empty'), repeat: 1}).job);
    const [result] = await runShim(await buildShim('kernel'), path);
    return result.status === 'refused' ? result.what : null;
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
};
