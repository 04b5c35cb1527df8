// A/A calibration: how often identical code is called changed, per design, with an interval, next
// to the promised rate.
import {linearTicks} from './axis.ts';
import {formatGrouped, formatShare, plural} from './axis-format.ts';
import {colour} from './palette.ts';
import {lineAt, rowAxis, rowFrame} from './row-chart.ts';
import type {AaRate} from '../../results/rows/calibration-rows.ts';
import type {Chart, Spec} from './types.ts';
import {isNarrow} from './types.ts';

/** A design, a method or a workload. */
export type CalibrationRow = AaRate;

/** Null without rows. `goal` is the promised rate, 0.05. */
export const calibration = (
  rows: readonly CalibrationRow[],
  goal = 0.05,
  name = 'calibration',
): Chart | null => {
  if (rows.length === 0) return null;
  const over = rows.filter((row) => row.low > goal);
  const data = rows.map((row) => ({
    ...row,
    rate: row.tables === 0 ? 0 : row.wrong / row.tables,
    text:
      `${formatShare(row.tables === 0 ? 0 : row.wrong / row.tables)} of ` +
      formatGrouped(row.tables, 0),
  }));
  return {
    name,
    kind: 'calibration',
    title:
      over.length === 0
        ? `Identical code is called changed in at most ` +
          `${formatShare(Math.max(...data.map((row) => row.rate)))} of tables`
        : `${over.map((row) => row.label).join(', ')}: identical code is called changed in ` +
          `more than ${formatShare(goal)} of tables`,
    subtitle:
      `Share of A/A tables with any row called more or less; line: its interval; dashed: the ` +
      `promise, ${formatShare(goal)}.`,
    description: data
      .map(
        (row) =>
          `${row.label}: ${row.wrong} of ${plural(row.tables, 'table')}, interval ` +
          `${formatShare(row.low)} to ${formatShare(row.high)}`,
      )
      .join('; '),
    rows: data.map(({label, tables, wrong, rate, low, high}) => ({
      label,
      tables,
      wrong,
      rate,
      low,
      high,
    })),
    spec: (width) => draw(data, goal, width),
  };
};

type Bar = CalibrationRow & {readonly rate: number; readonly text: string};

const draw = (rows: readonly Bar[], goal: number, width: number): Spec => {
  const {y, drop, size, texts} = rowFrame(
    rows.map((row) => ({label: row.label, right: row.text})),
    {field: 'label', width, step: 26},
  );
  const high = Math.max(2 * goal, ...rows.map((row) => row.high)) * 1.05;
  const x = {
    type: 'quantitative',
    scale: {domain: [0, high], nice: false},
    title: null,
    axis: rowAxis(linearTicks(0, high, isNarrow(width) ? 3 : 6), {format: '.2~%'}),
  };
  const color = {condition: {test: `datum.low > ${goal}`, value: colour.more}, value: colour.after};
  return {
    ...size,
    data: {values: rows.map((row) => ({...row, right: row.text}))},
    layer: [
      lineAt(x, goal, {color: colour.unsettled, strokeDash: [4, 3]}),
      {
        mark: {type: 'rule', strokeWidth: 2, yOffset: drop, y2Offset: drop},
        encoding: {x: {...x, field: 'low'}, x2: {field: 'high'}, y, color},
      },
      {
        mark: {type: 'point', filled: true, size: 56, opacity: 1, yOffset: drop},
        encoding: {x: {...x, field: 'rate'}, y, color},
      },
      ...texts(),
    ],
  };
};
