// Size changes: the change of every program's code in percent, from the one that shrank most to the
// one that grew most.
import {changeOf, ratioOf} from '../../results/size/report.ts';
import type {SizedProgram} from '../../results/size/types.ts';
import {linearTicks, tickFormat} from './axis.ts';
import {formatChange, formatGrouped, plural} from './axis-format.ts';
import {signedLabel} from './chart-labels.ts';
import {colour} from './palette.ts';
import {lineAt, signColour} from './row-chart.ts';
import type {Chart, Spec} from './types.ts';
import {isNarrow} from './types.ts';

/** Null if no program changed, or for one program, which needs no picture. */
export const sizeChanges = (
  programs: readonly SizedProgram[],
  name = 'size-changes',
): Chart | null => {
  const sorted = programs.map(rowOf).sort((a, b) => a.ratio - b.ratio);
  const shrank = sorted.filter(({change}) => change < 0).length;
  const grew = sorted.filter(({change}) => change > 0).length;
  if (shrank + grew === 0 || sorted.length < 2) return null;
  const [least, most] = [sorted[0], sorted.at(-1)!];
  const moved = `${plural(grew, 'program')} grew, ${formatGrouped(shrank, 0)} shrank`;
  return {
    name,
    kind: 'size-changes',
    title: moved,
    subtitle:
      'Change of code bytes, program by program, from the largest loss to the largest growth; the ' +
      'scale is logarithmic away from zero. The dashed line is at the middle program.',
    description:
      `${moved}, ${formatGrouped(sorted.length - shrank - grew, 0)} stayed the same; ` +
      `from ${formatChange(least.ratio)} (${least.file} ${least.program}) ` +
      `to ${formatChange(most.ratio)} (${most.file} ${most.program})`,
    rows: sorted,
    spec: (width) =>
      draw(
        sorted.map(({ratio}) => (ratio - 1) * 100),
        width,
      ),
  };
};

const rowOf = (one: SizedProgram) => ({
  file: one.file,
  program: one.program,
  before: one.before.bytes,
  after: one.after.bytes,
  change: changeOf(one),
  ratio: ratioOf(one),
});

/** Room for the axis labels at the left, in CSS pixels. */
const labelRoom = 64;

/** `percents` in order from left to right. */
const draw = (percents: readonly number[], width: number): Spec => {
  const count = percents.length;
  const height = isNarrow(width) ? 190 : 220;
  const {domain, ticks} = percentScale(percents[0], percents.at(-1)!, height);
  const x = {
    type: 'quantitative',
    scale: {domain: [0, count], nice: false},
    title: 'programs, sorted by their change',
    axis: {
      values: linearTicks(0, count, isNarrow(width) ? 3 : 6).filter(Number.isInteger),
      format: ',d',
      grid: false,
      titlePadding: 6,
    },
  };
  const y = {
    type: 'quantitative',
    scale: {type: 'symlog', constant: 1, domain, nice: false},
    title: null,
    axis: {values: ticks, labelExpr: `${signedLabel(tickFormat(ticks))} + ' %'`, minExtent: 54},
  };
  return {
    width: width - labelRoom - (isNarrow(width) ? 14 : 24),
    height,
    layer: [
      {
        data: {values: [...steps(percents, -1), ...steps(percents, 1)]},
        mark: {type: 'area', interpolate: 'step-after'},
        encoding: {
          x: {...x, field: 'at'},
          y: {...y, field: 'percent'},
          y2: {datum: 0},
          color: signColour,
        },
      },
      {
        data: {values: [{}]},
        mark: {type: 'rule', color: colour.line},
        encoding: {y: {...y, datum: 0}},
      },
      lineAt(x, count / 2, {color: colour.unsettled, strokeDash: [4, 3]}),
    ],
  };
};

/** The least distance between two axis labels, in pixels. */
const labelGap = 18;

/** The ends of the axis, which includes zero, and its labels; `height` in pixels. */
const percentScale = (least: number, most: number, height: number) => {
  const low = Math.max(0.1, -least) * 1.15;
  const high = Math.max(0.1, most) * 1.15;
  const pixels = height / (Math.log1p(low) + Math.log1p(high));
  const ticksTo = (end: number): readonly number[] => {
    const ticks = [0];
    for (let power = -1; 10 ** power <= end; power++)
      for (const tick of [1, 2, 5].map((digit) => Number(`${digit}e${power}`)))
        if (tick <= end && (Math.log1p(tick) - Math.log1p(ticks.at(-1)!)) * pixels >= labelGap)
          ticks.push(tick);
    return ticks;
  };
  const below = ticksTo(low)
    .slice(1)
    .map((tick) => -tick);
  return {domain: [-low, high], ticks: [...below.reverse(), ...ticksTo(high)]};
};

/** Where the curve of the programs of one sign takes a new height; the last point closes it. */
const steps = (percents: readonly number[], sign: 1 | -1): readonly Spec[] => {
  const first = percents.findIndex((percent) => Math.sign(percent) === sign);
  if (first < 0) return [];
  const end = percents.findLastIndex((percent) => Math.sign(percent) === sign) + 1;
  return percents
    .map((percent, at) => ({at, percent}))
    .slice(first, end)
    .filter(({at, percent}) => at === first || percent !== percents[at - 1])
    .concat({at: end, percent: percents[end - 1]})
    .map((point) => ({...point, sign: sign > 0 ? 'more' : 'less'}));
};
