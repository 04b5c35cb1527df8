// History: one point a night, the level and interval of each stretch, change points with their
// step, spikes, and marks by letter.
import type {HistorySeries} from '../../results/history/types.ts';
import {linearAxis} from './axis.ts';
import {displayUnit, formatChange, formatCount, plural} from './axis-format.ts';
import type {Letter} from './history-labels.ts';
import {dateTicks, letters, spread} from './history-labels.ts';
import {colour} from './palette.ts';
import {fontSize} from './theme.ts';
import type {Chart, Spec} from './types.ts';
import {isNarrow} from './types.ts';

/** Null if no night has a value. `rule` says how a change point is called. */
export const history = (series: HistorySeries, rule: string, name = 'history'): Chart | null => {
  if (series.points.every((point) => point.value === null)) return null;
  const marks = letters(series.marks);
  const counted = series.points.filter((point) => point.value !== null).length;
  const last = series.changes.at(-1);
  const measure =
    series.measure === 'ratio'
      ? `${series.event}, ${series.side}`
      : `${series.event} of ${series.side}`;
  return {
    name,
    kind: 'history',
    title: `${series.workload}, ${measure}: ${
      last === undefined
        ? `no change point in ${plural(counted, 'night')}`
        : `${plural(series.changes.length, 'change point')} in ${plural(counted, 'night')}, ` +
          `the last on ` +
          `${last.night}${last.ratio === null ? '' : ` (${formatChange(last.ratio)})`}`
    }`,
    subtitle:
      `Dot: a night, grey its interval. Line and band: level of a stretch with its ` +
      `interval. Triangle: a night that stands out, excluded. Dashed: change point. ` +
      `${rule}`,
    description:
      `${series.key}. ${describeChanges(series)} ${marks.map((mark) => mark.text).join('; ')}`.trim(),
    notes: marks.map((mark) => mark.text),
    rows: series.points.map(({night, session, value, low, high, spikes, runs, spike}, index) => ({
      night,
      session,
      value,
      low,
      high,
      spikes,
      runs,
      spike,
      level:
        series.stretches.find((stretch) => index >= stretch.from && index <= stretch.to)?.level ??
        null,
      changePoint: series.changes.some((change) => change.index === index),
    })),
    spec: (width, live = false) => draw(series, marks, width, live),
  };
};

const describeChanges = (series: HistorySeries): string =>
  series.changes.length === 0
    ? 'No change point.'
    : `Change points: ` +
      `${series.changes
        .map(
          (change) =>
            `${change.night}, ${formatCount(change.before, unit(series))} to ` +
            `${formatCount(change.after, unit(series))}`,
        )
        .join('; ')}.`;

const unit = (series: HistorySeries): string => (series.measure === 'ratio' ? '' : series.unit);

