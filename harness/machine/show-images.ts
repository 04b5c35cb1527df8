// `jitstat jit WORKLOAD --on kernel:FILE`: boots a kernel build, loads the workload's programs, and
// shows their code next to a variant's.
import {UserError} from '../../results/error.ts';
import type {Workload} from '../../workloads/types.ts';
import {prepareKernelJob} from '../shim/kernel-job.ts';
import type {DumpedImage} from '../shim/result.ts';
import {functionsOf} from '../shim/result.ts';
import type {ImageComparison} from './compare-images.ts';
import {compareImages, describeImages} from './compare-images.ts';
import {playJob} from './count-workload.ts';
import {linesOf} from './annotate-kernel.ts';
import {withMachine} from './boot-side.ts';
import type {MachineArch} from './kernel-file.ts';
import type {KernelSide} from './kernel-side.ts';
import {variantOf} from './machine-session.ts';
import type {Machine} from './machine.ts';

export interface KernelImages {
  readonly release: string;
  readonly arch: MachineArch;
  readonly images: readonly DumpedImage[];
  /** With the code of which variant; null for arm64, which no variant writes. */
  readonly compared: {readonly variant: string; readonly comparison: ImageComparison} | null;
}

/** `variant`: null takes the one that belongs to the kernel's release. */
export const readKernelImages = async (
  workload: Workload,
  side: KernelSide,
  variant: string | null,
  onLost: (message: string) => void,
): Promise<KernelImages> => {
  if (side.kernel.arch === 'arm64' && variant !== null)
    throw new UserError(
      `${variant} is x86-64 code, and ${side.text} is a kernel for arm64.`,
      'Leave --variant out: its code is listed as it is.',
    );
  const {job} = prepareKernelJob({workload, repeat: 1, dump: true, emptyScenario: true});
  const load = async (machine: Machine) => ({
    hello: machine.hello,
    images: (await playJob(machine, workload, job)).images ?? [],
  });
  const {hello, images} = await withMachine(side, false, load, onLost);
  const {release} = hello;
  const {arch, sha256} = side.kernel;
  if (arch === 'arm64') return {release, arch, images, compared: null};
  const named = variant ?? variantOf({kernel: {...hello, sha256}});
  const comparison = await compareImages(workload, named, images);
  return {release, arch, images, compared: {variant: named, comparison}};
};

/** A sentence, then each difference with both codes; without a variant to compare with the listing. */
export const kernelImagesText = ({release, arch, images, compared}: KernelImages): string => {
  if (compared === null)
    return images
      .flatMap(functionsOf)
      .flatMap(({symbol, code, address}) => [
        `${symbol}:`,
        ...linesOf(code, address, arch).map(
          ({offset, bytes, text}) => `${offset.toString(16).padStart(6)}  ${bytes}  ${text}`,
        ),
        '',
      ])
      .join('\n');
  return [
    describeImages(`Linux ${release}`, compared.variant, compared.comparison),
    ...compared.comparison.differences.flatMap(({symbol, parts}) =>
      parts.flatMap(({kind, helper, offset, ours, theirs}) => [
        `${symbol} at byte ${offset}: ${kind}${helper === null ? '' : ` ${helper}`}`,
        ...ours.map((text) => `  - ${text}`),
        ...theirs.map((text) => `  + ${text}`),
      ]),
    ),
    '',
  ].join('\n');
};

/** One line a function: symbol, blank, bytes. */
export const kernelImagesHex = ({images}: KernelImages): string =>
  images
    .flatMap(functionsOf)
    .map(({symbol, code}) => `${symbol} ${code.toString('hex')}\n`)
    .join('');

/** Schema `jitstat/kernel-images/1`; arm64 has no variant, no numbers and no differences. */
export const kernelImagesJson = ({release, images, compared}: KernelImages) => ({
  schema: 'jitstat/kernel-images/1',
  release,
  ...(compared === null
    ? {}
    : {
        variant: compared.variant,
        functions: compared.comparison.functions,
        same: compared.comparison.same,
        kinds: Object.fromEntries(compared.comparison.kinds),
        differences: compared.comparison.differences,
      }),
  images,
});
