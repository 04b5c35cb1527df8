// One event, before the table is looked at as a whole: estimate, intervals and uncorrected p, as
// its declared kind requires.
import {eventInfo} from '../../events/events.ts';
import {UserError} from '../../error.ts';
import {describe, sideStats} from '../../samples/side-stats.ts';
import {studentQuantile, studentTwoSided} from '../../stats/distributions.ts';
import type {Estimate} from '../../stats/hodges-lehmann.ts';
import {hodgesLehmann} from '../../stats/hodges-lehmann.ts';
import {median} from '../../stats/robust.ts';
import {signedRankTest} from '../../stats/signed-rank.ts';
import type {
  ComparisonRow,
  Direction,
  EventKind,
  EventSeries,
  Samples,
  SideStats,
  Warning,
} from '../../types.ts';
import {contrastsOf} from './contrasts.ts';
import {backFromOffset, logScale} from './log-scale.ts';
import type {Layout} from './quads.ts';
import {plural} from '../../wording.ts';

/** A row without verdict. Estimates are natural logs of after/before. */
export interface RowDraft {
  readonly event: string;
  readonly unit: string;
  readonly kind: EventKind;
  readonly before: SideStats;
  readonly after: SideStats;
  /** Change with its interval at the table's level; null if no ratio can be formed. */
  readonly estimate: Estimate | null;
  /** Interval of the two one-sided tests (level 2 x level - 1). */
  readonly equivalence: Estimate | null;
  /** 1, -1 or 0: the direction in which the test points. */
  readonly direction: number;
  readonly p: number | null;
  /** Independent units of the interval: quads, batches or runs. */
  readonly units: number;
  readonly margin: number;
  /**
   * The interval must clear this log change before a verdict is given; 0 for interleaved sessions.
   */
  readonly mustClear: number;
  /** Fewer quads than any verdict needs. */
  readonly isTooShort?: boolean;
  /** The source of the figures calls the change a difference, and gives no p. */
  readonly isStated?: boolean;
  /** The change in points, for rows that are percentages. */
  readonly points?: ComparisonRow['points'];
  /** Which direction is better, if the input says so; otherwise the table of events does. */
  readonly better?: Direction | null;
  /** Why there is no p, or why the row is certain. */
  readonly note: string | null;
  readonly warnings: readonly Warning[];
}

export interface RowOptions {
  readonly level: number;
  readonly margin: number | undefined;
}

/** Fewer quads than this say nothing. */
export const fewestQuads = 4;
/**
 * Below this many quads a signed-rank test or interval at 95 % does not exist, and Student's is
 * used instead.
 */
const fewestForRanks = 6;
/**
 * A rare count that never varied is equal only if a rate above this, per run, would have shown up
 * (95 %).
 */
const unseenRate = 0.1;

/** Draft of one row from interleaved quads. */
export const draftRow = (
  samples: Samples,
  series: EventSeries,
  layout: Layout,
  options: RowOptions,
): RowDraft => {
  const start = startRow(samples, series, options);
  const settled = withoutInference(start, series, layout.quads >= fewestQuads);
  if (settled !== null) return settled;
  const base = doubtExact(start);
  const scale = logScale(series, base.kind);
  const {test, estimate, merged, within} = contrastsOf(scale.values, layout);
  const n = test.length;
  const variance = n < fewestForRanks ? within() : null;
  const floor: Floor | null =
    variance === null ? null : {error: Math.sqrt(variance / n), degrees: 2 * n};
  if (n === 0) return {...base, note: 'no quad has counted runs of both sides'};
  const change = (level: number): Estimate | null =>
    n < 2
      ? null
      : backFromOffset(
          widen(hodgesLehmann(estimate, level), floor, level),
          base.before.median ?? 0,
          scale.offset,
        );
  const row = {
    ...base,
    units: n * merged,
    estimate: change(options.level),
    equivalence: change(2 * options.level - 1),
    direction: Math.sign(median(estimate)),
  };
  if (n < fewestQuads) {
    const runs = Math.min(row.before.n ?? 0, row.after.n ?? 0);
    return {
      ...row,
      isTooShort: true,
      note:
        `${plural(n, 'complete quad')} (${runs} runs a side): a verdict needs at least ` +
        `${fewestQuads} (${Math.ceil((fewestQuads * runs) / n)} runs)`,
    };
  }
  return {...row, p: pOf(test, floor)};
};

/**
 * Signed-rank p. If all quads agree in sign, that test is at its floor of 2 / 2^n, too coarse for a
 * table of 16 rows, and Student's test on the same contrasts says how far below the floor they are;
 * the floor still bounds the error of a quad count. A few contrasts can be nearly equal by chance,
 * or because position or drift did the same to each: then the error must also be the one that
 * blocks of the same side and quad show.
 */
