// Decomposition: the change in CPU time as a sum of instructions, cycles per instruction and clock,
// and of elapsed time with waiting; in log terms it is one.
import type {Comparison, Decomposition} from '../../results/types.ts';
import {linearTicks} from './axis.ts';
import {formatFactor} from './axis-format.ts';
import {signedLabel} from './chart-labels.ts';
import {colour} from './palette.ts';
import {aroundZero, lineAt, rowAxis, rowFrame, signColour} from './row-chart.ts';
import type {Chart, Spec} from './types.ts';
import {isNarrow} from './types.ts';

type PartName = 'instructions' | 'cpi' | 'clock' | 'time' | 'utilisation' | 'elapsed';

/** In order: a total ends where the parts before it add up to. */
const parts: readonly {readonly key: PartName; readonly label: string; readonly total: boolean}[] =
  [
    {key: 'instructions', label: 'instructions', total: false},
    {key: 'cpi', label: 'cycles per instruction', total: false},
    {key: 'clock', label: 'clock period', total: false},
    {key: 'time', label: 'time on the CPU', total: true},
    {key: 'utilisation', label: 'waiting', total: false},
    {key: 'elapsed', label: 'elapsed time', total: true},
  ];

/** Null if neither the parts of the CPU time nor the waiting are known. */
export const decomposition = (comparison: Comparison, name = 'decomposition'): Chart | null => {
  const {time} = comparison.decomposition;
  const rows = steps(comparison.decomposition);
  const pieces = rows.filter((row) => !row.total);
  if (time === null || pieces.length === 0) return null;
  const inside = pieces.filter((row) => row.key !== 'utilisation');
  const waiting = pieces.find((row) => row.key === 'utilisation');
  const [largest] = [...inside].sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  return {
    name,
    kind: 'decomposition',
    title:
      largest === undefined
        ? `${inWords(rows.find((row) => row.key === 'time')!)}; ` +
          (waiting !== undefined && isShown(waiting)
            ? inWords(waiting)
            : 'no change in waiting is shown')
        : `Time on the CPU ${formatFactor(time)}; the largest part is ${largest.part}, ${largest.label}`,
    subtitle:
      'Each bar starts where the last one ended. Figures are factors, whose product is the figure ' +
      'of the full bar; lengths are in log per cent, which add up. Thin lines: intervals.',
    description: rows.map((row) => `${row.part} ${row.label}`).join(', '),
    rows: rows.map(({part, value, low, high}) => ({part, value, low, high})),
    spec: (width) => draw(rows, width),
  };
};

/** Bars of a running sum, in log per cent. */
const steps = (source: Decomposition) => {
  const values: Readonly<Record<PartName, number | null>> = {
    ...source,
    elapsed:
      source.time === null || source.utilisation === null ? null : source.time + source.utilisation,
  };
  let sum = 0;
  return parts.flatMap(({key, label, total}) => {
    const value = values[key];
    if (value === null) return [];
    const interval = key === 'elapsed' ? undefined : source.intervals?.[key];
    const from = total ? 0 : sum;
    sum = from + value;
    return [
      {
        key,
        part: label,
        value,
        low: interval?.low ?? null,
        high: interval?.high ?? null,
        from: from * 100,
        to: sum * 100,
        lowTo: interval?.low == null ? null : (from + interval.low) * 100,
        highTo: interval?.high == null ? null : (from + interval.high) * 100,
        label: formatFactor(value),
        right: formatFactor(value),
        sign: value > 0 ? 'more' : 'less',
        total,
      },
    ];
  });
};

type Bar = ReturnType<typeof steps>[number];

/** Its interval is known and does not contain "no change". */
const isShown = ({low, high}: Bar): boolean =>
  low !== null && high !== null && (low > 0 || high < 0);

/** `Time on the CPU −1.14 %`, with `(not shown)` if its interval contains no change. */
const inWords = (bar: Bar): string =>
  `${bar.part[0].toUpperCase()}${bar.part.slice(1)} ${bar.label}` +
  (bar.low === null || isShown(bar) ? '' : ' (not shown)');

const draw = (rows: readonly Bar[], width: number): Spec => {
  const {y, drop, size, texts} = rowFrame(
    rows.map((row) => ({label: row.part, right: row.right})),
    {field: 'part', width, step: 34, gap: 20, edge: [16, 24]},
  );
  const domain = aroundZero(
    rows.flatMap((row) => [row.from, row.to, row.lowTo ?? row.to, row.highTo ?? row.to]),
  );
  const x = {
    type: 'quantitative',
    scale: {domain, nice: false},
    title: 'change in log per cent',
    axis: rowAxis(linearTicks(...domain, isNarrow(width) ? 4 : 7), {
      labelExpr: signedLabel(',.3~f'),
      titlePadding: 6,
    }),
  };
  return {
    ...size,
    data: {values: rows},
    layer: [
      {
        mark: {type: 'bar', height: 16, yOffset: drop},
        encoding: {
          x: {...x, field: 'from'},
          x2: {field: 'to'},
          y,
          color: signColour,
          opacity: {condition: {test: 'datum.total', value: 1}, value: 0.62},
        },
      },
      lineAt(x, 0),
      {
        transform: [{filter: 'datum.lowTo !== null && datum.highTo !== null'}],
        mark: {type: 'rule', color: colour.ink, strokeWidth: 1.5, yOffset: drop, y2Offset: drop},
        encoding: {x: {...x, field: 'lowTo'}, x2: {field: 'highTo'}, y},
      },
      ...texts(signColour),
    ],
  };
};
