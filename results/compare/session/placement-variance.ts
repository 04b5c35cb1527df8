// How much of an event's variance the placement explains: one-way random effects, with an interval,
// best and worst placement.
import {fQuantile} from '../../stats/distributions.ts';
import type {EventSeries, PlacementShare, Samples} from '../../types.ts';

/** Fewer placements than this say nothing about their variance. */
const fewestPlacements = 4;

/**
 * Shares of variance by placement, one entry per event, both sides lined up by their means. Empty
 * if placements did not vary or no placement has two runs. Placement changes with the block, so
 * anything that lasts as long as a block (drift) also counts as placement unless placements come
 * back in a sweep.
 */
export const placementShares = (samples: Samples, level = 0.95): PlacementShare[] =>
  samples.placement.every((placement) => placement < 0)
    ? []
    : samples.events.flatMap((series) => {
        const share = shareOf(samples, series, level);
        return share === null ? [] : [{event: series.event, ...share}];
      });

interface Group {
  n: number;
  sum: number;
  squares: number;
}

const shareOf = (
  samples: Samples,
  series: EventSeries,
  level: number,
): Omit<PlacementShare, 'event'> | null => {
  const logs = series.value.map((value, i) =>
    value > 0 && samples.warmup[i] === 0 && samples.placement[i] >= 0
      ? Math.log(value)
      : Number.NaN,
  );
  const centre = [0, 1].map((side) => {
    let sum = 0;
    let n = 0;
    for (let i = 0; i < logs.length; i++) {
      if (samples.side[i] !== side || Number.isNaN(logs[i])) continue;
      sum += logs[i];
      n++;
    }
    return n === 0 ? 0 : sum / n;
  });
  const groups = new Map<number, Group>();
  for (let i = 0; i < logs.length; i++) {
    if (Number.isNaN(logs[i])) continue;
    const value = logs[i] - centre[samples.side[i]];
    const group = groups.get(samples.placement[i]) ?? {n: 0, sum: 0, squares: 0};
    group.n++;
    group.sum += value;
    group.squares += value * value;
    groups.set(samples.placement[i], group);
  }
  const all = [...groups.values()];
  const runs = all.reduce((sum, group) => sum + group.n, 0);
  const k = all.length;
  if (k < fewestPlacements || runs <= k) return null;
  const mean = all.reduce((sum, group) => sum + group.sum, 0) / runs;
  const between =
    all.reduce((sum, group) => sum + group.n * (group.sum / group.n - mean) ** 2, 0) / (k - 1);
  const within = Math.max(
    0,
    all.reduce((sum, group) => sum + group.squares - group.sum ** 2 / group.n, 0) / (runs - k),
  );
  const ordered = [...groups.entries()].sort((a, b) => a[1].sum / a[1].n - b[1].sum / b[1].n);
  const best = ordered[0][0];
  const worst = ordered[k - 1][0];
  if (within === 0) return between === 0 ? null : {share: 1, low: 1, high: 1, best, worst};
  const size = (runs - all.reduce((sum, group) => sum + group.n ** 2, 0) / runs) / (k - 1);
  const tail = (1 - level) / 2;
  const of = (f: number): number => Math.max(0, (f - 1) / (f - 1 + size));
  const f = between / within;
  // Searle, Linear Models, 1971, section 9.8: exact for equal groups, near enough otherwise.
  return {
    share: of(f),
    low: of(f / fQuantile(1 - tail, k - 1, runs - k)),
    high: of(f / fQuantile(tail, k - 1, runs - k)),
    best,
    worst,
  };
};
