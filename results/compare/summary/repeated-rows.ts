// Rows that come several times in a table, one an interval (`-I`) or one a CPU, socket or thread
// (`-A`, `--per-socket`): the one figure they give.
import {meanOf} from '../../stats/moments.ts';
import type {Finding, ImportRow, ImportTable} from '../../types.ts';
import {finding} from '../findings.ts';

/**
 * One row an event: sums over the places, then the mean over the intervals. Shares, rates and
 * metrics are means over both. Rows of one event without time and place stay as they are.
 */
export const mergedRows = ({format, rows}: ImportTable): readonly ImportRow[] => {
  if (!rows.some(isPlaced)) return rows;
  const byEvent = groupedBy(rows, keyOf);
  return [...byEvent.values()].flatMap((same) =>
    same.length === 1 || !same.every(isPlaced) ? same : [merged(same, format === 'metric-only')],
  );
};

const isPlaced = ({time, aggregate}: ImportRow): boolean =>
  time !== undefined || aggregate !== undefined;

/** Metrics of a group have the name of the group. */
const keyOf = ({event, group, metricUnit}: ImportRow): string =>
  group === true ? `${event} ${metricUnit}` : event;

const merged = (same: readonly ImportRow[], isMetric: boolean): ImportRow => {
  if (same[0].group === true) return same[0];
  const isSum = !isMetric && sums.has(same[0].unit) && same[0].direction === undefined;
  const isWhole = (places: readonly ImportRow[]): boolean =>
    places.every(({value}) => value !== null);
  // A sum without one of the CPUs would be too small.
  const intervals = [...groupedBy(same, ({time}) => time ?? 0).values()].filter(isWhole);
  if (intervals.length === 0) return same.find(({value}) => value === null) ?? same[0];
  const figures = intervals.map((places) => {
    const sum = places.reduce((total, {value}) => total + (value ?? 0), 0);
    return isSum ? sum : sum / places.length;
  });
  const shares = intervals.flat().flatMap(({running}) => (running === null ? [] : [running]));
  return {
    ...intervals[0][0],
    value: meanOf(figures),
    sem: null,
    running: shares.length === 0 ? null : meanOf(shares),
    metric: null,
    metricUnit: null,
  };
};

/** Units of what can be added up. */
const sums: ReadonlySet<string> = new Set(['', 'msec', 'ns', 'Joules', 'MiB', 'Bytes']);

const groupedBy = <Key>(
  rows: readonly ImportRow[],
  key: (row: ImportRow) => Key,
): Map<Key, ImportRow[]> => {
  const groups = new Map<Key, ImportRow[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group === undefined) groups.set(key(row), [row]);
    else group.push(row);
  }
  return groups;
};

/** What the figures of tables with intervals or places are. */
export const repeatedFindings = (before: ImportTable, after: ImportTable): Finding[] => {
  const [intervals, places] = [distinct('time'), distinct('aggregate')].map((count) => ({
    before: count(before),
    after: count(after),
  }));
  const isAny = (counts: {before: number; after: number}): boolean =>
    counts.before > 1 || counts.after > 1;
  return [
    ...(isAny(intervals) ? [finding('intervals', intervals)] : []),
    ...(isAny(places) ? [finding('places', places)] : []),
  ];
};

const distinct =
  (field: 'time' | 'aggregate') =>
  ({rows}: ImportTable): number =>
    new Set(rows.flatMap((row) => row[field] ?? [])).size;
