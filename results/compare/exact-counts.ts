// Two sides whose counts are exact: every difference is a fact, and nothing is tested.
import type {Comparison, Finding, SideInfo} from '../types.ts';
import {exactRow} from './quads/exact.ts';

export interface ExactSide {
  readonly info: SideInfo;
  /** For one repetition of the scenario, by event. */
  readonly counts: ReadonlyMap<string, number>;
}

/** Rows of the events that both sides have, in the order of the before side. */
export const compareExactCounts = (
  before: ExactSide,
  after: ExactSide,
  {sameImage, findings}: {readonly sameImage: boolean; readonly findings: readonly Finding[]},
): Comparison => ({
  schema: 'jitstat/comparison/1',
  before: before.info,
  after: after.info,
  design: 'summary',
  quads: null,
  sameImage,
  rows: [...before.counts].flatMap(([event, from]) => {
    const to = after.counts.get(event);
    if (to === undefined) return [];
    const executions = before.info.executions ?? 1;
    return [
      exactRow(event, from, to, {
        reason: from === to ? 'the same exact count' : `${to - from} in one repetition`,
        perExecution: {before: from / executions, after: to / executions},
      }),
    ];
  }),
  notCounted: [],
  decomposition: {time: null, instructions: null, cpi: null, clock: null, utilisation: null},
  findings,
  warnings: [],
  aa: null,
});
