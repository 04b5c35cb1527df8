// Two modes in the runs of one side, such as two placements or two clocks.
import {median, robustSpread, sortedFinite, thinned} from '../../stats/robust.ts';
import {ofSide} from '../../samples/side-stats.ts';
import type {Finding, Samples} from '../../types.ts';
import {count, finding, share} from '../findings.ts';

/** Modes closer than this (natural log) are not named. */
const least = 0.01;

/** Two modes in one side: a split with few values in the gap between its halves. */
export const modes = (
  logs: Float64Array,
  samples: Samples,
  event: string,
  unit: string,
  isHostBusy: boolean,
): Finding[] => {
  for (const side of [0, 1]) {
    const values = sortedFinite(thinned(ofSide(samples, logs, side)));
    const split = twoModes(values);
    if (split === null) continue;
    const words = {
      event,
      side: side === 0 ? 'before' : 'after',
      share: share(split.share),
      low: `${count(Math.exp(split.low))} ${unit}`.trim(),
      high: `${count(Math.exp(split.high))} ${unit}`.trim(),
    };
    return [
      finding(
        'bimodal',
        {
          ...words,
          effect:
            'the estimate is between the modes and its interval covers the mixture; ' +
            (isHostBusy
              ? 'what else ran on the host is the first suspect, then placement or the clock'
              : 'look at placement or the clock for the cause'),
        },
        {...split, event},
      ),
    ];
  }
  return [];
};

/**
 * Best split of sorted values by distance to two medians; null unless the halves are far apart and
 * the middle is nearly empty.
 */
const twoModes = (
  sorted: Float64Array,
): {readonly share: number; readonly low: number; readonly high: number} | null => {
  const n = sorted.length;
  if (n < 20 || distinct(sorted) < n / 4) return null;
  let cut = 0;
  let widest = 0;
  const stride = Math.max(1, Math.floor(n / 200));
  const reach = Math.max(1, Math.floor(n / 50));
  for (let i = Math.ceil(0.1 * n); i < Math.floor(0.9 * n); i += stride) {
    const gap = sorted[Math.min(n - 1, i + reach)] - sorted[Math.max(0, i - reach)];
    if (gap > widest) {
      widest = gap;
      cut = i;
    }
  }
  const [lower, upper] = [sorted.subarray(0, cut), sorted.subarray(cut)];
  const [low, high] = [median(lower), median(upper)];
  const within = Math.max(robustSpread(lower, low), robustSpread(upper, high));
  if (high - low < least || high - low < 5 * within) return null;
  const inside = sorted.filter(
    (value) => value > low + 0.35 * (high - low) && value < high - 0.35 * (high - low),
  ).length;
  return inside > 0.05 * n ? null : {share: cut / n, low, high};
};

/** Values on a coarse grid are not modes. */
const distinct = (sorted: Float64Array): number => {
  let values = 1;
  for (let i = 1; i < sorted.length; i++) if (sorted[i] !== sorted[i - 1]) values++;
  return values;
};
