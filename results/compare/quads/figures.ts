// The two figures that a table prints for a row, which agree with its change.
import type {Change, ComparisonRow, SideStats, Spike} from '../../types.ts';

type Spikes = ComparisonRow['spikes'];
type Sides = {readonly before: SideStats; readonly after: SideStats};

/**
 * Before and after in the event's unit; null if a side was not counted.
 *
 * The change is estimated from pairs of neighbouring blocks and each median from all runs of its
 * side, so with drift, or with counts on a coarse grid, the quotient of the medians need not be the
 * change. The medians, or the means if their quotient is nearer, are moved apart by the change at
 * their common level (adjusted means). Without a change, as with counts near zero, they are means,
 * spikes left out: medians of small counts hide what differs.
 */
export const figuresOf = (
  sides: Sides,
  change: Change | null,
  spikes: Spikes,
): {before: number; after: number} | null => {
  const [before, after] = [middle(sides.before), middle(sides.after)];
  if (before === null || after === null) return null;
  const [meanBefore, meanAfter] = [
    quietMean(sides.before, spikes.before) ?? before,
    quietMean(sides.after, spikes.after) ?? after,
  ];
  if (change === null) return {before: meanBefore, after: meanAfter};
  const isPrinted = Math.abs(Math.log(after / before / change.ratio)) < 1e-9;
  if (isPrinted || before === after * change.ratio) return {before, after};
  const medians = apart(before, after, change.ratio);
  const means = apart(meanBefore, meanAfter, change.ratio);
  const nearest = (medians?.moved ?? Infinity) <= (means?.moved ?? Infinity) ? medians : means;
  return nearest === null
    ? {before, after: before * change.ratio}
    : {before: nearest.before, after: nearest.after};
};

/** The figure of a side alone: the median of its runs, or the mean if only that is known. */
const middle = ({median, mean}: SideStats): number | null => median ?? mean;

const quietMean = ({n, mean}: SideStats, spikes: readonly Spike[]): number | null => {
  if (mean === null || n === null || n <= spikes.length) return mean;
  const loud = spikes.reduce((sum, spike) => sum + spike.value, 0);
  return Math.max(0, (mean * n - loud) / (n - spikes.length));
};

/** Both moved by the same factor; `moved` = how far, in log terms. */
const apart = (
  before: number,
  after: number,
  ratio: number,
): {before: number; after: number; moved: number} | null => {
  if (!(before > 0) || !(after > 0) || !(ratio > 0)) return null;
  const level = Math.sqrt(before) * Math.sqrt(after);
  return {
    before: level / Math.sqrt(ratio),
    after: level * Math.sqrt(ratio),
    moved: Math.abs(Math.log(after / before / ratio)),
  };
};
