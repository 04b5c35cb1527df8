// Run strip: every run of one event in execution order, one lane per side, on a log axis; spikes
// are marked and named.
import type {ComparisonRow, Samples, SideName} from '../../results/types.ts';
import {stripRows} from '../../results/rows/strip-rows.ts';
import type {StripRow} from '../../results/rows/strip-rows.ts';
import {thinRuns} from '../../results/rows/thin.ts';
import {textWidth} from './text-metrics.ts';
import {logAxis} from './axis.ts';
import {displayUnit, formatCount, formatGrouped, plural} from './axis-format.ts';
import {liveRuns} from './live.ts';
import {colour} from './palette.ts';
import {fontSize} from './theme.ts';
import type {Chart, Spec} from './types.ts';
import {isNarrow} from './types.ts';

/** Above this many runs without a spike, some are left out of the picture. */
const mostPoints = 2400;
/**
 * This many of a lane's largest spikes are named in the picture; the table next to it has all of
 * them.
 */
const mostNames = 4;
/** Height of a name as a share of the lane's height. */
const nameHeight = 0.12;

/** What a strip needs to know of an event besides its runs. */
export type StripEvent = Pick<ComparisonRow, 'event' | 'unit' | 'spikes'>;

/**
 * The strip of one event; null if no run was counted. `labels` name the sides as the page does.
 */
export const strip = (
  row: StripEvent,
  samples: Samples,
  labels: Readonly<Record<SideName, string>>,
  name: string,
): Chart | null => {
  const all = stripRows(samples, row.event, row.spikes);
  if (all.length === 0) return null;
  const thinned = thinRuns(all, mostPoints);
  const note =
    thinned.length < all.length
      ? ` ${formatGrouped(all.length, 0)} runs, thinned for the picture; every spike is kept.`
      : '';
  return {
    name,
    kind: 'strip',
    title: finding(row, all, labels),
    subtitle: `Every run in execution order, log scale; triangles are spikes.${note}`,
    description: describe(row, all, labels),
    rows: all.map((one) => ({...one})),
    spec: (width, live = false) => draw(row, thinned, labels, width, live),
  };
};

const sides: readonly SideName[] = ['before', 'after'];

const finding = (
  row: StripEvent,
  all: readonly StripRow[],
  labels: Readonly<Record<SideName, string>>,
): string => {
  const counts = sides
    .filter((side) => all.some((one) => one.side === side))
    .map((side) => {
      const own = all.filter((one) => one.side === side);
      const spikes = own.filter((one) => one.spike).length;
      return (
        `${spikes === 0 ? 'no spikes' : plural(spikes, 'spike')} in ` +
        `${plural(own.length, 'run')} of ${labels[side]}`
      );
    });
  return all.some((one) => one.spike)
    ? `${row.event}: ${counts.join(', ')}`
    : `${row.event}: no spikes in ${plural(all.length, 'run')}`;
};

const describe = (
  row: StripEvent,
  all: readonly StripRow[],
  labels: Readonly<Record<SideName, string>>,
): string => {
  const spikes = all
    .filter((one) => one.spike)
    .map(
      (one) =>
        `${labels[one.side]} run ${one.run} at ` +
        `${formatCount(one.value, row.unit)}` +
        `${one.times === null ? '' : `, ${formatCount(one.times)} times the median`}`,
    );
  const shown = spikes.slice(0, 10);
  const rest = spikes.length - shown.length;
  return (
    `${finding(row, all, labels)}.` +
    `${shown.length === 0 ? '' : ` ${shown.join('; ')}${rest > 0 ? `; and ${rest} others` : ''}.`}`
  );
};

/** What both lanes of a strip share. */
interface Lanes {
  readonly event: StripEvent;
  readonly labels: Readonly<Record<SideName, string>>;
  readonly live: boolean;
  readonly x: Spec & {readonly axis: Spec};
  readonly y: Spec;
  readonly plot: number;
  /** The largest run number of either side. */
  readonly last: number;
  /** The unit of the axis, and what values are divided by. */
  readonly shown: ReturnType<typeof displayUnit>;
}

const draw = (
  event: StripEvent,
  rows: readonly StripRow[],
  labels: Readonly<Record<SideName, string>>,
  width: number,
  live: boolean,
): Spec => {
  const shown = displayUnit(
    event.unit,
    rows.map((row) => row.value),
  );
  const axis = logAxis(
    rows.map((row) => row.value / shown.factor),
    4,
  );
  const present = sides.filter((side) => rows.some((row) => row.side === side));
  const left = 58;
  const plot = width - left - (isNarrow(width) ? 12 : 16);
  const last = rows.reduce((most, row) => Math.max(most, row.run), 1);
  const x = {
    type: 'quantitative',
    scale: {domain: live ? liveRuns.domain : [0.5, last + 0.5], nice: false},
    axis: {grid: false, format: ',d', tickCount: isNarrow(width) ? 4 : 8, tickMinStep: 1},
    title: null,
  };
  const y = {
    type: 'quantitative',
    scale: axis.scale,
    title: null,
    axis: {values: axis.values, format: axis.format, minExtent: left - 8, maxExtent: left - 8},
  };
  const lanes: Lanes = {event, labels, live, x, y, plot, last, shown};
  return {
    spacing: 26,
    ...(live ? {params: liveRuns.params(last)} : {}),
    vconcat: present.map((side) =>
      lane(
        side,
        rows.filter((row) => row.side === side),
        side === present.at(-1),
        lanes,
      ),
    ),
  };
};

