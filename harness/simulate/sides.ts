// Simulated counts for a measured pair: both variants under valgrind, as rows and findings beside the measured ones.
import type {Layout} from '../../jit/types.ts';
import type {Workload} from '../../workloads/types.ts';
import type {Beside} from '../measure/session.ts';
import {simulatedRows} from './beside.ts';
import {simulationFindings} from './findings.ts';
import type {Simulated} from './simulate.ts';
import {simulate} from './simulate.ts';

export interface SimulatedPair {
  readonly before: Simulated;
  readonly after: Simulated;
  readonly beside: Beside;
}

/** Both sides at the same fixed placement, so that nothing but the code differs. */
export const simulatePair = async (workload: Workload, before: string, after: string, layout: Partial<Layout>): Promise<SimulatedPair> => {
  const placement = {kind: 'fixed', offset: 0} as const;
  const from = await simulate({workload, variant: before, placement, layout});
  const to = await simulate({workload, variant: after, placement, layout});
  const {rows, findings} = simulatedRows(from, to);
  return {before: from, after: to, beside: {rows, findings: [...findings, ...simulationFindings(workload.name, from, to)]}};
};
