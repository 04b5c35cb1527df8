// Rows and findings of a session that no run measured.
import type {ExtraRows} from '../../results/types.ts';
import {hasHardwareCounters} from '../perf/countable.ts';
import {changeFindings} from './change-findings.ts';
import {compareWithKernel} from './compare-with-kernel.ts';
import type {MeasureOptions, WorkloadTarget} from './measure-options.ts';
import {codeSidesOf, layoutOf} from './subjects.ts';
import {simulateExtraRows} from '../simulate/simulate-pair.ts';
import type {PreparedSession} from './session-types.ts';

/**
 * Extra rows: the comparison with the kernel's code if the kernel is a side; simulated counts
 * without a PMU, or if asked for.
 */
export const extraRowsOf = async ({
  target,
  options,
}: PreparedSession): Promise<ExtraRows | null> => {
  if (target.kind !== 'workload' || target.after === null) return null;
  if (target.afterProgram !== undefined) {
    const simulated = await simulatedOf(target, options);
    const findings = await changeFindings(target, options);
    return {rows: simulated?.rows ?? [], findings: [...findings, ...(simulated?.findings ?? [])]};
  }
  const ours = [target.before, target.after].filter((variant) => variant !== 'kernel');
  if (ours.length === 1) return compareWithKernel(target.workloads.before, ours[0]);
  return simulatedOf(target, options);
};

const simulatedOf = async (
  target: WorkloadTarget,
  options: MeasureOptions,
): Promise<ExtraRows | null> =>
  target.before === 'kernel' ||
  options.design === 'slices' ||
  options.simulate === 'never' ||
  (options.simulate === 'without a PMU' && hasHardwareCounters())
    ? null
    : simulateExtraRows(...codeSidesOf(target), {
        layout: layoutOf(options),
        placement: options.placement,
        tlb: options.tlb,
      });
