// The picture of a series of nights: dots that lead to their sessions, the level of each segment,
// change points with their step, and marks by letter.
import type {HistoryPoint, HistorySeries} from '../../results/history/types.ts';
import {median} from '../../results/stats/robust.ts';
import {linearAxis} from './axis.ts';
import {
  displayUnit,
  formatChange,
  formatCount,
  formatGrouped,
  magnitudes,
  plural,
} from './axis-format.ts';
import type {Letter} from './history-labels.ts';
import {dateTicks, spread} from './history-labels.ts';
import {colour} from './palette.ts';
import {dots, escapeXml, frame, group, lines, px, text} from './picture.ts';
import {fontSize} from './theme.ts';
import type {SessionLink} from './types.ts';
import {isNarrow} from './types.ts';

/**
 * Only this many of the newest nights have links, so that the page stays small; older ones are
 * dots.
 */
const mostLinks = 400;

/**
 * Intervals of single nights are drawn up to this many times the height of the axis (their median);
 * wider ones would paint the picture grey.
 */
const widestIntervals = 1;

const left = 66;
const labelRow = 13;

export const historyPicture = (
  series: HistorySeries,
  marks: readonly Letter[],
  width: number,
  link: SessionLink | null,
): string => {
  const narrow = isNarrow(width);
  const right = narrow ? 8 : 14;
  const plot = width - left - right;
  const nights = series.points.map(({night}) => night);
  const end = Math.max(1, nights.length);
  const across = (index: number): number => ((index + 0.5) / end) * plot;
  const unit = series.measure === 'ratio' ? '' : series.unit;
  const scale = scaleOf(series, unit);
  const steps = spread(
    series.changes.map(({index, ratio, after}) => ({
      index: index - 0.5,
      text: ratio === null ? formatCount(after) : formatChange(ratio),
    })),
    across,
    plot,
  );
  const flags = spread(
    marks.flatMap(({letter, nights: of}) =>
      of.flatMap((night) => {
        const index = nights.findIndex((one) => one >= night);
        return index === -1 ? [] : [{index, text: letter}];
      }),
    ),
    across,
    plot,
  );
  const top =
    6 + labelRow * (1 + Math.max(0, ...steps.map(({row}) => row))) + (scale.unit === '' ? 0 : 14);
  const height = narrow ? 190 : 230;
  const down = (value: number): number =>
    height * (1 - (clamp(value, scale.low, scale.high) - scale.low) / (scale.high - scale.low));
  const shown = [...series.points.entries()].filter(([, {value}]) => value !== null);
  const quiet = shown.filter(([, {spike}]) => !spike);
  const levels = series.segments.filter(({level}) => level !== null);
  const from = (index: number): number => across(index - 0.5);
  const ticks = dateTicks(nights, narrow ? 3 : 6);
  const body = [
    ...levels.map(({from: first, to, low, high, level}) =>
      band(from(first), from(to + 1), down(high ?? level!), down(low ?? level!)),
    ),
    lines(
      scale.ticks.map((tick) => [0, down(tick), plot, down(tick)] as const),
      `stroke="${colour.grid}"`,
    ),
    ...(scale.intervals ? intervals(quiet, across, down, scale) : []),
    lines(
      steps.map(({index}) => [across(index), 0, across(index), height] as const),
      `stroke="${colour.unsettled}" stroke-dasharray="5,3"`,
    ),
    lines(
      flags.map(({index}) => [across(index), 0, across(index), height] as const),
      `stroke="${colour.line}" stroke-dasharray="1,3"`,
    ),
    lines(
      levels.map(
        ({from: first, to, level}) =>
          [from(first), down(level!), from(to + 1), down(level!)] as const,
      ),
      `stroke="${colour.less}" stroke-width="2"`,
    ),
    ...nightDots(
      series,
      quiet,
      narrow,
      (index, point) => [across(index), down(point.value!)],
      link,
    ),
    ...shown
      .filter(([, {spike}]) => spike)
      .map(([index, point]) =>
        linked(
          `<path fill="${colour.more}" ` +
            `d="${triangle(across(index), down(point.value!), point.value! > scale.high)}">` +
            `<title>${escapeXml(tip(series, point))}</title></path>`,
          link?.(point.session) ?? null,
        ),
      ),
    `<path fill="none" stroke="${colour.line}" d="M0,${height}H${px(plot)}"/>`,
    group(
      `fill="${colour.muted}" font-size="${fontSize.note}"`,
      flags.map((flag) => text(flag.px, height - 4 - 12 * flag.row, flag.text)),
    ),
    group(
      `fill="${colour.unsettled}" font-size="${fontSize.note}"`,
      steps.map((step) => text(step.px, -4 - labelRow * step.row, step.text)),
    ),
    group(`fill="${colour.ink}" font-size="${fontSize.label}"`, [
      ...scale.ticks.map((tick) => text(-8, down(tick) + 4, scale.label(tick), 'end')),
      ...ticks.map((index) => {
        const edge =
          index === 0 && ticks.length > 1
            ? 'start'
            : index === nights.length - 1 && ticks.length > 1
              ? 'end'
              : 'middle';
        const at = edge === 'start' ? 0 : edge === 'end' ? plot : across(index);
        return text(at, height + 18, nights[index], edge);
      }),
    ]),
  ];
  return frame(width, top + height + 26, [
    scale.unit === ''
      ? ''
      : `<g fill="${colour.muted}" font-size="${fontSize.note}">${text(left, 11, scale.unit, 'start')}</g>`,
    group(`transform="translate(${left},${top})"`, body),
  ]);
};

