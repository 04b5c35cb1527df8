// Where the labels of a chart's rows go: next to the rows or, if there is no room, on separate
// lines above them.
import {textWidth} from './text-metrics.ts';
import {colour} from './palette.ts';
import {fontSize} from './theme.ts';
import type {Spec} from './types.ts';
import {isNarrow} from './types.ts';

/** The largest part of the width that labels next to the rows may take. */
const mostBeside = 0.4;
const lineHeight = 15;
const markHeight = 22;
/**
 * Room below a stacked row, so that a label is nearer to its own mark than to the one above.
 */
const apart = 14;

export interface RowLabels {
  readonly stacked: boolean;
  /** Pixels the labels take next to the plot; 0 if stacked. */
  readonly labelsWidth: number;
  readonly step: number;
  /** Pixels from the middle of a row down to its marks. */
  readonly drop: number;
  /** `axis` of the y channel. */
  readonly axis: Spec | null;
  /**
   * Text layers for stacked rows: the label at the left and, if given, `right` at the right;
   * none if the labels are next to the rows.
   */
  readonly layers: (y: Spec, rightColour?: Spec) => readonly Spec[];
}

/**
 * `rows` in order with their label and the text at the right when stacked; `step` is
 * the row height if labels are next to the rows.
 */
export const rowLabels = (
  rows: readonly {readonly label: string; readonly right: string}[],
  width: number,
  step: number,
): RowLabels => {
  const widest = Math.max(0, ...rows.map((row) => textWidth(row.label, fontSize.label)));
  if (!isNarrow(width) && widest <= width * mostBeside) {
    return {stacked: false, labelsWidth: widest + 14, step, drop: 0, axis: {}, layers: () => []};
  }
  const lines = rows.map((row) => breakName(row.label, width - 4));
  const most = Math.max(...lines.map((one) => one.length));
  const rightFits = rows.every(
    (row, i) =>
      textWidth(lines[i].at(-1)!, fontSize.label) + textWidth(row.right, fontSize.label) + 14 <=
      width,
  );
  const textLines = most + (rightFits ? 0 : 1);
  const height = textLines * lineHeight + markHeight + apart;
  const top = -height / 2 + 2;
  const lastLine = rightFits ? lineHeight * (most - 1) : lineHeight * most;
  return {
    stacked: true,
    labelsWidth: 0,
    step: height,
    drop: top + textLines * lineHeight + markHeight / 2,
    axis: null,
    layers: (y, rightColour = {value: colour.muted}) => [
      {
        data: {values: rows.map((row, i) => ({[String(y['field'])]: row.label, lines: lines[i]}))},
        mark: {
          type: 'text',
          align: 'left',
          baseline: 'top',
          dy: top,
          lineHeight,
          color: colour.ink,
        },
        encoding: {y, x: {value: 0}, text: {field: 'lines'}},
      },
      {
        mark: {type: 'text', align: 'right', baseline: 'top', dy: top + lastLine},
        encoding: {y, x: {value: {expr: 'width'}}, text: {field: 'right'}, color: rightColour},
      },
    ],
  };
};

/** Breaks a name that is too wide, after a separator if there is one. */
export const breakName = (name: string, width: number): string[] => {
  const lines: string[] = [];
  let line = '';
  for (const part of name.match(/[^/_.,: -]*[/_.,: -]?/g) ?? []) {
    if (line !== '' && textWidth(line + part, fontSize.label) > width) {
      lines.push(line);
      line = '';
    }
    line += part;
    while (textWidth(line, fontSize.label) > width && line.length > 1) {
      let end = line.length - 1;
      while (end > 1 && textWidth(line.slice(0, end), fontSize.label) > width) end--;
      lines.push(line.slice(0, end));
      line = line.slice(end);
    }
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line];
};

/** Axis label of a signed number: a plus sign only if it is one. `format` is a d3 format. */
export const signedLabel = (format: string): string =>
  `(datum.value > 0 ? '+' : '') + format(datum.value, '${format}')`;
