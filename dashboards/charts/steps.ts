// Per-step difference: what each step of the code cost before and after, as bars of the difference
// with both numbers in text.
import {textWidth} from '../render/metrics.ts';
import {linearTicks, tickFormat} from './axis.ts';
import {formatCount} from './axis-format.ts';
import {rowLabels, signedLabel} from './chart-labels.ts';
import {colour} from './palette.ts';
import {fontSize} from './theme.ts';
import type {Chart, Spec} from './types.ts';
import {isNarrow} from './types.ts';

/**
 * Cost of one step on both sides, in `unit`, for instance instructions per program run; null = the
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
        : `${signed(sum)} ${what}; the largest: ${largest.map((row) => `${row.step} ${signed(row.difference)}`).join(', ')}`,
    subtitle: 'After minus before, step by step; the numbers at the right are before → after.',
    description: rows
      .map((row) => `${row.step}: ${signed(row.difference)} (${row.label})`)
      .join('; '),
    rows: rows.map(({step, before, after, difference}) => ({step, before, after, difference})),
    spec: (width) => draw(rows, what, width),
  };
};

const side = (value: number | null): string => (value === null ? 'none' : formatCount(value));

const signed = (value: number): string => `${value > 0 ? '+' : ''}${formatCount(value)}`;

type StepRow = StepCost & {readonly difference: number; readonly label: string};

const draw = (rows: readonly StepRow[], what: string, width: number): Spec => {
  const narrow = isNarrow(width);
  const labels = rowLabels(
    rows.map((row) => ({label: row.step, right: row.label})),
    width,
    26,
  );
  const right = labels.stacked
    ? 0
    : Math.max(...rows.map((row) => textWidth(row.label, fontSize.label))) + 18;
  const plot = Math.floor(width - labels.beside - right - (labels.stacked ? 24 : 4));
  const low = Math.min(0, ...rows.map((row) => row.difference));
  const high = Math.max(0, ...rows.map((row) => row.difference));
  const pad = (high - low || 1) * 0.06;
  const ticks = linearTicks(low - pad, high + pad, narrow ? 3 : 6);
  const x = {
    type: 'quantitative',
    scale: {domain: [low - pad, high + pad], nice: false},
    title: what,
    axis: {
      values: ticks,
      labelExpr: signedLabel(tickFormat(ticks)),
      grid: true,
      domain: false,
      ticks: false,
      titlePadding: 6,
    },
  };
  const y = {field: 'step', type: 'nominal', sort: null, title: null, axis: labels.axis};
  const {drop} = labels;
  return {
    width: plot,
    height: {step: labels.step},
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
        encoding: {
          x: {...x, field: 'zero'},
          x2: {field: 'difference'},
          y,
          color: {
            field: 'sign',
            type: 'nominal',
            legend: null,
            scale: {domain: ['more', 'less'], range: [colour.more, colour.less]},
          },
        },
      },
      {
        data: {values: [{}]},
        mark: {type: 'rule', color: colour.line},
        encoding: {x: {...x, datum: 0}},
      },
      ...(labels.stacked
        ? labels.layers(y)
        : [
            {
              mark: {type: 'text', align: 'right', baseline: 'middle', color: colour.muted},
              encoding: {y, x: {value: plot + right}, text: {field: 'label'}},
            },
          ]),
    ],
  };
};
