// Both sides of a target compiled for slices: templates for the memory of either slot.
import {UserError} from '../../results/error.ts';
import type {Layout} from '../../jit/types.ts';
import type {Variant} from '../../jit/variants/variant.ts';
import type {Workload} from '../../workloads/types.ts';
import type {Shim} from '../shim/build-shim.ts';
import {prepareImage} from '../shim/prepare.ts';
import {slotMemory} from './slices-job.ts';
import {templatesOf} from './template.ts';
import type {CopiedSide} from './slice-side.ts';

/** Throws a UserError if a variant refuses the workload or misbehaves by design. */
export const sliceSide = (
  workload: Workload,
  variant: string | Variant,
  layout: Partial<Layout>,
  shim: Pick<Shim, 'symbols' | 'hash'>,
): CopiedSide => {
  refuseWithoutRuns(workload);
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
  return [inMemory(slotMemory[0]), inMemory(slotMemory[1])];
};

/** Throws a UserError if there is nothing to be timed. */
export const refuseWithoutRuns = ({name, scenario}: Workload): void => {
  if (!scenario.some(({op}) => op === 'run'))
    throw new UserError(
      `The scenario of ${name} has no test run.`,
      'Slices time test runs; give the scenario one.',
    );
};
