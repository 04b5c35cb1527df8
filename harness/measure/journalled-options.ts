// Converts the target and options of a session to the form its journal holds, and back: workloads
// are names there, placements text.
import type {JournalHeader} from '../../results/store/index.ts';
import type {MeasureOptions, NamedTarget, Target} from './measure-options.ts';
import {formatPlacementPlan, readPlacementPlan} from '../shim/placement-plan.ts';

interface Journalled {
  readonly target: NamedTarget;
  readonly options: Omit<MeasureOptions, 'placement'> & {readonly placement: string};
}

export const journalled = (target: Target, options: MeasureOptions): Journalled => ({
  target: withoutWorkloads(target),
  options: {...options, placement: formatPlacementPlan(options.placement)},
});

const withoutWorkloads = (target: Target): NamedTarget => {
  if (target.kind === 'commands') return target;
  const {workloads: _workloads, ...named} = target;
  return named;
};

export const journalledOptions = (
  header: JournalHeader,
): {readonly target: NamedTarget; readonly options: MeasureOptions} => {
  const {target, options} = header.options as unknown as Journalled;
  return {target, options: {...options, placement: readPlacementPlan(options.placement)}};
};
