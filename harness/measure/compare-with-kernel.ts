// For a measurement against the running kernel: is its code the same as ours, except for addresses?
import {inlinesNote} from '../../jit/bpf/verify/kernel-inlines.ts';
import {findVariant} from '../../jit/variants/list/index.ts';
import type {Workload} from '../../workloads/types.ts';
import {buildShim} from '../shim/build-shim.ts';
import {differencesFromKernel, dumpKernelImages, layoutOfKernel} from '../shim/kernel-image.ts';
import {prepareImage} from '../shim/prepare.ts';
import type {ExtraRows} from '../../results/types.ts';

/**
 * One finding, no rows. The variant is compiled once more with the kernel's own returns and landing
 * pads.
 */
export const compareWithKernel = async (
  workload: Workload,
  variant: string,
): Promise<ExtraRows> => {
  const dumped = await dumpKernelImages(await buildShim('kernel'), workload);
  const plain = dumped.find((image) => image.functions.length === 1) ?? dumped[0];
  const {image} = prepareImage({
    workload,
    variant,
    placement: {kind: 'fixed', offset: 0},
    layout: layoutOfKernel(plain),
    shim: await buildShim('user'),
  });
  const differences = differencesFromKernel(image, dumped);
  const functions = image.programs.reduce(
    (sum, program) => sum + program.compiled.functions.length,
    0,
  );
  const [first] = differences;
  const inlined = inlinesNote(workload.programs, findVariant(variant).rules.isa);
  const text =
    first === undefined
      ? `The running kernel's code is ${variant}'s in all ${functions} functions, byte for ` +
        'byte but for addresses and with its own way to return.'
      : `The running kernel's code differs from ${variant} in ${differences.length} of ` +
        `${functions} functions, first in ${first.program} at byte ` +
        `${first.offset}.${inlined === null ? '' : ` ${inlined}`}`;
  return {
    rows: [],
    findings: [
      {
        code: first === undefined ? 'kernel-image-same' : 'kernel-image-differs',
        text,
        data: {functions, differences},
      },
    ],
  };
};