interface Scale {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  readonly label: (tick: number) => string;
  readonly unit: string;
  /** Whether intervals of single nights fit into the picture. */
  readonly intervals: boolean;
}

/** The axis holds nights that do not stand out, and levels; what lies beyond is drawn at its edge. */
const scaleOf = (series: HistorySeries, unit: string): Scale => {
  const values = series.points.flatMap(({value, spike}) =>
    value === null || spike ? [] : [value],
  );
  const all = values.length > 0 ? values : series.points.flatMap(({value}) => value ?? []);
  const levels = series.segments.flatMap(({level}) => level ?? []);
  const axis = linearAxis([...all, ...levels], 5);
  const [low, high] = axis.scale['domain'] as [number, number];
  const shown = displayUnit(unit, all);
  const ticks = axis.values.filter((tick) => tick >= low && tick <= high);
  return {
    low,
    high,
    ticks,
    label: series.measure === 'ratio' ? formatChange : tickLabels(ticks, shown.factor),
    unit: shown.unit,
    intervals: widthsOf(series) <= widestIntervals * (high - low),
  };
};

/** The median width of the nights' intervals. */
const widthsOf = ({points}: HistorySeries): number => {
  const widths = points.flatMap(({low, high}) =>
    low === null || high === null ? [] : [high - low],
  );
  return widths.length === 0 ? 0 : median(widths);
};

/** True if the picture leaves out the intervals of single nights. */
export const leavesOutIntervals = (series: HistorySeries): boolean =>
  !scaleOf(series, series.measure === 'ratio' ? '' : series.unit).intervals;

const tickLabels = (ticks: readonly number[], factor: number): ((tick: number) => string) => {
  const scaled = ticks.map((tick) => tick / factor);
  const largest = Math.max(...scaled.map(Math.abs), 0);
  const [size, letter] =
    largest < 1e5
      ? ([1, ''] as const)
      : (magnitudes.find(([limit]) => largest >= limit) ?? ([1e3, 'k'] as const));
  const gap = scaled.length < 2 ? largest || 1 : Math.abs(scaled[1] - scaled[0]);
  const places = Math.max(0, Math.min(9, -Math.floor(Math.log10(gap / size) + 1e-9)));
  return (tick) => `${formatGrouped(tick / factor / size, places)}${letter}`.replace('-', '−');
};

const clamp = (value: number, low: number, high: number): number =>
  Math.min(high, Math.max(low, value));

const band = (x1: number, x2: number, y1: number, y2: number): string =>
  `<rect x="${px(x1)}" y="${px(y1)}" width="${px(x2 - x1)}" height="${px(y2 - y1)}" fill="${colour.band}"/>`;

type Night = readonly [number, HistoryPoint];

/** Lines; each that continues beyond the axis ends in an arrow. */
const intervals = (
  nights: readonly Night[],
  across: (index: number) => number,
  down: (value: number) => number,
  {low: least, high: most}: Scale,
): string[] => {
  const known = nights.filter(([, {low, high}]) => low !== null && high !== null);
  const arrows = known.flatMap(([index, {low, high}]) => [
    ...(high! > most ? [`M${px(across(index))},0l-2,4h4z`] : []),
    ...(low! < least ? [`M${px(across(index))},${px(down(least))}l-2,-4h4z`] : []),
  ]);
  return [
    lines(
      known.map(
        ([index, {low, high}]) => [across(index), down(high!), across(index), down(low!)] as const,
      ),
      `stroke="${colour.grid}" stroke-width="1.5"`,
    ),
    arrows.length === 0 ? '' : `<path fill="${colour.line}" d="${arrows.join('')}"/>`,
  ];
};

/** On a wide screen the newest are links with their night and value. */
const nightDots = (
  series: HistorySeries,
  nights: readonly Night[],
  narrow: boolean,
  place: (index: number, point: HistoryPoint) => readonly [number, number],
  link: SessionLink | null,
): string[] => {
  const plain = narrow ? nights : nights.slice(0, -mostLinks);
  const named = narrow ? [] : nights.slice(-mostLinks);
  return [
    dots(
      plain.map(([index, point]) => place(index, point)),
      2.2,
      `stroke="${colour.after}" opacity="0.8"`,
    ),
    group(
      `fill="${colour.after}" opacity="0.8"`,
      named.map(([index, point]) => {
        const [x, y] = place(index, point);
        return linked(
          `<circle cx="${px(x)}" cy="${px(y)}" r="2.2">` +
            `<title>${escapeXml(tip(series, point))}</title></circle>`,
          link?.(point.session) ?? null,
        );
      }),
    ),
  ];
};

const linked = (mark: string, address: string | null): string =>
  address === null ? mark : `<a href="${escapeXml(address)}">${mark}</a>`;

const triangle = (x: number, y: number, above: boolean): string =>
  `M${px(x)},${px(above ? 0 : y - 5)}l4.5,8h-9z`;

const tip = (series: HistorySeries, point: HistoryPoint): string => {
  const value =
    series.measure === 'ratio'
      ? formatChange(point.value!)
      : formatCount(point.value!, series.unit);
  const spikes =
    point.spikes === null || point.spikes === 0 || point.runs === null
      ? ''
      : `, ${point.spikes} of ${plural(point.runs, 'run')} spike`;
  return `${point.night}: ${value}${spikes}`;
};
