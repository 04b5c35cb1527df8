// Where things go in the picture of a series of nights: its scales, and places for labels.
import type {HistorySeries} from '../../results/history/types.ts';
import {median} from '../../results/stats/robust.ts';
import {linearAxis} from './axis.ts';
import {displayUnit, formatChange, formatCount, formatGrouped, magnitudes} from './axis-format.ts';
import type {Letter} from './history-labels.ts';
import {spread} from './history-labels.ts';
import {isNarrow} from './types.ts';

/**
 * Intervals of single nights are drawn up to this many times the height of the axis (their median);
 * wider ones would paint the picture grey.
 */
const widestIntervals = 1;

export const left = 66;
export const labelRow = 13;

/** A label at a night, on one of several rows; see `spread`. */
export type Placed = ReturnType<typeof spread>[number];

/** Where things go; in pixels of the plot, whose left upper corner is at (left, top). */
export interface Room {
  readonly narrow: boolean;
  readonly nights: readonly string[];
  readonly scale: Scale;
  readonly plot: number;
  readonly height: number;
  readonly top: number;
  readonly across: (index: number) => number;
  readonly down: (value: number) => number;
  /** Change points, with the size of their step, and marks, with their letter. */
  readonly steps: readonly Placed[];
  readonly flags: readonly Placed[];
}

export const layoutOf = (series: HistorySeries, marks: readonly Letter[], width: number): Room => {
  const narrow = isNarrow(width);
  const plot = width - left - (narrow ? 8 : 14);
  const height = narrow ? 190 : 230;
  const nights = series.points.map(({night}) => night);
  const end = Math.max(1, nights.length);
  const across = (index: number): number => ((index + 0.5) / end) * plot;
  const scale = scaleOf(series, series.measure === 'ratio' ? '' : series.unit);
  const down = (value: number): number =>
    height * (1 - (clamp(value, scale.low, scale.high) - scale.low) / (scale.high - scale.low));
  const steps = spread(
    series.changes.map(({index, ratio, after}) => ({
      index: index - 0.5,
      text: ratio === null ? formatCount(after) : formatChange(ratio),
    })),
    across,
    plot,
  );
  const flags = spread(
    marks.flatMap(({letter, nights: of}) =>
      of.flatMap((night) => {
        const index = nights.findIndex((one) => one >= night);
        return index === -1 ? [] : [{index, text: letter}];
      }),
    ),
    across,
    plot,
  );
  const rows = 1 + Math.max(0, ...steps.map(({row}) => row));
  const top = 6 + labelRow * rows + (scale.unit === '' ? 0 : 14);
  return {narrow, nights, scale, plot, height, top, across, down, steps, flags};
};

export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  readonly label: (tick: number) => string;
  readonly unit: string;
  /** Whether intervals of single nights fit into the picture. */
  readonly intervals: boolean;
}

/** The axis holds nights that do not stand out, and levels; what lies beyond is drawn at its edge. */
const scaleOf = (series: HistorySeries, unit: string): Scale => {
  const values = series.points.flatMap(({value, spike}) =>
    value === null || spike ? [] : [value],
  );
  const all = values.length > 0 ? values : series.points.flatMap(({value}) => value ?? []);
  const levels = series.segments.flatMap(({level}) => level ?? []);
  const axis = linearAxis([...all, ...levels], 5);
  const [low, high] = axis.scale['domain'] as [number, number];
  const shown = displayUnit(unit, all);
  const ticks = axis.values.filter((tick) => tick >= low && tick <= high);
  return {
    low,
    high,
    ticks,
    label: series.measure === 'ratio' ? formatChange : tickLabels(ticks, shown.factor),
    unit: shown.unit,
    intervals: widthsOf(series) <= widestIntervals * (high - low),
  };
};

/** The median width of the nights' intervals. */
const widthsOf = ({points}: HistorySeries): number => {
  const widths = points.flatMap(({low, high}) =>
    low === null || high === null ? [] : [high - low],
  );
  return widths.length === 0 ? 0 : median(widths);
};

/** True if the picture leaves out the intervals of single nights. */
export const leavesOutIntervals = (series: HistorySeries): boolean =>
  !scaleOf(series, series.measure === 'ratio' ? '' : series.unit).intervals;

const tickLabels = (ticks: readonly number[], factor: number): ((tick: number) => string) => {
  const scaled = ticks.map((tick) => tick / factor);
  const largest = Math.max(...scaled.map(Math.abs), 0);
  const [size, letter] =
    largest < 1e5
      ? ([1, ''] as const)
      : (magnitudes.find(([limit]) => largest >= limit) ?? ([1e3, 'k'] as const));
  const gap = scaled.length < 2 ? largest || 1 : Math.abs(scaled[1] - scaled[0]);
  const places = Math.max(0, Math.min(9, -Math.floor(Math.log10(gap / size) + 1e-9)));
  return (tick) => `${formatGrouped(tick / factor / size, places)}${letter}`.replace('-', '−');
};

const clamp = (value: number, low: number, high: number): number =>
  Math.min(high, Math.max(low, value));
