// `jitstat jit WORKLOAD --on kernel:FILE`: boots a kernel build, loads the workload's programs, and
// shows their code next to a variant's.
import type {Workload} from '../../workloads/types.ts';
import {prepareKernelJob} from '../shim/kernel-job.ts';
import type {DumpedImage} from '../shim/result.ts';
import type {ImageComparison} from './compare-images.ts';
import {compareImages, describeImages} from './compare-images.ts';
import {playJob} from './count-workload.ts';
import {guestInitramfs} from './guest.ts';
import type {KernelSide} from './kernel-side.ts';
import {setupOf} from './kernel-side.ts';
import {variantOf} from './machine-session.ts';
import {startMachine} from './machine.ts';

export interface KernelImages {
  readonly release: string;
  /** Whose code it was held against. */
  readonly variant: string;
  readonly images: readonly DumpedImage[];
  readonly comparison: ImageComparison;
}

/** `variant`: null takes the one that belongs to the kernel's release. */
export const readKernelImages = async (
  workload: Workload,
  side: KernelSide,
  variant: string | null,
): Promise<KernelImages> => {
  const machine = await startMachine(setupOf(side, null), await guestInitramfs());
  try {
    const {job} = prepareKernelJob({workload, repeat: 1, dump: true, emptyScenario: true});
    const images = await playJob(machine, workload, job);
    const {hello} = machine;
    const kernel = {...hello, sha256: side.kernel.sha256};
    const named = variant ?? variantOf({kernel});
    const comparison = await compareImages(workload, named, images);
    return {release: hello.release, variant: named, images, comparison};
  } finally {
    await machine.end();
  }
};

/** A sentence, then each difference with both codes. */
export const kernelImagesText = ({release, variant, comparison}: KernelImages): string =>
  [
    describeImages(`Linux ${release}`, variant, comparison),
    ...comparison.differences.flatMap(({symbol, parts}) =>
      parts.flatMap(({kind, helper, offset, ours, theirs}) => [
        `${symbol} at byte ${offset}: ${kind}${helper === null ? '' : ` ${helper}`}`,
        ...ours.map((text) => `  - ${text}`),
        ...theirs.map((text) => `  + ${text}`),
      ]),
    ),
    '',
  ].join('\n');

/** One line a function: symbol, blank, bytes. */
export const kernelImagesHex = ({images}: KernelImages): string =>
  images
    .flatMap(({name, functions, code}) => {
      let at = 0;
      return functions.map(({bytes}, number) => {
        const hex = code.slice(2 * at, 2 * (at + bytes));
        at += bytes;
        return `${number === 0 ? name : `${name}.${number}`} ${hex}\n`;
      });
    })
    .join('');

/** Schema `jitstat/kernel-images/1`. */
export const kernelImagesJson = ({release, variant, images, comparison}: KernelImages) => ({
  schema: 'jitstat/kernel-images/1',
  release,
  variant,
  functions: comparison.functions,
  same: comparison.same,
  kinds: Object.fromEntries(comparison.kinds),
  differences: comparison.differences,
  images,
});
