// What a series of nights says: spikes excluded, change points with their size, and the level of
// each segment between them.
import {studentQuantile} from '../stats/distributions.ts';
import {findChangePoints, publishedOptions} from './changepoint.ts';
import type {FoundChange} from './changepoint.ts';
import {flagSpikes, spikeDefaults} from './outliers.ts';
import {segmentOf} from './ttest.ts';
import type {HistoryChange, HistoryPoint, HistorySeries, HistorySegment} from './types.ts';

/** A change of the share of spiking runs is reported from this many percentage points on. */
const minShareChange = 0.01;

/** Shares rest on small numbers of runs: a segment of fewer nights says nothing about them. */
const leastShareNights = 7;

/** One sentence for the page. */
export const changeRule =
  `Change points: E-divisive with t test, p <= ${publishedOptions.maxP}, windows of ` +
  `${publishedOptions.window} nights, and at least the size given per event; ` +
  `nights more than ${spikeDefaults.k} robust standard deviations from their ` +
  `${spikeDefaults.reach} neighbours on either side are excluded and counted as ` +
  `spikes. ` +
  'Always recomputed from all nights.';

/**
 * `minSize` as a fraction: a step must be larger, and so must a spike; for whole counts both must
 * also be at least one count.
 */
export const analysePoints = (
  points: readonly HistoryPoint[],
  {kind, unit, measure}: Pick<HistorySeries, 'kind' | 'unit' | 'measure'>,
  minSize: number,
): Pick<HistorySeries, 'points' | 'segments' | 'changes' | 'spikeChanges'> => {
  const counted = [...points.keys()].filter((at) => points[at].value !== null);
  const values = counted.map((at) => points[at].value!);
  const minStep = unit === '' && measure === 'level' ? 1 : 0;
  const flags =
    kind === 'exact'
      ? new Uint8Array(values.length)
      : flagSpikes(values, {...spikeDefaults, minSize, minStep});
  const kept = counted.filter((_, at) => flags[at] === 0);
  const spikes = new Set(counted.filter((_, at) => flags[at] === 1));
  const keptValues = kept.map((at) => points[at].value!);
  const found =
    kind === 'exact'
      ? everyDifference(keptValues)
      : findChangePoints(keptValues, {...publishedOptions, minMagnitude: minSize, minStep}, kept)
          .found;
  return {
    points: points.map((point, at) => (spikes.has(at) ? {...point, spike: true} : point)),
    segments: segmentsOf(points, kept, keptValues, found),
    changes: found.map((change) => toChange(points, kept, change)),
    spikeChanges: spikeShareChanges(points),
  };
};

/** Counts that do not vary need no test: every difference is a change. */
const everyDifference = (values: readonly number[]): FoundChange[] => {
  const edges = [...values.keys()].filter((at) => at > 0 && values[at] !== values[at - 1]);
  return edges.map((index, position) => ({
    index,
    p: 0,
    before: segmentOf(values, edges[position - 1] ?? 0, index),
    after: segmentOf(values, index, edges[position + 1] ?? values.length),
  }));
};

const toChange = (
  points: readonly HistoryPoint[],
  kept: readonly number[],
  change: FoundChange,
): HistoryChange => ({
  index: kept[change.index],
  night: points[kept[change.index]].night,
  before: change.before.mean,
  after: change.after.mean,
  ratio: change.before.mean === 0 ? null : change.after.mean / change.before.mean,
  p: change.p,
  sessionBefore: points[kept[change.index - 1]].session,
  sessionAfter: points[kept[change.index]].session,
});

const segmentsOf = (
  points: readonly HistoryPoint[],
  kept: readonly number[],
  values: readonly number[],
  found: readonly FoundChange[],
): HistorySegment[] => {
  if (points.length === 0) return [];
  const bounds = [0, ...found.map(({index}) => index), values.length];
  return bounds.slice(0, -1).map((start, part): HistorySegment => {
    const end = bounds[part + 1];
    const from = part === 0 ? 0 : kept[start];
    const to = end === values.length ? points.length - 1 : kept[end] - 1;
    return {from, to, nights: end - start, ...levelOf(values, start, end)};
  });
};

const levelOf = (
  values: readonly number[],
  start: number,
  end: number,
): {level: number | null; low: number | null; high: number | null} => {
  if (end === start) return {level: null, low: null, high: null};
  const {n, mean, sd} = segmentOf(values, start, end);
  if (n === 1) return {level: mean, low: null, high: null};
  const reach = studentQuantile(0.975, n - 1) * (sd / Math.sqrt(n - 1));
  return {level: mean, low: mean - reach, high: mean + reach};
};

/**
 * The share of spiking runs is a separate series: a patch that makes one run in thirty jump is a
 * finding, not noise.
 */
const spikeShareChanges = (points: readonly HistoryPoint[]): HistoryChange[] => {
  const known = [...points.keys()].filter(
    (at) => points[at].spikes !== null && (points[at].runs ?? 0) > 0,
  );
  const shares = known.map((at) => points[at].spikes! / points[at].runs!);
  if (shares.every((share) => share === 0)) return [];
  return findChangePoints(shares)
    .found.filter(
      ({before, after}) =>
        Math.abs(after.mean - before.mean) >= minShareChange &&
        Math.min(before.n, after.n) >= leastShareNights,
    )
    .map((change) => toChange(points, known, change));
};
