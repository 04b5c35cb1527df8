// Both sides of a target compiled for slices: templates for the memory of either slot.
import {UserError} from '../../results/error.ts';
import type {Layout} from '../../jit/types.ts';
import type {Variant} from '../../jit/variants/variant.ts';
import type {Workload} from '../../workloads/types.ts';
import type {Shim} from '../shim/build-shim.ts';
import {prepareImage} from '../shim/prepare.ts';
import {slotMemory} from './slices-job.ts';
import type {SliceSide} from './run.ts';
import {templatesOf} from './template.ts';

/** Throws a UserError if a variant refuses the workload or misbehaves by design. */
export const sliceSide = (
  workload: Workload,
  variant: string | Variant,
  layout: Partial<Layout>,
  shim: Pick<Shim, 'symbols' | 'hash'>,
): SliceSide => {
  const inMemory = (dataRegion: bigint) =>
    templatesOf(workload, (place) =>
      prepareImage({
        workload,
        variant,
        placement: {kind: 'fixed', offset: 0},
        layout,
        shim,
        place,
        dataRegion,
        toRun: true,
      }),
    );
  const side: SliceSide = [inMemory(slotMemory[0]), inMemory(slotMemory[1])];
  if (!side[0][0].script.some(({op}) => op === 'run'))
    throw new UserError(
      `The scenario of ${workload.name} has no test run.`,
      'Slices time test runs; give the scenario one.',
    );
  return side;
};