/** The runs of one side; only the lowest lane has the numbers of runs below it. */
const lane = (side: SideName, own: readonly StripRow[], lowest: boolean, lanes: Lanes): Spec => {
  const {event, labels, live, x, y, plot, shown} = lanes;
  const points = own.map((row) => ({
    run: row.run,
    value: row.value / shown.factor,
    spike: row.spike,
    ...(live ? {tip: tip(row, event.unit, labels[side])} : {}),
  }));
  const reaction = live ? {tooltip: {field: 'tip'}, opacity: liveRuns.opacity} : {};
  return {
    width: plot,
    height: 104,
    title: {
      text: `${labels[side]}${shown.unit === '' ? '' : `, ${shown.unit}`}`,
      anchor: 'start',
      frame: 'group',
      fontSize: fontSize.label,
      fontWeight: 600,
      offset: 6,
    },
    layer: [
      ...(live
        ? [{...liveRuns.band, encoding: {x: {...x, field: 'bandFrom'}, x2: {field: 'bandTo'}}}]
        : []),
      {
        data: {values: points.filter((row) => !row.spike)},
        mark: {
          type: 'circle',
          clip: live,
          size: own.length > 600 ? 6 : own.length > 120 ? 12 : 24,
          color: colour[side],
          opacity: 0.85,
        },
        encoding: {
          x: {...x, field: 'run', axis: {...x.axis, labels: lowest, ticks: lowest}},
          y: {...y, field: 'value'},
          ...reaction,
        },
      },
      {
        data: {values: points.filter((row) => row.spike)},
        mark: {
          type: 'point',
          shape: 'triangle-up',
          filled: true,
          clip: live,
          size: 64,
          color: colour.more,
          opacity: 1,
        },
        encoding: {x: {...x, field: 'run'}, y: {...y, field: 'value'}, ...reaction},
      },
      spikeNames(own, lanes),
    ],
  };
};

const spikeNames = (own: readonly StripRow[], {live, x, y, plot, last, shown}: Lanes): Spec => ({
  data: {
    values: named(own, plot, last).map((name) => ({...name, value: name.value / shown.factor})),
  },
  mark: {
    type: 'text',
    fontSize: fontSize.note,
    color: colour.more,
    baseline: 'middle',
    clip: live,
    align: {expr: "datum.leftwards ? 'right' : 'left'"},
    dx: {expr: 'datum.leftwards ? -9 : 9'},
  },
  encoding: {x: {...x, field: 'run'}, y: {...y, field: 'value'}, text: {field: 'text'}},
});

const tip = (row: StripRow, unit: string, label: string): Readonly<Record<string, string>> => ({
  run: `${row.run} of ${label}`,
  value: formatCount(row.value, unit),
  ...(row.times === null ? {} : {spike: `${formatCount(row.times)} times the median`}),
  ...(row.elapsedNs === null ? {} : {time: formatCount(row.elapsedNs, 'ns')}),
  ...(row.placement === null ? {} : {placement: String(row.placement)}),
  quad: String(row.quad),
});

/**
 * Names of the largest spikes, if they overlap neither one another nor other spikes; a name near
 * the right edge is left of its mark.
 */
const named = (rows: readonly StripRow[], plot: number, last: number) => {
  const taken: {from: number; to: number}[] = [];
  const spikes = rows.filter((row) => row.spike);
  const logs = rows.filter((row) => row.value > 0).map((row) => Math.log(row.value));
  const tall =
    (logs.reduce((a, b) => Math.max(a, b), -Infinity) -
      logs.reduce((a, b) => Math.min(a, b), Infinity)) *
    nameHeight;
  return spikes
    .sort((a, b) => b.value - a.value)
    .flatMap((row) => {
      const times = row.times === null ? '' : ` ×${formatTimes(row.times)}`;
      const text = `run ${row.run}${times}`;
      const width = textWidth(text, fontSize.note) + 20;
      const at = ((row.run - 0.5) / last) * plot;
      const leftwards = at + width > plot;
      const place = leftwards ? {from: at - width, to: at + 8} : {from: at - 8, to: at + width};
      if (
        taken.length >= mostNames ||
        taken.some((other) => other.from < place.to && place.from < other.to)
      )
        return [];
      const inWay = (other: StripRow): boolean =>
        other !== row &&
        Math.abs(Math.log(other.value / row.value)) < tall &&
        place.from < ((other.run - 0.5) / last) * plot &&
        ((other.run - 0.5) / last) * plot < place.to;
      if (spikes.some(inWay)) return [];
      taken.push(place);
      return [{text, run: row.run, value: row.value, leftwards}];
    });
};

const formatTimes = (times: number): string => formatGrouped(times, times >= 100 ? 0 : 1);
