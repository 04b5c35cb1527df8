// The change by the address of the code, from slices: at each offset in the cache line and in the
// page, averaged over the placements of the other side's code.
import type {Comparison, OffsetChange} from '../../results/types.ts';
import {linearAxis} from './axis.ts';
import {formatChange, plural} from './axis-format.ts';
import {labelRoom, offsetAxis, offsetPanels} from './offset-panels.ts';
import {colour} from './palette.ts';
import type {Chart, Spec} from './types.ts';
import {sideNames} from './verdicts.ts';

/** Null without slices, or if too few placements were tried. */
export const placementOffsets = (comparison: Comparison, name = 'placements'): Chart | null => {
  const {slices} = comparison;
  if (slices === undefined || slices.byOffset.length < 8) return null;
  const {spread, overPlacements, placements, byOffset} = slices;
  const labels = sideNames(comparison.before, comparison.after);
  const [lowest, highest] = [
    byOffset.reduce((a, b) => (b.change.ratio < a.change.ratio ? b : a)),
    byOffset.reduce((a, b) => (b.change.ratio > a.change.ratio ? b : a)),
  ];
  const where = (one: OffsetChange): string =>
    `${formatChange(one.change.ratio)} with ${labels[one.side]} at byte ${one.offset} of its ${one.space}`;
  return {
    name,
    kind: 'placement',
    title:
      `${formatChange(overPlacements.ratio)} over ${plural(placements, 'placement')}; ` +
      (spread.against === 0
        ? 'none of them shows the opposite'
        : `${plural(spread.against, 'placement')} ${spread.against === 1 ? 'shows' : 'show'} the opposite`),
    subtitle:
      "Change of the time per execution by the address of one side's entry program, averaged over " +
      "the other's; bars are 95 % intervals.",
    description:
      `Change by placement: single placements from ${formatChange(spread.best)} to ` +
      `${formatChange(spread.worst)}; on average lowest ${where(lowest)}, highest ${where(highest)}.`,
    rows: byOffset.map(({change, ...one}) => ({
      ...one,
      ratio: change.ratio,
      low: change.low,
      high: change.high,
    })),
    spec: (width) => draw(byOffset, labels, width),
  };
};

const percent = (ratio: number): number => 100 * (ratio - 1);

const draw = (
  rows: readonly OffsetChange[],
  labels: {readonly before: string; readonly after: string},
  width: number,
): Spec => {
  const axis = linearAxis([
    0,
    ...rows.flatMap(({change}) => [percent(change.low), percent(change.high)]),
  ]);
  const names = [`${labels.before} is there`, `${labels.after} is there`];
  const values = rows.map(({side, space, offset, placements, change}) => ({
    space,
    offset,
    placements,
    name: names[side === 'before' ? 0 : 1],
    change: percent(change.ratio),
    low: percent(change.low),
    high: percent(change.high),
  }));
  const y = {
    field: 'change',
    type: 'quantitative',
    scale: axis.scale,
    title: null,
    axis: {values: axis.values, format: axis.format, minExtent: labelRoom - 10},
  };
  const color = {
    field: 'name',
    type: 'nominal',
    scale: {domain: names, range: [colour.before, colour.after]},
    legend: {},
  };
  const panels = offsetPanels(width, (panel) => ({
    transform: [{filter: `datum.space === '${panel.space}'`}],
    title: {text: 'change, %', anchor: 'start', fontWeight: 'normal', color: colour.muted},
    encoding: {x: offsetAxis('offset', panel), color},
    layer: [
      {
        data: {values: [{zero: 0}]},
        mark: {type: 'rule', strokeDash: [4, 3]},
        encoding: {
          x: null,
          y: {field: 'zero', type: 'quantitative', scale: axis.scale},
          color: {value: colour.muted},
        },
      },
      {
        mark: {type: 'rule', opacity: 0.55},
        encoding: {y: {...y, field: 'low'}, y2: {field: 'high'}},
      },
      {mark: {type: 'point', filled: true, size: 40}, encoding: {y}},
    ],
  }));
  return {data: {values}, ...panels};
};
