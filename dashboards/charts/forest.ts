// Forest: the change of every event with its interval, the band that is too small to matter, and
// the numbers in text.
import {isClaim} from '../../results/claims.ts';
import type {Change, Comparison, ComparisonRow} from '../../results/types.ts';
import {textWidth} from './text-metrics.ts';
import {formatChange, formatGrouped, formatInterval, formatShare} from './axis-format.ts';
import {colour} from './palette.ts';
import {lineAt, rowAxis, rowFrame, widest} from './row-chart.ts';
import {fontSize} from './theme.ts';
import type {Chart, Spec} from './types.ts';
import {isSimulated} from '../tables/facts.ts';
import {changeCell, fewCounts, intervalText} from '../tables/figures.ts';
import {countVerdicts, looks} from './verdicts.ts';

/**
 * The axis is stretched near zero (symmetric log), so that 0.1 % and +2,000 % can be read in one
 * picture; in per cent.
 */
const constant = 0.5;
const rowHeight = 24;
const smallestReach = 3;
const largestReach = 1e6;
const tickCandidates = [
  0, 1, -1, 10, -10, 100, -50, 1000, -90, 10_000, 100_000, 3, -3, 30, 0.3, -0.3,
];
const tickText = (tick: number): string => formatGrouped(tick, Number.isInteger(tick) ? 0 : 1);

/** Position of a change on the stretched axis, without a unit. */
export const stretch = (percent: number): number =>
  Math.sign(percent) * Math.log1p(Math.abs(percent) / constant);

/** Measured events; null if there are none. */
export const forest = (comparison: Comparison, name = 'forest'): Chart | null =>
  chartOf(
    comparison.rows.filter((row) => !isSimulated(row.event)),
    name,
    'events changed',
    'Mark: estimated change. Line: its interval. Band: the change too small to matter. ' +
      'The scale is stretched near zero.',
  );

/**
 * Simulated counts in a separate picture, so that none is taken for a measured one; null if there
 * are none.
 */
export const simulatedForest = (comparison: Comparison, name = 'simulated'): Chart | null =>
  chartOf(
    comparison.rows.filter((row) => isSimulated(row.event)),
    name,
    'simulated counts changed',
    'Simulated, not measured: exact for this code, without an interval. Misses are those ' +
      'of the simulated caches. Equal counts are left to the table.',
  );

const chartOf = (
  source: readonly ComparisonRow[],
  name: string,
  what: string,
  subtitle: string,
): Chart | null => {
  const rows = source
    .filter((row) => row.kind !== 'exact' || row.verdict !== 'equal')
    .map(forestRow);
  if (rows.length === 0) return null;
  return {
    name,
    kind: 'forest',
    title: finding(source, what),
    subtitle,
    description: rows.map((row) => `${row.event}: ${row.verdict}, ${row.label}`).join('; '),
    rows: rows.map(({event, percent, low, high, margin, verdict}) => ({
      event,
      percent,
      low,
      high,
      margin,
      verdict,
    })),
    spec: (width, live = false) => draw(rows, width, live),
  };
};

const finding = (rows: readonly ComparisonRow[], what: string): string => {
  const changed = rows.filter(isClaim);
  if (changed.length === 0) return `0 of ${rows.length} ${what}: ${countVerdicts(rows)}`;
  const largest = [...changed].sort(
    (a, b) => Number(b.primary) - Number(a.primary) || size(b) - size(a),
  );
  const words = largest
    .slice(0, 2)
    .map((row) => (row.change === null ? row.event : `${row.event} ${forestRow(row).estimate}`));
  return (
    `${changed.length} of ${rows.length} ${what}: ` +
    `${words.join(', ')}${changed.length > words.length ? ' …' : ''}`
  );
};

const size = (row: ComparisonRow): number => Math.abs(Math.log(row.change?.ratio ?? 1)) || 0;

const percent = (ratio: number | null | undefined): number | null =>
  ratio === undefined || ratio === null || !Number.isFinite(ratio) ? null : (ratio - 1) * 100;

/** Change and interval in text: of small counts as differences, as in the table. */
const wordsOf = (row: ComparisonRow, {ratio, low, high}: Change): [string, string] => {
  if (row.kind === 'exact') return [formatChange(ratio), 'exact'];
  if (fewCounts(row) === null) return [formatChange(ratio), formatInterval(low, high)];
  const ends = intervalText(row)?.replace('..', ', ');
  return [
    changeCell(row).replace('-', '−'),
    ends === undefined ? '' : `[${ends.replaceAll('-', '−')}]`,
  ];
};

export const forestRow = (row: ComparisonRow) => {
  const change = row.change !== null && Number.isFinite(row.change.ratio) ? row.change : null;
  const [estimate, interval] = change === null ? ['', 'no ratio'] : wordsOf(row, change);
  return {
    event: row.event,
    percent: percent(change?.ratio),
    low: percent(change?.low),
    high: percent(change?.high),
    margin: row.margin * 100,
    verdict: row.verdict,
    label:
      change === null
        ? row.reason
        : `${estimate}${interval === 'exact' ? ' exactly' : `  ${interval}`}`,
    estimate,
    interval,
    right: `${change === null ? 'no ratio' : estimate}  ${row.verdict}`,
  };
};

export type ForestRow = ReturnType<typeof forestRow>;

