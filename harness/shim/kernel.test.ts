// The kernel shim plays every workload in the running kernel: return values, outputs and counters are the declared ones.
import {mkdtempSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {workloads, findWorkload} from '../../workloads/index.ts';
import type {Shim} from './build.ts';
import {buildShim} from './build.ts';
import type {KernelJobOptions} from './kernel-job.ts';
import {prepareKernelJob} from './kernel-job.ts';
import type {ShimResult} from './result.ts';
import {runShim} from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-kernel-shim-'));
const shim: Shim = await buildShim('kernel');

const play = async (options: KernelJobOptions, prefix: readonly string[] = []): Promise<ShimResult> => {
  const path = join(folder, `${options.workload.name}.job`);
  writeFileSync(path, prepareKernelJob(options).job, {mode: 0o644});
  return (await runShim(shim, path, {prefix}))[0];
};

const probe = await play({workload: findWorkload('empty'), repeat: 1});
const refused = probe.status === 'refused' ? probe.what : '';

describe.skipIf(refused !== '')(`in the running kernel${refused === '' ? '' : ` (skipped: ${refused})`}`, () => {
  test.each(workloads.map((workload) => [workload.name, workload] as const))('%s', async (_, workload) => {
    const result = await play({workload, repeat: 3});
    expect(result).toMatchObject({status: 'ok', what: ''});
    expect(result.runs.map(({label, executions}) => [label, executions]))
      .toEqual(workload.scenario.flatMap((step) => (step.op === 'run' ? [[step.label, 3]] : [])));
  });
});