const pOf = (contrasts: Float64Array, floor: Floor | null): number => {
  const ranks = signedRankTest(contrasts);
  if (!ranks.oneSign || (contrasts.length < fewestForRanks && floor === null)) return ranks.p;
  const {mean} = describe(contrasts);
  const within =
    floor === null || mean === null || floor.error === 0
      ? 0
      : studentTwoSided(mean / floor.error, floor.degrees);
  return Math.min(ranks.p, Math.max(studentP(contrasts), within));
};

/** The least standard error of a few contrasts, from the blocks within quads. */
interface Floor {
  readonly error: number;
  readonly degrees: number;
}

const widen = ({value, low, high}: Estimate, floor: Floor | null, level: number): Estimate => {
  const half = floor === null ? 0 : studentQuantile(0.5 + level / 2, floor.degrees) * floor.error;
  return {value, low: Math.min(low, value - half), high: Math.max(high, value + half)};
};

export const startRow = (samples: Samples, series: EventSeries, options: RowOptions): RowDraft => {
  const info = eventInfo(series.event);
  return {
    event: series.event,
    unit: series.unit,
    kind: info.kind,
    before: sideStats(samples, series, 0),
    after: sideStats(samples, series, 1),
    estimate: null,
    equivalence: null,
    direction: 0,
    p: null,
    units: 0,
    margin: options.margin ?? info.margin,
    mustClear: 0,
    note: null,
    warnings: [],
  };
};

/**
 * Rows that need no statistics: a side without counts, series that do not vary, exact events, times
 * that are mostly 0 because the clock is too coarse for them. `isEnough`: the session is long
 * enough to call a measured count constant. Returns null if the row needs statistics.
 */
export const withoutInference = (
  row: RowDraft,
  series: EventSeries,
  isEnough: boolean,
): RowDraft | null => {
  const {before, after} = row;
  rejectImpossible(series);
  if (before.mean === null || after.mean === null) {
    const side =
      before.mean === null
        ? after.mean === null
          ? 'either side'
          : 'the before side'
        : 'the after side';
    return {...row, note: `not counted on ${side}`};
  }
  if (!isConstant(before) || !isConstant(after) || (row.kind !== 'exact' && !isEnough))
    return row.kind !== 'rare' && (before.median === 0 || after.median === 0)
      ? {...row, note: 'at least half of the runs on one side read 0: too coarse for a ratio'}
      : null;
  const sure = certain(row, before.mean, after.mean);
  const unseen = 1 - 0.05 ** (1 / sure.units);
  if (row.kind !== 'rare' || sure.direction !== 0 || unseen <= unseenRate) return sure;
  return {
    ...sure,
    p: null,
    note: `${sure.note}, but in ${sure.units} runs a side ${unseen.toFixed(2)} a run could go unseen`,
  };
};

/** Adds the doubt that an exact event varies: the row is then judged like a measured one. */
export const doubtExact = (row: RowDraft): RowDraft =>
  row.kind !== 'exact'
    ? row
    : {
        ...row,
        warnings: [
          {
            code: 'exact-varies',
            text:
              `${row.event} should be the same in every run of a side but varies: judged ` +
              `like a measured event`,
          },
        ],
      };

const certain = (row: RowDraft, before: number, after: number): RowDraft => {
  const estimate = ratioOf(before, after);
  const direction = Math.sign(after - before);
  const note =
    direction === 0
      ? `${before === 0 ? '0' : 'the same count'} in every run of both sides`
      : 'constant counts that differ';
  return {
    ...row,
    units: Math.min(row.before.n ?? 0, row.after.n ?? 0),
    estimate,
    equivalence: estimate,
    direction,
    p: direction === 0 ? 1 : 0,
    note,
  };
};

const ratioOf = (before: number, after: number): Estimate | null => {
  if (before === 0 && after === 0) return {value: 0, low: 0, high: 0};
  if (before <= 0 || after <= 0) return null;
  const value = Math.log(after / before);
  return {value, low: value, high: value};
};

const isConstant = ({sd}: SideStats): boolean => sd === null || sd === 0;

const rejectImpossible = (series: EventSeries): void => {
  const run = series.value.findIndex((value) => value < 0 || value === Infinity);
  if (run >= 0)
    throw new UserError(
      `${series.event} is ${series.value[run] < 0 ? 'negative' : 'endless'} ` +
        `(${series.value[run]}) in run ${run + 1}.`,
      'Counts and times are never negative or infinite: the samples are damaged or hold differences.',
    );
};

/**
 * Student's p for a mean of zero; 1 if all contrasts are equal, which on a coarse scale says
 * nothing about the noise.
 */
const studentP = (values: Float64Array): number => {
  const stats = describe(values);
  if (stats.sem === null || stats.mean === null || stats.mean === 0) return 1;
  return stats.sem === 0 ? 1 : studentTwoSided(stats.mean / stats.sem, values.length - 1);
};
