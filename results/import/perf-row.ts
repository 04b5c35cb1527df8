// A row of a perf stat table, read by its tokens: never by columns, and over line ends where a mail
// program moved them.
import {readDecorations} from './perf-decorations.ts';
import type {Draft} from './perf-draft.ts';
import {isRow, mayBeRow} from './perf-evidence.ts';
import {endsBlankGroups, readBlankGroups, readHead, readLead} from './perf-head.ts';
import {readTail} from './perf-tail.ts';
import type {RawRow} from './raw-table.ts';

/** Names before perf 3.0. */
const oldClocks: ReadonlyMap<string, string> = new Map([
  ['task-clock-msecs', 'task-clock'],
  ['cpu-clock-msecs', 'cpu-clock'],
]);

/**
 * The row at a draft's place, or null if what is there is not one; its end is the draft's. At a
 * line's start time and aggregation may be before the count. `off`: names of evidence left out, for
 * tests.
 */
export const readRow = (row: Draft, off?: ReadonlySet<string>): RawRow | null => {
  if (!row.isLineStart && endsBlankGroups(row, row.position)) return null;
  readLead(row);
  if (!readHead(row, row, row.start) && (row.place !== null || !readBlankGroups(row, row.start)))
    return null;
  if (!mayBeRow(row)) return null;
  readTail(row);
  const clock = oldClocks.get(row.event);
  if (clock !== undefined) row.unit = 'msec';
  if (row.pmu !== null) row.event = `${row.pmu}/${row.event}/`;
  else if (clock !== undefined) row.event = clock;
  readDecorations(row);
  if (!isRow(row, off)) return null;
  const {event, count, status, unit, metrics, noise, running, time, place, cpus, group} = row;
  const aggregate =
    place === null && group === null
      ? null
      : [place, cpus, group].filter((part) => part !== null).join(' ');
  return {event, count, status, unit, metrics, noise, running, time, aggregate, group: false};
};
