// Per-step difference: what each step of the code cost before and after, as bars of the difference
// with both numbers in text.
import type {Comparison} from '../../results/types.ts';
import {linearTicks, tickFormat} from './axis.ts';
import {formatCount} from './axis-format.ts';
import {signedLabel} from './chart-labels.ts';
import {aroundZero, lineAt, rowAxis, rowFrame, signColour} from './row-chart.ts';
import type {Chart, Spec} from './types.ts';
import {isNarrow} from './types.ts';

/**
 * Cost of one step on both sides, in `unit`, for instance instructions per program run; null if the
 * side has no such step.
 */
export interface StepCost {
  readonly step: string;
  readonly before: number | null;
  readonly after: number | null;
}

/** Null without rows. `what` names the cost: `instructions per program run`. */
export const steps = (input: readonly StepCost[], what: string, name = 'steps'): Chart | null => {
  if (input.length === 0) return null;
  const rows = input.map((row) => ({
    ...row,
    difference: (row.after ?? 0) - (row.before ?? 0),
    label: `${side(row.before)} → ${side(row.after)}`,
  }));
  const sum = rows.reduce((total, row) => total + row.difference, 0);
  const largest = rows
    .filter((row) => row.difference !== 0)
    .sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference))
    .slice(0, 2);
  return {
    name,
    kind: 'steps',
    title:
      largest.length === 0
        ? `No step differs in ${what}`
        : `${signed(sum)} ${what}; the largest: ` +
          `${largest.map((row) => `${row.step} ${signed(row.difference)}`).join(', ')}`,
    subtitle: 'After minus before, step by step; the numbers at the right are before → after.',
    description: rows
      .map((row) => `${row.step}: ${signed(row.difference)} (${row.label})`)
      .join('; '),
    rows: rows.map(({step, before, after, difference}) => ({step, before, after, difference})),
    spec: (width) => draw(rows, what, width),
  };
};

/** From the finding that holds the cost of each step; null if steps were not counted. */
export const stepDifference = (comparison: Comparison): Chart | null => {
  const data = comparison.findings.find((one) => one.code === 'steps')?.data;
  const rows = data?.['steps'];
  if (!Array.isArray(rows) || typeof data?.['unit'] !== 'string') return null;
  return steps(rows as readonly StepCost[], data['unit']);
};

const side = (value: number | null): string => (value === null ? 'none' : formatCount(value));

const signed = (value: number): string => `${value > 0 ? '+' : ''}${formatCount(value)}`;

type StepRow = StepCost & {readonly difference: number; readonly label: string};

const draw = (rows: readonly StepRow[], what: string, width: number): Spec => {
  const {y, drop, size, texts} = rowFrame(
    rows.map((row) => ({label: row.step, right: row.label})),
    {field: 'step', width, step: 26},
  );
  const domain = aroundZero(rows.map((row) => row.difference));
  const ticks = linearTicks(...domain, isNarrow(width) ? 3 : 6);
  const x = {
    type: 'quantitative',
    scale: {domain, nice: false},
    title: what,
    axis: rowAxis(ticks, {labelExpr: signedLabel(tickFormat(ticks)), titlePadding: 6}),
  };
  return {
    ...size,
    data: {
      values: rows.map((row) => ({
        ...row,
        right: row.label,
        sign: row.difference > 0 ? 'more' : 'less',
        zero: 0,
      })),
    },
    layer: [
      {
        mark: {type: 'bar', height: 14, yOffset: drop},
        encoding: {x: {...x, field: 'zero'}, x2: {field: 'difference'}, y, color: signColour},
      },
      lineAt(x, 0),
      ...texts(),
    ],
  };
};
