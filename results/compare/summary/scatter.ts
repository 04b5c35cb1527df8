// Counts that merely scatter: one run differs by as much as the mean itself, and on both sides.
import type {Finding} from '../../types.ts';
import {count, finding} from '../findings.ts';
import {variationOf} from '../count-doubts.ts';
import type {CountedPair} from './table-pairs.ts';
import type {Printed} from './printed.ts';
import {statsOf} from './printed.ts';

/** A count scatters if the standard deviation of one run is at least this many times the mean. */
const least = 1;
/** Chance alone makes a count of mean m vary by 1 / sqrt(m); scatter is clearly more. */
const overChance = 1.5;
/** A mean of less than this many of its standard errors may be carried by a few runs only. */
const fewRuns = 5;
/** Standard deviations of the two sides within this factor are the same picture. */
const alike = 2.5;

/**
 * True if both sides vary alike and by more than chance: then no single run explains either mean,
 * although one run would fit its standard error, as hundreds would.
 */
export const scatters = ({before, after}: CountedPair): boolean => {
  const [b, a] = [statsOf(before).sd, statsOf(after).sd];
  if (b === null || a === null || b === 0 || a === 0) return false;
  return isWide(before) && isWide(after) && Math.max(a / b, b / a) <= alike;
};

const isWide = (side: Printed): boolean => {
  const variation = variationOf(statsOf(side));
  if (side.sem === null || side.mean < fewRuns * side.sem) return false;
  return variation !== null && variation >= Math.max(least, overChance / Math.sqrt(side.mean));
};

export const scatterFindings = (pairs: readonly CountedPair[]): Finding[] =>
  pairs.filter(scatters).map(({event, before, after}) => {
    const [sdBefore, sdAfter] = [statsOf(before).sd ?? 0, statsOf(after).sd ?? 0];
    return finding(
      'scatters',
      {
        event,
        before: count(sdBefore),
        meanBefore: count(before.mean),
        after: count(sdAfter),
        meanAfter: count(after.mean),
      },
      {event, sdBefore, meanBefore: before.mean, sdAfter, meanAfter: after.mean},
    );
  });
