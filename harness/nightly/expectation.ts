// What a one-sided workload should show tonight: its level since the last change point, with a
// prediction interval.
import {eventInfo} from '../../results/events/events.ts';
import {seriesOf} from '../../results/history/gather.ts';
import {analysePoints} from '../../results/history/series.ts';
import {measuredOf} from '../../results/history/points.ts';
import {studentQuantile} from '../../results/stats/distributions.ts';
import {meanOf, sdOf} from '../../results/stats/moments.ts';
import type {Session} from '../../results/types.ts';

/** Fewer nights say too little about what is normal. */
const leastNights = 8;

export interface Expectation {
  readonly level: number;
  readonly low: number;
  readonly high: number;
  readonly nights: number;
}

/**
 * Prediction interval for one more night at `alpha` (two-sided); null if there are too few nights.
 */
export const expectedLevel = (
  earlier: readonly Session[],
  event: string,
  alpha: number,
): Expectation | null => {
  const machine = earlier.at(-1)?.host.id;
  const series = seriesOf(
    earlier.filter(({host}) => host.id === machine).map((session) => measuredOf(session, event)),
  ).find(({measure}) => measure === 'level');
  if (series === undefined) return null;
  const {points, segments} = analysePoints(series.points, series, eventInfo(event).margin);
  const from = segments.at(-1)?.from ?? 0;
  const values = points
    .slice(from)
    .flatMap(({value, spike}) => (value === null || spike ? [] : [value]));
  if (values.length < leastNights) return null;
  const n = values.length;
  const level = meanOf(values);
  const reach = studentQuantile(1 - alpha / 2, n - 1) * sdOf(values) * Math.sqrt(1 + 1 / n);
  return {level, low: level - reach, high: level + reach, nights: n};
};
