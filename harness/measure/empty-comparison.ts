// A comparison of two sides that does not say anything yet.
import type {Comparison, SideInfo} from '../../results/types.ts';

export const emptyComparison = (
  before: SideInfo,
  after: SideInfo,
  design: Comparison['design'],
): Comparison => ({
  schema: 'jitstat/comparison/1',
  before,
  after,
  design,
  quads: null,
  sameImage: before.imageHash !== undefined && before.imageHash === after.imageHash,
  rows: [],
  notCounted: [],
  decomposition: {time: null, instructions: null, cpi: null, clock: null, utilisation: null},
  findings: [],
  warnings: [],
  aa: null,
});
