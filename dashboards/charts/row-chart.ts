// Row chart: what charts with one row per name share: room for labels and numbers, both axes, the
// line at zero, and the numbers at the right.
import {textWidth} from './text-metrics.ts';
import {rowLabels} from './chart-labels.ts';
import {colour} from './palette.ts';
import {fontSize} from './theme.ts';
import type {Spec} from './types.ts';

/** The name of a row and the text at its right end. */
export interface RowText {
  readonly label: string;
  readonly right: string;
}

export interface RowOptions {
  /** Field of the data that holds the row's name. */
  readonly field: string;
  /** Width of the whole chart and height of one row, in CSS pixels. */
  readonly width: number;
  readonly step: number;
  /** Pixels between the plot and the longest text at its right, if that is next to the plot. */
  readonly gap?: number;
  /** Pixels for all texts at the right together; the longest text and the gap if not given. */
  readonly numbers?: number;
  /** Pixels left empty at the right edge: labels next to the rows, and above them. */
  readonly edge?: readonly [next: number, above: number];
}

/** Where things go in a row chart. */
export interface RowFrame {
  /** True if the labels are above the rows because there is no room next to them. */
  readonly stacked: boolean;
  /** Width of the plot in CSS pixels. */
  readonly plot: number;
  /** Pixels from the middle of a row down to its marks. */
  readonly drop: number;
  readonly y: Spec;
  readonly size: Spec;
  /** The text layers; `own` replaces the numbers of a chart with labels next to its rows. */
  readonly texts: (color?: Spec, own?: readonly Spec[]) => readonly Spec[];
}

export const widest = (texts: readonly string[]): number =>
  Math.max(0, ...texts.map((text) => textWidth(text, fontSize.label)));

const muted = {value: colour.muted};

export const rowFrame = (
  rows: readonly RowText[],
  {field, width, step, gap = 18, numbers, edge = [4, 24]}: RowOptions,
): RowFrame => {
  const labels = rowLabels(rows, width, step);
  const {stacked, drop} = labels;
  const room = stacked ? 0 : (numbers ?? widest(rows.map((row) => row.right)) + gap);
  const plot = Math.floor(width - labels.labelsWidth - room - edge[stacked ? 1 : 0]);
  const y = {field, type: 'nominal', sort: null, title: null, axis: labels.axis};
  const numberLayer = (color: Spec): Spec => ({
    mark: {type: 'text', align: 'right', baseline: 'middle'},
    encoding: {y, x: {value: plot + room}, text: {field: 'right'}, color},
  });
  return {
    stacked,
    plot,
    drop,
    y,
    size: {width: plot, height: {step: labels.step}},
    texts: (color = muted, own = [numberLayer(color)]) => (stacked ? labels.layers(y, color) : own),
  };
};

/** The x axis of a row chart: grid lines and labels only. */
export const rowAxis = (values: readonly number[], more: Spec = {}): Spec => ({
  values,
  grid: true,
  domain: false,
  ticks: false,
  ...more,
});

/** A vertical line at `value` of the x channel. */
export const lineAt = (x: Spec, value: number, mark: Spec = {color: colour.line}): Spec => ({
  data: {values: [{}]},
  mark: {type: 'rule', ...mark},
  encoding: {x: {...x, datum: value}},
});

/** Colour by the field `sign`, which is `more` or `less`. */
export const signColour: Spec = {
  field: 'sign',
  type: 'nominal',
  legend: null,
  scale: {domain: ['more', 'less'], range: [colour.more, colour.less]},
};

/** The domain of `values` and zero with a margin, for bars that start at zero. */
export const aroundZero = (values: readonly number[]): readonly [low: number, high: number] => {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const pad = (high - low || 1) * 0.06;
  return [low - pad, high + pad];
};
