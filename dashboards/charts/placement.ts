// Placement sweep: what an event cost against the address of the image, by offset in the cache line
// and in the page.
import type {ComparisonRow, Samples, Session} from '../../results/types.ts';
import {placementRows} from '../../results/rows/placement-rows.ts';
import type {PlacementRow} from '../../results/rows/placement-rows.ts';
import {linearAxis} from './axis.ts';
import {displayUnit, formatCount, formatShare, plural} from './axis-format.ts';
import {liveRuns} from './live.ts';
import {labelRoom, offsetAxis, offsetPanels} from './offset-panels.ts';
import {colour} from './palette.ts';
import {fontSize} from './theme.ts';
import type {Chart, Spec} from './types.ts';
import {sideNames} from './verdicts.ts';

/** Null if fewer than three placements were tried. */
export const placementSweep = (
  row: ComparisonRow,
  session: Session,
  samples: Samples,
  name: string,
): Chart | null => {
  const rows = placementRows(session, samples, row.event);
  if (new Set(rows.map((one) => one.placement)).size < 3) return null;
  const labels = sideNames(session.before, session.after);
  const share = session.comparison?.placement?.find((one) => one.event === row.event);
  const [lowest, highest] = [
    rows.reduce((a, b) => (b.value < a.value ? b : a)),
    rows.reduce((a, b) => (b.value > a.value ? b : a)),
  ];
  return {
    name,
    kind: 'placement',
    title:
      share === undefined
        ? `${row.event} at ${plural(rows.length, 'placement')}`
        : `Placement explains ${formatShare(share.share)} of the variance of ${row.event} ` +
          `(${formatShare(share.low)} to ${formatShare(share.high)})`,
    subtitle:
      `Median of the runs at each of ${plural(rows.length, 'placement')}, by where ` +
      `${rows[0].symbol} started.`,
    description:
      `${row.event}: lowest ${formatCount(lowest.value, row.unit)} at ${lowest.text} (line ` +
      `${lowest.line}, page ${lowest.page}), highest ` +
      `${formatCount(highest.value, row.unit)} at ${highest.text} (line ${highest.line}, ` +
      `page ${highest.page}).`,
    rows: rows.map((one) => ({...one})),
    spec: (width, live = false) => draw(rows, row.unit, labels, width, live),
  };
};

const draw = (
  rows: readonly PlacementRow[],
  unit: string,
  labels: {before: string; after: string},
  width: number,
  live: boolean,
): Spec => {
  const shown = displayUnit(
    unit,
    rows.map((row) => row.value),
  );
  const axis = linearAxis(
    rows.map((row) => row.value / shown.factor),
    5,
  );
  const values = rows.map((row) => ({
    ...row,
    value: row.value / shown.factor,
    name: labels[row.side],
    ...(live ? {run: row.firstRun, tip: tip(row, unit)} : {}),
  }));
  const last = rows.reduce((most, row) => Math.max(most, row.lastRun), 1);
  const domain = [labels.before, labels.after];
  const sides = (range: readonly string[]) => ({
    field: 'name',
    type: 'nominal',
    scale: {domain, range},
    legend: {},
  });
  const panels = offsetPanels(width, (panel, i) => ({
    mark: {type: 'point', filled: true, size: 46, opacity: 0.9},
    encoding: {
      x: offsetAxis(panel.space, panel),
      y: {
        field: 'value',
        type: 'quantitative',
        scale: axis.scale,
        title: null,
        axis: {values: axis.values, format: axis.format, minExtent: labelRoom - 10},
      },
      color: sides([colour.before, colour.after]),
      shape: sides(['circle', 'diamond']),
      ...(live ? {tooltip: {field: 'tip'}, opacity: liveRuns.overlapOpacity} : {}),
    },
    ...(i === 0 && shown.unit !== '' ? {title: unitTitle(shown.unit)} : {}),
  }));
  return {...(live ? {params: liveRuns.params(last)} : {}), data: {values}, ...panels};
};

const unitTitle = (unit: string) => ({
  text: unit,
  anchor: 'start',
  fontSize: fontSize.note,
  fontWeight: 'normal',
  color: colour.muted,
  offset: 4,
});

const tip = (row: PlacementRow, unit: string): Readonly<Record<string, string>> => ({
  placement: `${row.placement}, ${row.text}`,
  median: formatCount(row.value, unit),
  runs: row.firstRun === row.lastRun ? String(row.firstRun) : `${row.firstRun} to ${row.lastRun}`,
  line: `offset ${row.line}`,
  page: `offset ${row.page}`,
});
