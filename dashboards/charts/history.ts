// History: one point a night, the level and interval of each segment, change points with their
// step, spikes, and marks by letter.
import type {HistorySeries} from '../../results/history/types.ts';
import {formatChange, formatCount, plural} from './axis-format.ts';
import {letters} from './history-labels.ts';
import {leavesOutIntervals} from './history-layout.ts';
import {historyPicture} from './history-picture.ts';
import type {Chart} from './types.ts';

/** Null if no night has a value. `rule` says when a change point is reported. */
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
      `Dot: a night${
        leavesOutIntervals(series)
          ? '; the intervals of single nights are left out, since they are wider than this picture'
          : ', grey its interval, with an arrow if that continues'
      }. Line and band: level of a segment with its interval. Triangle: a night that stands ` +
      `out, excluded. Dashed: change point. ${rule}`.trimEnd(),
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
        series.segments.find((segment) => index >= segment.from && index <= segment.to)?.level ??
        null,
      changePoint: series.changes.some((change) => change.index === index),
    })),
    picture: (width, link) => historyPicture(series, marks, width, link),
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
