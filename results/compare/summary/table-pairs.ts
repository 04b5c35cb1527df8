// The rows of two printed tables, paired by event, and the events that only one of them counted.
import type {ImportRow, ImportTable, NotCounted, SideName} from '../../types.ts';
import {misprintOf} from './misprints.ts';
import type {Printed} from './printed.ts';
import {printed} from './printed.ts';
import {mergedRows} from './repeated-rows.ts';

/** A pair of rows of one event; null if that side was not counted. */
export interface Pair {
  readonly event: string;
  readonly before: Printed | null;
  readonly after: Printed | null;
}

export type CountedPair = Pair & {readonly before: Printed; readonly after: Printed};

/**
 * Pairs in the order of the before table; intervals and places are merged, of other repeated rows
 * the first counts. Elapsed time is a row of its own.
 */
export const pairsOf = (before: ImportTable, after: ImportTable): Pair[] => {
  const [left, right] = [rowsOf(before), rowsOf(after)];
  const names = [...new Set([...left, ...right].map((row) => row.event))];
  const side = (table: ImportTable, rows: readonly ImportRow[], event: string): Printed | null => {
    const row = rows.find((candidate) => candidate.event === event);
    if (row === undefined) return null;
    const found = printed(row, table);
    return found === null || misprintOf(table) === null ? found : {...found, sem: null};
  };
  const pairs = names.map((event) => ({
    event,
    before: side(before, left, event),
    after: side(after, right, event),
  }));
  // The elapsed time of a benchmark of fixed time was set in advance.
  const isFixed = before.fixedTime === true && after.fixedTime === true;
  return isFixed || pairs.some((pair) => pair.event === 'duration_time')
    ? pairs
    : [...pairs, {event: 'elapsed', before: elapsedOf(before), after: elapsedOf(after)}];
};

export const countedPairs = (pairs: readonly Pair[]): CountedPair[] =>
  pairs.filter((pair): pair is CountedPair => pair.before !== null && pair.after !== null);

/** The rows of a table; each metric of a metric group (`TopdownL1`) is a row in percent. */
const rowsOf = (table: ImportTable): readonly ImportRow[] => {
  const rows = mergedRows(table);
  const groups = new Set(rows.filter((row) => row.group === true).map((row) => row.event));
  return rows.flatMap((row) => (row.group === true ? metricRows(row, groups.size > 1) : [row]));
};

const metricRows = (row: ImportRow, isOneOfMany: boolean): ImportRow[] => {
  const metrics = row.metrics ?? [{value: row.metric, unit: row.metricUnit ?? ''}];
  // `TopdownL1 (cpu_core)`: with two kinds of cores each has metrics of the same names.
  const place = isOneOfMany ? (/ \(.*\)$/.exec(row.event)?.[0] ?? '') : '';
  return metrics.flatMap(({value, unit}) => {
    const name = /^%\s+(.+)$/.exec(unit)?.[1];
    return name === undefined || value === null
      ? []
      : [{...row, group: false, event: name + place, value, unit: '%', sem: null}];
  });
};

const elapsedOf = (table: ImportTable): Printed | null => {
  if (table.elapsed === null) return null;
  const row: ImportRow = {
    event: 'elapsed',
    value: table.elapsed.seconds,
    unit: 'sec',
    sem: table.elapsed.sem,
    running: null,
    metric: null,
    metricUnit: null,
    status: 'ok',
    ...(table.elapsed.sdSeconds === undefined ? {} : {sd: table.elapsed.sdSeconds}),
  };
  return printed(row, table);
};

/** Events that one table or both did not count, and why. */
export const notCountedOf = (before: ImportTable, after: ImportTable): NotCounted[] => {
  const tables = [
    {rows: rowsOf(before), side: 'before'},
    {rows: rowsOf(after), side: 'after'},
  ] as const;
  const events = [...new Set(tables.flatMap(({rows}) => rows.map((row) => row.event)))];
  return events.flatMap((event) => {
    const missing = tables.flatMap(({rows, side}) => {
      const found = missingOf(rows, event);
      return found === null ? [] : [{side, ...found}];
    });
    if (missing.length === 0) return [];
    return [{event, status: missing[0].status, reason: reasonOf(missing)}];
  });
};

const missingOf = (
  rows: readonly ImportRow[],
  event: string,
): {status: NotCounted['status']; why: string} | null => {
  const row = rows.find((candidate) => candidate.event === event);
  if (row === undefined) return {status: 'not-counted', why: 'not in the table'};
  if (row.status === 'ok') return null;
  return {status: row.status, why: `printed as <${row.status.replace('-', ' ')}>`};
};

const reasonOf = (missing: readonly {readonly side: SideName; readonly why: string}[]): string =>
  missing.length === 2 && missing[0].why === missing[1].why
    ? `${missing[0].why} on both sides`
    : missing.map(({side, why}) => `${why} (${side})`).join(', ');
