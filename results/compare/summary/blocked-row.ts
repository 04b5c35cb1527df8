// One event from two sides measured one after the other: batch means, so that slow drift widens the
// interval instead of hiding in it.
import {describe, valuesOf} from '../../samples/side-stats.ts';
import {studentQuantile, studentTwoSided} from '../../stats/distributions.ts';
import type {Estimate} from '../../stats/hodges-lehmann.ts';
import {meanOf} from '../../stats/moments.ts';
import {neighbourCorrelation} from '../../stats/robust.ts';
import {batchMeans} from '../quads/batches.ts';
import type {EventSeries, Samples} from '../../types.ts';
import type {RowDraft, RowOptions} from '../quads/row.ts';
import {backFromOffset, logScale} from '../quads/log-scale.ts';
import {doubtExact, startRow, withoutInference} from '../quads/row.ts';
import {sessionError} from '../session/session-error.ts';
import {welchDegrees} from './summary-row.ts';

/** Fewer runs per side than this say nothing: a spread of two or three runs is too uncertain. */
const fewestRuns = 4;

/** Draft of one row from the runs of both sides in execution order, each side in its own blocks. */
export const draftBlockedRow = (
  samples: Samples,
  series: EventSeries,
  options: RowOptions,
): RowDraft => {
  const start = startRow(samples, series, options);
  const settled = withoutInference(
    start,
    series,
    Math.min(start.before.n ?? 0, start.after.n ?? 0) >= fewestRuns,
  );
  if (settled !== null)
    return start.kind === 'exact' ? settled : {...settled, mustClear: Math.log1p(start.margin)};
  const base = doubtExact(start);
  const scale = logScale(series, base.kind);
  const logs = {...series, value: scale.values};
  const [before, after] = ([0, 1] as const).map((side) => {
    const level = sideLevel(valuesOf(samples, logs, side));
    return base.kind === 'rare' && level.error !== null
      ? {...level, error: Math.max(level.error, chanceOf(valuesOf(samples, series, side)))}
      : level;
  });
  const value = after.level - before.level;
  const units = Math.min(before.units, after.units);
  const back = (estimate: Estimate): Estimate | null =>
    backFromOffset(estimate, base.before.median ?? 0, scale.offset);
  if (before.error === null || after.error === null) {
    return {
      ...base,
      units,
      estimate: back({value, low: -Infinity, high: Infinity}),
      note: 'fewer than two runs a side: the spread is not known',
    };
  }
  const session = sessionError(base.margin);
  const error = Math.hypot(before.error, after.error, session);
  const degrees = welchDegrees(before.error, before.units, after.error, after.units, session);
  const interval = (level: number): Estimate | null => {
    const half = studentQuantile(0.5 + level / 2, degrees) * error;
    return back({value, low: value - half, high: value + half});
  };
  return {
    ...base,
    units,
    estimate: interval(options.level),
    equivalence: interval(2 * options.level - 1),
    direction: Math.sign(value),
    mustClear: Math.log1p(base.margin),
    ...verdictOf(
      Math.min(base.before.n ?? 0, base.after.n ?? 0),
      error === 0 ? (value === 0 ? 1 : 0) : studentTwoSided(value / error, degrees),
    ),
  };
};

const verdictOf = (runs: number, p: number): Pick<RowDraft, 'p' | 'note'> =>
  runs < fewestRuns
    ? {p: null, note: `${runs} runs a side: at least ${fewestRuns} are needed`}
    : {p, note: null};

/**
 * The least error of a log level of counts of independent events: a few small counts that agree by
 * chance prove nothing.
 */
const chanceOf = (counts: Float64Array): number =>
  1 / Math.sqrt(counts.reduce((sum, count) => sum + count, 0.5));

interface Level {
  readonly level: number;
  readonly error: number | null;
  /** The effective number of batches, given their correlation. */
  readonly units: number;
}

/**
 * Mean of batch means. Batches that follow each other count for less, B (1 - r) / (1 + r), and a
 * trend within the side that its own noise does not explain is added to the error: what moved
 * during one session may have moved between the two.
 */
const sideLevel = (values: Float64Array): Level => {
  const batches = batchMeans(values);
  const stats = describe(batches);
  if (stats.sd === null || stats.mean === null)
    return {level: stats.mean ?? Number.NaN, error: null, units: batches.length};
  const r = Math.min(0.8, Math.max(0, neighbourCorrelation(batches) + 1 / batches.length));
  const units = Math.max(1.5, (batches.length * (1 - r)) / (1 + r));
  return {
    level: stats.mean,
    error: Math.hypot(stats.sd / Math.sqrt(units), unexplainedTrend(batches)),
    units,
  };
};

/**
 * Last third of the batches minus the first third, less what the differences between neighbours
 * would give by chance.
 */
const unexplainedTrend = (batches: Float64Array): number => {
  const third = Math.floor(batches.length / 3);
  if (third < 2) return 0;
  let squares = 0;
  for (let i = 1; i < batches.length; i++) squares += (batches[i] - batches[i - 1]) ** 2;
  const expected = squares / (batches.length - 1) / third;
  const trend = meanOf(batches.subarray(-third)) - meanOf(batches.subarray(0, third));
  return Math.sqrt(Math.max(0, trend ** 2 - 2 * expected));
};
