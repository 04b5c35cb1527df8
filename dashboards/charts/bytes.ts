// Bytes by step: the machine code of each variant as a stacked bar of the steps it consists of.
import {formatChange, formatGrouped, plural} from './axis-format.ts';
import {colour} from './palette.ts';
import {rowFrame, widest} from './row-chart.ts';
import type {Chart, Spec} from './types.ts';
import {isNarrow} from './types.ts';

/** Machine code bytes of one step of one variant's image. */
export interface StepBytes {
  readonly variant: string;
  readonly step: string;
  readonly bytes: number;
}

const partColours = [
  colour.part1,
  colour.part2,
  colour.part3,
  colour.part4,
  colour.part5,
  colour.part6,
  colour.part7,
];
const rest = 'other steps';

/** Steps in order of first appearance; the smallest beyond seven are joined. Null without rows. */
export const bytes = (input: readonly StepBytes[], name = 'bytes'): Chart | null => {
  if (input.length === 0) return null;
  const variants = [...new Set(input.map((row) => row.variant))];
  const total = (variant: string) =>
    input.filter((row) => row.variant === variant).reduce((sum, row) => sum + row.bytes, 0);
  const totals = variants.map((variant) => `${variant} has ${plural(total(variant), 'byte')}`);
  const first = total(variants[0]);
  const last = total(variants.at(-1)!);
  return {
    name,
    kind: 'bytes',
    title:
      variants.length < 2 || first === 0
        ? totals.join(', ')
        : `${variants.at(-1)!} is ` +
          `${
            last === first
              ? 'as large as'
              : `${plural(Math.abs(last - first), 'byte')} (` +
                `${formatChange(last / first)}) ${last > first ? 'larger' : 'smaller'} than`
          } ` +
          `${variants[0]}`,
    subtitle: 'Machine code bytes of the image by the step that emitted them.',
    description: variants
      .map(
        (variant) =>
          `${variant}: ${input
            .filter((row) => row.variant === variant)
            .map((row) => `${row.step} ${row.bytes}`)
            .join(', ')}; ${total(variant)} in all`,
      )
      .join('. '),
    rows: input.map((row) => ({...row})),
    spec: (width) => draw(joined(input), variants, width),
  };
};

const joined = (input: readonly StepBytes[]): StepBytes[] => {
  const steps = [...new Set(input.map((row) => row.step))];
  const size = (step: string) =>
    Math.max(...input.filter((row) => row.step === step).map((row) => row.bytes));
  const kept = new Set(
    steps.length <= partColours.length
      ? steps
      : [...steps].sort((a, b) => size(b) - size(a)).slice(0, partColours.length),
  );
  const sums = new Map<string, StepBytes>();
  for (const row of input) {
    const step = kept.has(row.step) ? row.step : rest;
    const key = `${row.variant}\n${step}`;
    sums.set(key, {variant: row.variant, step, bytes: (sums.get(key)?.bytes ?? 0) + row.bytes});
  }
  return [...sums.values()];
};

const draw = (rows: readonly StepBytes[], variants: readonly string[], width: number): Spec => {
  const narrow = isNarrow(width);
  const steps = [...new Set(rows.map((row) => row.step))].sort(
    (a, b) => Number(a === rest) - Number(b === rest),
  );
  const totals = variants.map((variant) => ({
    variant,
    sum: rows.filter((row) => row.variant === variant).reduce((sum, row) => sum + row.bytes, 0),
  }));
  const longest = Math.max(...totals.map((row) => row.sum));
  const {y, drop, size, texts} = rowFrame(
    totals.map((row) => ({label: row.variant, right: formatGrouped(row.sum, 0)})),
    {
      field: 'variant',
      width,
      step: 38,
      numbers: widest([formatGrouped(longest, 0)]) + 12,
      edge: [4, 4],
    },
  );
  const place = new Map<string, number>();
  const segments = variants.flatMap((variant) =>
    steps.flatMap((step) => {
      const row = rows.find((one) => one.variant === variant && one.step === step);
      if (row === undefined || row.bytes === 0) return [];
      const from = place.get(variant) ?? 0;
      place.set(variant, from + row.bytes);
      return [{...row, from, to: from + row.bytes}];
    }),
  );
  const x = {type: 'quantitative', scale: {domain: [0, longest], nice: false}, axis: null};
  return {
    ...size,
    data: {values: totals.map((row) => ({...row, right: formatGrouped(row.sum, 0)}))},
    layer: [
      {
        data: {values: segments},
        mark: {type: 'bar', height: 22, yOffset: drop, stroke: colour.paper, strokeWidth: 1},
        encoding: {
          x: {...x, field: 'from'},
          x2: {field: 'to'},
          y,
          color: {
            field: 'step',
            type: 'nominal',
            sort: null,
            legend: {columns: narrow ? 2 : 4, columnPadding: 16, symbolType: 'square'},
            scale: {
              domain: steps,
              range: steps.map((step, i) => (step === rest ? colour.part8 : partColours[i])),
            },
          },
        },
      },
      ...texts({value: colour.muted}, [
        {
          mark: {type: 'text', align: 'left', baseline: 'middle', dx: 8, color: colour.ink},
          encoding: {x: {...x, field: 'sum'}, y, text: {field: 'right'}},
        },
      ]),
    ],
  };
};
