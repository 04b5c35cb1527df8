// `jitstat jit WORKLOAD --on kernel:FILE`: boots a kernel build, loads the workload's programs, and
// shows their code next to a variant's.
import type {Workload} from '../../workloads/types.ts';
import {prepareKernelJob} from '../shim/kernel-job.ts';
import type {DumpedImage} from '../shim/result.ts';
import type {ImageComparison} from './compare-images.ts';
import {compareImages, describeImages} from './compare-images.ts';
import {playJob} from './count-workload.ts';
import {withMachine} from './boot-side.ts';
import type {KernelSide} from './kernel-side.ts';
import {variantOf} from './machine-session.ts';
import type {Machine} from './machine.ts';

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
  onLost: (message: string) => void,
): Promise<KernelImages> => {
  const {job} = prepareKernelJob({workload, repeat: 1, dump: true, emptyScenario: true});
  const load = async (machine: Machine) => ({
    hello: machine.hello,
    images: await playJob(machine, workload, job),
  });
  const {hello, images} = await withMachine(side, false, load, onLost);
  const named = variant ?? variantOf({kernel: {...hello, sha256: side.kernel.sha256}});
  const comparison = await compareImages(workload, named, images);
  return {release: hello.release, variant: named, images, comparison};
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
