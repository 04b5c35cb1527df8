// Whether a change is news: one rule for the gate of a night, its page, its exports and every list.
import type {Verdict} from '../types.ts';

/**
 * `new`: different from the last time. `standing`: it differs as it did. `first`: it differs, and
 * there is no earlier session. `none`: no change is shown.
 */
export type News = 'new' | 'standing' | 'first' | 'none';

/** What one session says about an event: after / before with its interval, and the verdict. */
export interface Judged {
  readonly verdict: Verdict;
  readonly change: {
    readonly ratio: number;
    readonly low: number | null;
    readonly high: number | null;
  } | null;
}

/**
 * A change is new if its interval is outside the previous interval, on the side of the verdict, and
 * further from it than the margin.
 */
export const newsOf = (row: Judged, earlier: Judged | null, margin: number): News => {
  if (row.verdict !== 'more' && row.verdict !== 'less') return 'none';
  if (earlier === null) return 'first';
  return isNew(row, earlier, margin) ? 'new' : 'standing';
};

const isNew = (row: Judged, earlier: Judged, margin: number): boolean => {
  if (row.change === null || earlier.change === null) return earlier.verdict !== row.verdict;
  const [now, then] = [row.change, earlier.change];
  return row.verdict === 'more'
    ? (now.low ?? -Infinity) > (then.high ?? Infinity) && now.ratio / then.ratio > 1 + margin
    : (now.high ?? Infinity) < (then.low ?? -Infinity) && then.ratio / now.ratio > 1 + margin;
};