const draw = (
  series: HistorySeries,
  marks: readonly Letter[],
  width: number,
  live: boolean,
): Spec => {
  const narrow = isNarrow(width);
  const nights = series.points.map((point) => point.night);
  const shown = displayUnit(
    unit(series),
    series.points.map((point) => point.value ?? 0),
  );
  const scaled = (value: number) => value / shown.factor;
  const values = series.points.flatMap((point, index) =>
    point.value === null
      ? []
      : [
          {
            index,
            value: scaled(point.value),
            low: scaled(point.low ?? point.value),
            high: scaled(point.high ?? point.value),
            spike: point.spike,
          },
        ],
  );
  const levels = series.stretches.flatMap((stretch) =>
    stretch.level === null
      ? []
      : [
          {
            from: stretch.from - 0.5,
            to: stretch.to + 0.5,
            level: scaled(stretch.level),
            low: scaled(stretch.low ?? stretch.level),
            high: scaled(stretch.high ?? stretch.level),
          },
        ],
  );
  const quiet = values.filter((point) => !point.spike);
  const axis = linearAxis(
    (quiet.length === 0 ? values : quiet)
      .map((point) => point.value)
      .concat(levels.flatMap((level) => [level.low, level.high])),
    5,
  );
  const domain = axis.scale['domain'] as [number, number];
  const clamp = (value: number) => Math.min(domain[1], Math.max(domain[0], value));
  const left = 66;
  const plot = width - left - (narrow ? 34 : 40);
  const height = narrow ? 190 : 230;
  const end = Math.max(0.5, nights.length - 0.5);
  const px = (index: number) => ((index + 0.5) / (end + 0.5)) * plot;
  const steps = spread(
    series.changes.map((change) => ({
      index: change.index - 0.5,
      text: change.ratio === null ? formatCount(change.after) : formatChange(change.ratio),
    })),
    px,
    plot,
  );
  const flags = spread(
    marks.flatMap((mark) =>
      mark.nights.flatMap((night) => {
        const index = nights.findIndex((one) => one >= night);
        return index === -1 ? [] : [{index, text: mark.letter}];
      }),
    ),
    px,
    plot,
  );
  const ticks = dateTicks(nights, narrow ? 3 : 6);
  const x = {
    type: 'quantitative',
    scale: {domain: [-0.5, end], nice: false},
    title: null,
    axis: {
      values: ticks,
      grid: false,
      labelExpr:
        `${JSON.stringify(Object.fromEntries(ticks.map((index) => [index, nights[index]])))}` +
        `[datum.value]`,
    },
  };
  const y = {
    type: 'quantitative',
    scale: axis.scale,
    title: null,
    axis: {
      values: axis.values,
      minExtent: left - 12,
      maxExtent: left - 12,
      ...(series.measure === 'ratio'
        ? {labelExpr: "(datum.value > 1 ? '+' : '') + format(datum.value - 1, '.2~%')"}
        : {format: axis.format}),
    },
  };
  const points = values.map((point) => ({
    ...point,
    at: clamp(point.value),
    from: clamp(point.low),
    to: clamp(point.high),
    ...(live ? {tip: tip(series, point.index)} : {}),
  }));
  const reaction = live ? {tooltip: {field: 'tip'}} : {};
  return {
    width: plot,
    height,
    ...(shown.unit === ''
      ? {}
      : {
          title: {
            text: shown.unit,
            anchor: 'start',
            frame: 'group',
            fontSize: fontSize.note,
            fontWeight: 'normal',
            color: colour.muted,
            offset: 6,
          },
        }),
    layer: [
      {
        data: {values: levels},
        mark: {type: 'rect', color: colour.band},
        encoding: {
          x: {...x, field: 'from'},
          x2: {field: 'to'},
          y: {...y, field: 'low'},
          y2: {field: 'high'},
        },
      },
      {
        data: {values: points.filter((point) => !point.spike)},
        mark: {type: 'rule', color: colour.grid, strokeWidth: 1.5},
        encoding: {x: {...x, field: 'index'}, y: {...y, field: 'from'}, y2: {field: 'to'}},
      },
      {
        data: {values: steps},
        mark: {type: 'rule', color: colour.unsettled, strokeDash: [5, 3]},
        encoding: {x: {...x, field: 'index'}},
      },
      {
        data: {values: flags},
        mark: {type: 'rule', color: colour.line, strokeDash: [1, 3]},
        encoding: {x: {...x, field: 'index'}},
      },
      {
        data: {values: levels},
        mark: {type: 'rule', color: colour.less, strokeWidth: 2},
        encoding: {x: {...x, field: 'from'}, x2: {field: 'to'}, y: {...y, field: 'level'}},
      },
      {
        data: {values: points.filter((point) => !point.spike)},
        mark: {type: 'circle', size: 16, color: colour.after, opacity: 0.8},
        encoding: {x: {...x, field: 'index'}, y: {...y, field: 'at'}, ...reaction},
      },
      {
        data: {values: points.filter((point) => point.spike)},
        mark: {
          type: 'point',
          shape: 'triangle-up',
          filled: true,
          size: 60,
          color: colour.more,
          opacity: 1,
        },
        encoding: {x: {...x, field: 'index'}, y: {...y, field: 'at'}, ...reaction},
      },
      {
        data: {values: steps},
        mark: {
          type: 'text',
          align: 'center',
          baseline: 'bottom',
          color: colour.unsettled,
          fontSize: fontSize.note,
        },
        encoding: {
          x: {value: {expr: 'datum.px'}},
          y: {value: {expr: '-4 - 13 * datum.row'}},
          text: {field: 'text'},
        },
      },
      {
        data: {values: flags},
        mark: {
          type: 'text',
          align: 'center',
          baseline: 'bottom',
          color: colour.muted,
          fontSize: fontSize.note,
        },
        encoding: {
          x: {value: {expr: 'datum.px'}},
          y: {value: {expr: `${height} - 4 - 12 * datum.row`}},
          text: {field: 'text'},
        },
      },
    ],
  };
};

const tip = (series: HistorySeries, index: number): Readonly<Record<string, string>> => {
  const point = series.points[index];
  const value =
    point.value === null
      ? 'not counted'
      : series.measure === 'ratio'
        ? formatChange(point.value)
        : formatCount(point.value, series.unit);
  return {
    night: point.night,
    value,
    ...(point.spikes === null || point.runs === null
      ? {}
      : {spikes: `${point.spikes} of ${plural(point.runs, 'run')}`}),
    session: point.session,
  };
};
