// ECDF pair: the share of runs at or below each value, both sides; a gap along the whole curve is a
// shift, a late flat top is spikes.
import type {ComparisonRow, Samples, SideName} from '../../results/types.ts';
import {ecdfSteps} from '../../results/rows/ecdf-rows.ts';
import {stripRows} from '../../results/rows/strip-rows.ts';
import {logAxis} from './axis.ts';
import {displayUnit, formatCount} from './axis-format.ts';
import {liveRuns} from './live.ts';
import {colour} from './palette.ts';
import {thinRuns} from '../../results/rows/thin.ts';
import type {StripRow} from '../../results/rows/strip-rows.ts';
import type {Chart, Spec} from './types.ts';
import {isNarrow} from './types.ts';

/**
 * On a live page the runs are ticks under the curves, so that marked runs can be found: all spikes,
 * and at most this many others.
 */
const mostRug = 1200;

/** The two distributions of one event; null if no run was counted. */
export const ecdf = (
  row: ComparisonRow,
  samples: Samples,
  labels: Readonly<Record<SideName, string>>,
  name: string,
): Chart | null => {
  const all = stripRows(samples, row.event, row.spikes);
  const rows = (['before', 'after'] as const).flatMap((side) =>
    ecdfSteps(all.filter((one) => one.side === side).map((one) => one.value)).map(
      ({value, share}) => ({side, label: labels[side], value, share}),
    ),
  );
  if (rows.length === 0) return null;
  const medians =
    row.before.median === null || row.after.median === null
      ? ''
      : `: median ${formatCount(row.before.median, row.unit)} → ${formatCount(row.after.median, row.unit)}`;
  return {
    name,
    kind: 'ecdf',
    title: `${row.event}${medians}`,
    subtitle:
      'Share of runs at or below each value. A gap along the whole curve is a shift; a ' +
      'flat top that arrives late is spikes.',
    description: `Distributions of ${row.event}, ${labels.before} against ${labels.after}${medians}.`,
    rows,
    spec: (width, live = false) =>
      draw(rows, row, labels, width, live ? thinRuns(all, mostRug) : null),
  };
};

interface Step {
  readonly side: SideName;
  readonly value: number;
  readonly share: number;
}

const draw = (
  rows: readonly Step[],
  row: ComparisonRow,
  labels: Readonly<Record<SideName, string>>,
  width: number,
  rug: readonly StripRow[] | null,
): Spec => {
  const shown = displayUnit(
    row.unit,
    rows.map((one) => one.value),
  );
  const axis = logAxis(
    rows.map((one) => one.value / shown.factor),
    isNarrow(width) ? 4 : 7,
  );
  const values = rows.map((one) => ({
    ...one,
    value: one.value / shown.factor,
    name: labels[one.side],
  }));
  const x = {
    type: 'quantitative',
    scale: axis.scale,
    title: shown.unit === '' ? null : shown.unit,
    axis: {values: axis.values, format: axis.format, grid: true},
  };
  const color = {
    field: 'name',
    type: 'nominal',
    sort: null,
    scale: {domain: [labels.before, labels.after], range: [colour.before, colour.after]},
    legend: {
      symbolType: 'stroke',
      symbolStrokeWidth: 3,
      direction: isNarrow(width) ? 'vertical' : 'horizontal',
    },
  };
  const line = {
    data: {values},
    mark: {type: 'line', interpolate: 'step-after', strokeWidth: 2},
    encoding: {
      x: {...x, field: 'value'},
      y: {
        field: 'share',
        type: 'quantitative',
        scale: {domain: [0, 1]},
        title: null,
        axis: {format: '.0%', values: [0, 0.25, 0.5, 0.75, 1], minExtent: 50},
      },
      color,
      order: {field: 'share'},
    },
  };
  const size = {
    width: width - 62 - (isNarrow(width) ? 14 : 24),
    height: isNarrow(width) ? 170 : 200,
  };
  if (rug === null) return {...size, ...line};
  const ticks = rug.map((one) => ({
    run: one.run,
    value: one.value / shown.factor,
    name: labels[one.side],
    tip: {run: `${one.run} of ${labels[one.side]}`, value: formatCount(one.value, row.unit)},
  }));
  const runs = {
    data: {values: ticks},
    mark: {type: 'tick', thickness: 1.5, size: 12, y: size.height - 7},
    encoding: {
      x: {...x, field: 'value'},
      color,
      tooltip: {field: 'tip'},
      opacity: liveRuns.selectedOnly,
    },
  };
  const last = rug.reduce((most, one) => Math.max(most, one.run), 1);
  return {...size, params: liveRuns.params(last), layer: [line, runs]};
};
