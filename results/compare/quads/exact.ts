// One row of an exact event: a count that cannot vary, so that any difference is a fact and needs
// no test.
import {directionOf, eventInfo} from '../../events/events.ts';
import type {ComparisonRow, SideStats, Warning} from '../../types.ts';

export interface ExactRowOptions {
  readonly reason?: string;
  readonly warnings?: readonly Warning[];
  readonly perExecution?: ComparisonRow['perExecution'];
}

/** The row of two exact counts; its interval is the ratio itself. */
export const exactRow = (
  event: string,
  before: number,
  after: number,
  options: ExactRowOptions = {},
): ComparisonRow => {
  const ratio = before === 0 ? null : after / before;
  const verdict = after > before ? 'more' : after < before ? 'less' : 'equal';
  return {
    event,
    unit: eventInfo(event).unit,
    kind: 'exact',
    before: exactly(before),
    after: exactly(after),
    change: ratio === null ? null : {ratio, low: ratio, high: ratio, level: 0.95},
    verdict,
    figures: {before, after},
    direction: directionOf(event, eventInfo(event).unit),
    needs: null,
    reason:
      options.reason ?? (verdict === 'equal' ? 'the same exact count' : 'an exact count differs'),
    p: null,
    pAdjusted: null,
    margin: 0,
    primary: false,
    spikes: {before: [], after: []},
    warnings: options.warnings ?? [],
    ...(options.perExecution === undefined ? {} : {perExecution: options.perExecution}),
  };
};

const exactly = (value: number): SideStats => ({
  n: 1,
  mean: value,
  median: value,
  sem: 0,
  sd: 0,
  running: null,
});
