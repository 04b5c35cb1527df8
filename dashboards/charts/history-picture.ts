// The picture of a series of nights: dots that lead to their sessions, the level of each segment,
// change points with their step, and marks by letter.
import type {HistoryPoint, HistorySeries} from '../../results/history/types.ts';
import {formatChange, formatCount, plural} from './axis-format.ts';
import type {Letter} from './history-labels.ts';
import {dateTicks} from './history-labels.ts';
import type {Placed, Room, Scale} from './history-layout.ts';
import {labelRow, layoutOf, left} from './history-layout.ts';
import {colour} from './palette.ts';
import {dots, escapeXml, frame, group, lines, px, text} from './picture.ts';
import {fontSize} from './theme.ts';
import type {SessionLink} from './types.ts';

/**
 * Only this many of the newest nights have links, so that the page stays small; older ones are
 * dots.
 */
const mostLinks = 400;

export const historyPicture = (
  series: HistorySeries,
  marks: readonly Letter[],
  width: number,
  link: SessionLink | null,
): string => {
  const room = layoutOf(series, marks, width);
  const {scale, plot, height, across, down} = room;
  const shown = [...series.points.entries()].filter(([, {value}]) => value !== null);
  const quiet = shown.filter(([, {spike}]) => !spike);
  const spikes = shown.filter(([, {spike}]) => spike);
  const body = [
    ...levelBands(series, room),
    lines(
      scale.ticks.map((tick) => [0, down(tick), plot, down(tick)] as const),
      `stroke="${colour.grid}"`,
    ),
    ...(scale.intervals ? intervals(quiet, across, down, scale) : []),
    upright(room.steps, room, `stroke="${colour.unsettled}" stroke-dasharray="5,3"`),
    upright(room.flags, room, `stroke="${colour.line}" stroke-dasharray="1,3"`),
    levelLines(series, room),
    ...nightDots(
      series,
      quiet,
      room.narrow,
      (index, point) => [across(index), down(point.value!)],
      link,
    ),
    ...spikes.map((night) => spikeMark(series, night, room, link)),
    `<path fill="none" stroke="${colour.line}" d="M0,${height}H${px(plot)}"/>`,
    ...labels(room),
  ];
  return frame(width, room.top + height + 26, [
    scale.unit === ''
      ? ''
      : `<g fill="${colour.muted}" font-size="${fontSize.note}">${text(left, 11, scale.unit, 'start')}</g>`,
    group(`transform="translate(${left},${room.top})"`, body),
  ]);
};

/** Segments that have a level, with the edges of their first and last night. */
const leveled = ({segments}: HistorySeries, {across}: Room) =>
  segments.flatMap(({from, to, low, high, level}) =>
    level === null
      ? []
      : [
          {
            x1: across(from - 0.5),
            x2: across(to + 0.5),
            level,
            low: low ?? level,
            high: high ?? level,
          },
        ],
  );

const levelBands = (series: HistorySeries, room: Room): string[] =>
  leveled(series, room).map(({x1, x2, low, high}) => band(x1, x2, room.down(high), room.down(low)));

const levelLines = (series: HistorySeries, room: Room): string =>
  lines(
    leveled(series, room).map(
      ({x1, x2, level}) => [x1, room.down(level), x2, room.down(level)] as const,
    ),
    `stroke="${colour.less}" stroke-width="2"`,
  );

/** Lines from top to bottom. */
const upright = (at: readonly Placed[], {across, height}: Room, style: string): string =>
  lines(
    at.map(({index}) => [across(index), 0, across(index), height] as const),
    style,
  );

const spikeMark = (
  series: HistorySeries,
  [index, point]: Night,
  {across, down, scale}: Room,
  link: SessionLink | null,
): string =>
  linked(
    `<path fill="${colour.more}" ` +
      `d="${triangle(across(index), down(point.value!), point.value! > scale.high)}">` +
      `<title>${escapeXml(tip(series, point))}</title></path>`,
    link?.(point.session) ?? null,
  );

/** Letters of marks, steps of change points, and both axes. */
const labels = ({
  flags,
  steps,
  scale,
  nights,
  narrow,
  height,
  plot,
  across,
  down,
}: Room): string[] => {
  const ticks = dateTicks(nights, narrow ? 3 : 6);
  const last = nights.length - 1;
  const date = (index: number): string => {
    if (ticks.length > 1 && index === 0) return text(0, height + 18, nights[index], 'start');
    if (ticks.length > 1 && index === last) return text(plot, height + 18, nights[index], 'end');
    return text(across(index), height + 18, nights[index], 'middle');
  };
  return [
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
      ...ticks.map(date),
    ]),
  ];
};

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
