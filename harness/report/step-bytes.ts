// The bytes of a variant's image of a workload, by the step that made them.
import type {StepBytes} from '../../dashboards/charts/bytes.ts';
import {findVariant} from '../../jit/variants/list/index.ts';
import {findWorkload} from '../../workloads/list/index.ts';
import {troubleOf} from '../command/trouble.ts';
import {ensureFrames} from '../play/ensure-frames.ts';
import {buildShim} from '../shim/build-shim.ts';
import {prepareImage} from '../shim/prepare.ts';

/**
 * Empty if the image cannot be rebuilt here: a user's workload, the kernel as a side, no compiler
 * for the shim.
 */
export const stepBytes = async (workload: string, variant: string): Promise<StepBytes[]> => {
  try {
    ensureFrames(findVariant(variant));
    const {image} = prepareImage({
      workload: findWorkload(workload),
      variant,
      placement: {kind: 'fixed', offset: 0},
      shim: await buildShim('user'),
    });
    const sums = new Map<string, number>();
    for (const one of image.functions.filter(({program}) => program !== '')) {
      for (const mark of one.marks()) sums.set(mark.step, (sums.get(mark.step) ?? 0) + mark.bytes);
    }
    return [...sums].map(([step, size]) => ({variant, step, bytes: size}));
  } catch (error) {
    if (troubleOf(error) !== null) return [];
    throw error;
  }
};
