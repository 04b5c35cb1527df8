// Rows and findings of a session that no run measured.
import type {ExtraRows} from '../../results/types.ts';
import {hasHardwareCounters} from '../perf/countable.ts';
import {compareWithKernel} from './compare-with-kernel.ts';
import {layoutOf, workloadOf} from './subjects.ts';
import {simulateExtraRows} from '../simulate/simulate-pair.ts';
import type {PreparedSession} from './session-types.ts';

/**
 * Extra rows: the comparison with the kernel's code if the kernel is a side; simulated counts
 * without a PMU, or if asked for.
 */
export const extraRowsOf = async (
  {target, options}: PreparedSession,
  cwd: string,
): Promise<ExtraRows | null> => {
  if (target.kind !== 'workload' || target.after === null) return null;
  const ours = [target.before, target.after].filter((variant) => variant !== 'kernel');
  if (ours.length === 1) return compareWithKernel(workloadOf(target, cwd), ours[0]);
  if (
    ours.length === 0 ||
    options.simulate === 'never' ||
    (options.simulate === 'without a PMU' && hasHardwareCounters())
  )
    return null;
  return simulateExtraRows(workloadOf(target, cwd), target.before, target.after, {
    layout: layoutOf(options),
    placement: options.placement,
    tlb: options.tlb,
  });
};
