// Our v618 image of a workload is what the running kernel's JIT makes of it, byte for byte but for addresses.
import {mkdtempSync, writeFileSync} from 'node:fs';
import {release, tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {findWorkload, workloads} from '../../workloads/index.ts';
import type {Workload} from '../../workloads/types.ts';
import {buildShim} from './build.ts';
import {differencesFromKernel, layoutOfKernel} from './kernel-image.ts';
import {prepareKernelJob} from './kernel-job.ts';
import {prepareImage} from './prepare.ts';
import type {ShimResult} from './result.ts';
import {runShim} from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-kernel-image-'));
const [kernelShim, userShim] = [await buildShim('kernel'), await buildShim('user')];

const dump = async (workload: Workload): Promise<ShimResult> => {
  const path = join(folder, 'job');
  writeFileSync(path, prepareKernelJob({workload, repeat: 1, dump: true, emptyScenario: true}).job);
  return (await runShim(kernelShim, path))[0];
};

/** Workloads whose code differs, and why. One that no longer does has to come off this list. */
const different: Readonly<Record<string, string>> = {
  tailcall_bpf2bpf4: 'the kernel inlines the lookup in an array',
  tailcall_bpf2bpf5: 'the kernel inlines the lookup in an array',
  xsk_redirect: 'the kernel inlines the lookup in an xskmap',
};

const plain = await dump(findWorkload('empty'));
const [major, minor] = release().split('.').map(Number);
const reason = plain.status === 'refused' ? plain.what : major > 6 || (major === 6 && minor >= 12) ? null : `kernel ${release()} is older than v618`;

describe.skipIf(reason !== null)(`against the running kernel${reason === null ? '' : ` (skipped: ${reason})`}`, () => {
  test.each(workloads.map((workload) => [workload.name, workload] as const))('%s', async (_, workload) => {
    const {images = []} = await dump(workload);
    const layout = layoutOfKernel((plain.images ?? [])[0]);
    const {image} = prepareImage({workload, variant: 'v618', placement: {kind: 'fixed', offset: 0}, layout, shim: userShim});
    expect(differencesFromKernel(image, images)).toEqual(different[workload.name] === undefined ? [] : expect.arrayContaining([expect.anything()]));
  });
});
