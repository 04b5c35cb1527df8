// Gives each table the runs that `-v` printed above it: they are the truth where the printed value
// is not.
import type {ImportTable} from '../types.ts';
import type {PlacedTable} from './raw-table.ts';
import type {VerboseCount} from './verbose-count.ts';
import type {VerboseSegment} from './verbose.ts';

type Series = ImportTable['samples'][number];

/**
 * Tables in order (`numbers` = the lines' numbers), each with the runs of the last perf process
 * before it. Runs without a table
 * become one of their own; `unread` = lines that look like counts of `-v` and belong to none.
 */
export const attachRuns = (
  placed: readonly PlacedTable[],
  segments: readonly VerboseSegment[],
  numbers: readonly number[],
): {tables: ImportTable[]; unread: number[]} => {
  if (segments.length === 0) return {tables: placed.map(({table}) => table), unread: []};
  const tables: {line: number; table: ImportTable}[] = placed.map(({line, table}) => ({
    line,
    table,
  }));
  const alone: {line: number; table: ImportTable}[] = [];
  const unread: number[] = [];
  let next = 0;
  segments.forEach((segment, i) => {
    const last = numbers[segment.last];
    const nextFirst = segments[i + 1] === undefined ? Infinity : numbers[segments[i + 1].first];
    while (
      next < tables.length &&
      (segment.isJoined ? tables[next].line < last : tables[next].line <= last)
    )
      next++;
    const near =
      next < tables.length &&
      (segment.isJoined ? tables[next].line <= nextFirst : tables[next].line < nextFirst)
        ? tables[next]
        : null;
    const own =
      near !== null && (segment.isMarked || sharesEvent(near.table, segment)) ? near : null;
    const samples = seriesOf(segment.runs);
    if (own !== null) {
      // Assigned, since a field that a copy gets in its literal costs much more.
      const table: {-readonly [Key in keyof ImportTable]: ImportTable[Key]} = {...own.table};
      table.samples = own.table.samples.length === 0 ? samples : own.table.samples.concat(samples);
      own.table = table;
      next++;
    } else if (segment.isMarked) {
      alone.push({
        line: last,
        table: {
          command: null,
          label: null,
          runs: segment.runs.length > 1 ? segment.runs.length : null,
          elapsed: null,
          rows: [],
          samples,
          warnings: [],
        },
      });
    } else {
      for (let i = segment.first; i <= segment.last; i++) unread.push(numbers[i]);
    }
  });
  return {
    tables: (alone.length === 0
      ? tables
      : [...tables, ...alone].sort((a, b) => a.line - b.line)
    ).map(({table}) => table),
    unread,
  };
};

/** Other tools print a name and three numbers, too. */
const sharesEvent = (table: ImportTable, {runs}: VerboseSegment): boolean =>
  runs[0].some(({event}) => table.rows.some((row) => row.event === event));

/**
 * One series an event: task-clock and cpu-clock in msec as the tables print them, everything else
 * as counted; null = not counted.
 */
const seriesOf = (runs: readonly (readonly VerboseCount[])[]): Series[] => {
  const names = runs[0]?.map((count) => count.event) ?? [];
  return names.map((event, i): Series => {
    const isClock = /^(?:task|cpu)-clock(?::[a-zA-Z]+)?$/.test(event);
    const values = runs.map((run) => {
      const count = run[i]?.event === event ? run[i] : run.find((one) => one.event === event);
      return count === undefined || count.running === 0
        ? null
        : isClock
          ? count.value / 1e6
          : count.value;
    });
    return {event, unit: isClock ? 'msec' : event.endsWith('_time') ? 'ns' : '', values};
  });
};
