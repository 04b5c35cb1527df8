// A row of a perf stat table, read by its tokens: never by columns, and over line ends where a mail
// program moved them.
import {readDecorations} from './perf-decorations.ts';
import type {Place} from './perf-evidence.ts';
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
 * The row at a place, or null if what is there is not one. At a line's start time and
 * aggregation may be before the count. `off`: names of evidence left out, for tests.
 */
export const readRow = (
  place: Place,
  off?: ReadonlySet<string>,
): {end: number; rows: RawRow[]} | null => {
  const {text, position, isLineStart, isInTable, isHeaded} = place;
  if (!isLineStart && endsBlankGroups(text, position)) return null;
  const before = readLead(text, position, isLineStart, isInTable);
  const head =
    readHead(text, before.end) ??
    (before.place === null ? readBlankGroups(text, before.end) : null);
  if (head === null || !mayBeRow(place, before, head)) return null;
  const tail = readTail(text, head, isInTable);
  const clock = oldClocks.get(head.event);
  const event = tail.pmu === null ? (clock ?? head.event) : `${tail.pmu}/${head.event}/`;
  const unit = tail.unit ?? (clock === undefined ? head.unit : 'msec');
  const more = readDecorations(text, tail, event);
  if (
    !isRow(
      {
        text,
        position,
        isLineStart,
        isInTable,
        isHeaded,
        before,
        head,
        event,
        unit,
        nameEnd: tail.end,
        more,
      },
      off,
    )
  )
    return null;
  const aggregate =
    before.place === null && tail.group === null
      ? null
      : [before.place, before.cpus, tail.group].filter((part) => part !== null).join(' ');
  return {
    end: more.end,
    rows: [
      {
        event,
        count: head.count,
        status: head.status,
        unit,
        metrics: more.metrics,
        noise: more.noise,
        running: more.running,
        time: before.time,
        aggregate,
        group: false,
      },
    ],
  };
};