const draw = (rows: readonly ForestRow[], width: number, live: boolean): Spec => {
  const columns = {
    estimate: widest(rows.map((row) => row.estimate)),
    interval: widest(rows.map((row) => row.interval)),
    verdict: widest(rows.map((row) => row.verdict)),
  };
  const {stacked, y, plot, drop, size, texts} = rowFrame(
    rows.map((row) => ({label: row.event, right: row.right})),
    {
      field: 'event',
      width,
      step: rowHeight,
      numbers: columns.estimate + columns.interval + columns.verdict + 46,
      edge: [0, 24],
    },
  );
  const domain = reach(rows);
  const x = {
    type: 'quantitative',
    scale: {type: 'symlog', constant, domain, nice: false},
    title: 'change, per cent',
    axis: rowAxis(spacedTicks(domain, plot), {labelExpr: tickLabel, titlePadding: 6}),
  };
  const marks = rows.map((row) => ({
    ...row,
    ...inside(row, domain),
    ...(live ? {tip: tip(row)} : {}),
  }));
  const right = plot + 18 + columns.estimate;
  const numbers = [
    textLayer(y, 'estimate', {x: right, align: 'right'}, verdictColour),
    textLayer(y, 'interval', {x: right + 12, align: 'left'}, {value: colour.muted}),
    textLayer(y, 'verdict', {x: right + 26 + columns.interval, align: 'left'}, verdictColour),
  ];
  return {
    ...size,
    data: {values: marks},
    layer: [
      {
        mark: {
          type: 'bar',
          color: colour.band,
          height: stacked ? 16 : rowHeight - 4,
          yOffset: drop,
        },
        encoding: {x: {...x, field: 'bandLow'}, x2: {field: 'bandHigh'}, y},
      },
      lineAt(x, 0),
      {
        transform: [{filter: 'datum.drawn'}],
        mark: {type: 'rule', strokeWidth: 2, strokeCap: 'round', yOffset: drop, y2Offset: drop},
        encoding: {x: {...x, field: 'from'}, x2: {field: 'to'}, y, color: verdictColour},
      },
      {
        transform: [{filter: 'datum.drawn && datum.at !== null'}],
        mark: {type: 'point', filled: true, size: 62, opacity: 1, yOffset: drop},
        encoding: {
          x: {...x, field: 'at'},
          y,
          color: verdictColour,
          shape: verdictShape,
          ...(live ? {tooltip: {field: 'tip'}} : {}),
        },
      },
      ...texts(verdictColour, numbers),
    ],
  };
};

const tip = ({event, estimate, interval, margin, verdict}: ForestRow) => ({
  event,
  change: estimate,
  interval,
  margin: `±${formatShare(margin / 100)}`,
  verdict,
});

const byVerdict = (range: readonly string[]): Spec => ({
  field: 'verdict',
  type: 'nominal',
  legend: null,
  scale: {domain: Object.keys(looks), range},
});
const verdictColour = byVerdict(Object.values(looks).map((look) => colour[look.colour]));
const verdictShape = byVerdict(Object.values(looks).map(({shape}) => shape));

const textLayer = (y: Spec, field: string, at: {x: number; align: string}, color: Spec): Spec => ({
  mark: {type: 'text', align: at.align, baseline: 'middle'},
  encoding: {y, x: {value: at.x}, text: {field}, color},
});

const tickLabel =
  "(datum.value > 0 ? '+' : datum.value < 0 ? '−' : '') + format(abs(datum.value), ',~f')";

/** Domain in per cent: all intervals, at least ±3 %, at most what a ratio can mean. */
export const reach = (rows: readonly ForestRow[]): [number, number] => {
  const values = rows
    .flatMap((row) => [row.low, row.high, row.percent])
    .filter((value): value is number => value !== null && Number.isFinite(value));
  const low = Math.min(-smallestReach, ...values);
  const high = Math.min(largestReach, Math.max(smallestReach, ...values));
  return [Math.max(-99.9, low * 1.15), high * 1.2];
};

/** The part of a row inside the domain; an unbounded interval runs to the edge. */
const inside = (row: ForestRow, [low, high]: [number, number]) => {
  const clamp = (value: number) => Math.min(high, Math.max(low, value));
  return {
    drawn: row.percent !== null,
    at: row.percent === null ? null : clamp(row.percent),
    from: clamp(row.low ?? low),
    to: clamp(row.high ?? high),
    bandLow: clamp(-row.margin),
    bandHigh: clamp(row.margin),
  };
};

/** Ticks in order of importance, as many as fit apart in the given width. */
const spacedTicks = (domain: readonly [number, number], plot: number): number[] => {
  const span = stretch(domain[1]) - stretch(domain[0]);
  const place = (value: number) => ((stretch(value) - stretch(domain[0])) / span) * plot;
  const kept: number[] = [];
  for (const tick of tickCandidates) {
    if (tick < domain[0] || tick > domain[1]) continue;
    const room = (other: number) =>
      (textWidth(`+${tickText(tick)}`, fontSize.label) +
        textWidth(`+${tickText(other)}`, fontSize.label)) /
        2 +
      10;
    if (kept.every((other) => Math.abs(place(tick) - place(other)) >= room(other))) kept.push(tick);
  }
  return kept.sort((a, b) => a - b);
};
