// Simulated counts for a measured pair: both variants under valgrind, as rows and findings next
// to the measured ones.
import type {Layout} from '../../jit/types.ts';
import type {Workload} from '../../workloads/types.ts';
import {userMessage} from '../command/trouble.ts';
import type {PlacementPlan} from '../shim/placement-plan.ts';
import {onePlacement} from '../shim/placement-plan.ts';
import type {ExtraRows} from '../../results/types.ts';
import {simulatedRows} from './simulated-rows.ts';
import {simulationFindings, stepFinding} from './simulated-findings.ts';
import type {TlbGeometry} from './geometry.ts';
import type {Simulated} from './simulate.ts';
import {simulate} from './simulate.ts';
import {valgrindMissing} from './valgrind.ts';

export interface PairOptions {
  readonly layout: Partial<Layout>;
  readonly placement: PlacementPlan;
  readonly tlb: TlbGeometry;
}

/** The code of one side. */
export interface CodeSide {
  readonly workload: Workload;
  readonly variant: string;
}

export interface SimulatedPair {
  readonly before: Simulated;
  readonly after: Simulated;
  readonly extra: ExtraRows;
}

/**
 * Both sides at the same placement, so that only the code differs. Throws a UserError if valgrind
 * is missing or fails.
 */
export const simulatePair = async (
  before: CodeSide,
  after: CodeSide,
  {layout, placement, tlb}: PairOptions,
): Promise<SimulatedPair> => {
  const common = {layout, tlb, placement: onePlacement(placement)};
  const from = await simulate({...common, ...before});
  const to = await simulate({...common, ...after});
  const {rows, findings} = simulatedRows(from, to);
  const more =
    before.workload === after.workload
      ? simulationFindings(before.workload.name, from, to)
      : stepFinding(from, to);
  return {before: from, after: to, extra: {rows, findings: [...findings, ...more]}};
};

/**
 * Simulated rows for a measurement, which continues without them if they are impossible; the reason
 * is then a finding.
 */
export const simulateExtraRows = async (
  before: CodeSide,
  after: CodeSide,
  options: PairOptions,
): Promise<ExtraRows> => {
  const without = (reason: string): ExtraRows => ({
    rows: [],
    findings: [{code: 'not-simulated', text: `No simulated counts: ${reason}.`}],
  });
  const missing = await valgrindMissing();
  if (missing !== null) return without(missing);
  try {
    return (await simulatePair(before, after, options)).extra;
  } catch (error) {
    return without(userMessage(error));
  }
};
