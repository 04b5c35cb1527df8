// Placement sweep: what an event cost against where the image lay, by offset in the cache line and in the page.
import type {ComparisonRow, Samples, Session} from '../../results/types.ts';
import {placementRows} from '../../results/rows/placement.ts';
import type {PlacementRow} from '../../results/rows/placement.ts';
import {linearAxis} from './axis.ts';
import {formatCount, formatShare, plural} from './format.ts';
import {colour} from './palette.ts';
import {fontSize} from './theme.ts';
import type {Chart, Spec} from './types.ts';
import {isNarrow} from './types.ts';

/** Null where fewer than three placements were tried. */
export const placementSweep = (row: ComparisonRow, session: Session, samples: Samples, name: string): Chart | null => {
  const rows = placementRows(session, samples, row.event);
  if (new Set(rows.map((one) => one.placement)).size < 3) return null;
  const labels = {before: session.before.label, after: session.after?.label ?? 'after'};
  const share = session.comparison?.placement?.find((one) => one.event === row.event);
  const [lowest, highest] = [rows.reduce((a, b) => (b.value < a.value ? b : a)), rows.reduce((a, b) => (b.value > a.value ? b : a))];
  return {
    name,
    kind: 'placement',
    title: share === undefined ? `${row.event} at ${plural(rows.length, 'placement')}`
      : `Placement explains ${formatShare(share.share)} of the variance of ${row.event} (${formatShare(share.low)} to ${formatShare(share.high)})`,
    subtitle: `Median of the runs at each of ${plural(rows.length, 'placement')}, by where ${rows[0].symbol} started.`,
    description: `${row.event}: lowest ${formatCount(lowest.value, row.unit)} at ${lowest.text} (line ${lowest.line}, page ${lowest.page}), highest ${formatCount(highest.value, row.unit)} at ${highest.text} (line ${highest.line}, page ${highest.page}).`,
    rows: rows.map((one) => ({...one})),
    spec: (width) => draw(rows, row.unit, labels, width),
  };
};

const panels = [
  {field: 'line', size: 64, values: [0, 16, 32, 48, 64], title: 'offset in the cache line, bytes'},
  {field: 'page', size: 4096, values: [0, 1024, 2048, 3072, 4096], title: 'offset in the page, bytes'},
] as const;

const draw = (rows: readonly PlacementRow[], unit: string, labels: {before: string; after: string}, width: number): Spec => {
  const narrow = isNarrow(width);
  const axis = linearAxis(rows.map((row) => row.value), 5);
  const left = 62;
  const both = [labels.before, labels.after === labels.before ? `${labels.after} (after)` : labels.after];
  const values = rows.map((row) => ({...row, name: row.side === 'before' ? both[0] : both[1]}));
  const plot = narrow ? width - left - 20 : Math.floor((width - 2 * left - 50) / 2);
  const views = panels.map((panel, i) => ({
    width: plot,
    height: 170,
    mark: {type: 'point', filled: true, size: 46, opacity: 0.9},
    encoding: {
      x: {field: panel.field, type: 'quantitative', scale: {domain: [0, panel.size], nice: false}, title: panel.title, axis: {values: panel.values, format: ',d', grid: false}},
      y: {field: 'value', type: 'quantitative', scale: axis.scale, title: null, axis: {values: axis.values, format: axis.format, minExtent: left - 10}},
      color: {field: 'name', type: 'nominal', scale: {domain: both, range: [colour.before, colour.after]}, legend: {}},
      shape: {field: 'name', type: 'nominal', scale: {domain: both, range: ['circle', 'diamond']}, legend: {}},
    },
    ...(i === 0 && unit !== '' ? {title: {text: unit, anchor: 'start', fontSize: fontSize.note, fontWeight: 'normal', color: colour.muted, offset: 4}} : {}),
  }));
  return {data: {values}, spacing: 26, [narrow ? 'vconcat' : 'hconcat']: views};
};
