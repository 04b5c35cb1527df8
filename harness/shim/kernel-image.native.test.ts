// Our v618 image of a workload equals what the running kernel's JIT makes of it, except for
// addresses.
import {describe, expect, test} from 'vitest';
import {findWorkload, workloads} from '../../workloads/list/index.ts';
import {buildShim} from './build-shim.ts';
import {
  differencesFromKernel,
  dumpKernelImages,
  kernelImageBytes,
  layoutOfKernel,
} from './kernel-image.ts';
import {prepareImage} from './prepare.ts';
import type {DumpedImage} from './result.ts';
import {olderThanV618} from '../testing/running-kernel.ts';

const [kernelShim, userShim] = [await buildShim('kernel'), await buildShim('user')];

/** Of the chains of 1 to 33 tail calls, only the shortest and the longest. */
const played = workloads.filter(({name}) => !/^tail_chain_(?!1$|33$)/.test(name));

/**
 * Workloads whose code differs, and why. One that no longer differs has to be removed from this
 * list.
 */
const different: Readonly<Record<string, string>> = {
  tailcall_bpf2bpf4: 'the kernel inlines the lookup in an array',
  tailcall_bpf2bpf5: 'the kernel inlines the lookup in an array',
  xsk_redirect: 'the kernel inlines the lookup in an xskmap',
};

const plain = await dumpKernelImages(kernelShim, findWorkload('empty')).catch((error: unknown) =>
  String(error),
);
const reason = typeof plain === 'string' ? plain : olderThanV618;

describe.skipIf(reason !== null)(
  `against the running kernel${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    test.each(played.map((workload) => [workload.name, workload] as const))(
      '%s',
      async (_, workload) => {
        const images = await dumpKernelImages(kernelShim, workload);
        const layout = layoutOfKernel((plain as readonly DumpedImage[])[0]);
        const {image} = prepareImage({
          workload,
          variant: 'v618',
          placement: {kind: 'fixed', offset: 0},
          layout,
          shim: userShim,
        });
        expect(differencesFromKernel(image, images)).toEqual(
          different[workload.name] === undefined ? [] : expect.arrayContaining([expect.anything()]),
        );
      },
    );

    test('bytes of an image', async () => {
      const workload = findWorkload('tailcall1');
      const images = await dumpKernelImages(kernelShim, workload);
      const layout = layoutOfKernel((plain as readonly DumpedImage[])[0]);
      const {image} = prepareImage({
        workload,
        variant: 'v618',
        placement: {kind: 'fixed', offset: 0},
        layout,
        shim: userShim,
      });
      expect(kernelImageBytes(images)).toBe(
        image.functions
          .filter(({program}) => program !== '')
          .reduce((sum, {code}) => sum + code.length, 0),
      );
    });
  },
);
