// Tables with a row a line and no word where they begin or end, as -x and -j print them.
import {labelOf} from './labels.ts';
import type {Lines} from './lines.ts';
import type {PlacedTable, RawRow, RawTable} from './raw-table.ts';
import {addMetric, addRow, newFinisher, newRawTable} from './raw-table.ts';

export interface LineTables {
  readonly isOpen: () => boolean;
  /** No table continues after something else. */
  readonly close: () => void;
  /** A count in line `i`, which may begin the next table. */
  readonly count: (row: RawRow, i: number) => void;
  /** The head of a group of metrics. */
  readonly group: (row: RawRow) => void;
  readonly metric: (row: RawRow, i: number) => void;
  /** Begins a table where none is open. */
  readonly open: (i: number) => void;
  readonly all: () => readonly PlacedTable[];
}

/** Lines above a table that may name it. */
const namingLines = 12;

/**
 * A repeated first event opens a table, unless it is another core, another interval, or the same
 * event twice in a row.
 */
export const repeatsFirst = ({rows}: RawTable, {time, aggregate, event}: RawRow): boolean =>
  time === null &&
  aggregate === null &&
  rows.length > 1 &&
  rows[0].event === event &&
  rows.at(-1)?.event !== event;

const seconds = (time: string): number => Number(time.replace(',', '.'));

/**
 * Intervals continue after what the program printed between them, but not after another command or
 * the words that name a table.
 */
const continues = ({rows}: RawTable, {time}: RawRow, between: string): boolean => {
  const before = rows.at(-1)?.time ?? null;
  return (
    time !== null &&
    before !== null &&
    seconds(time) >= seconds(before) &&
    !/:\s*$|perf stat/m.test(between)
  );
};

/** `startsNext`: the row cannot belong to the open table. */
export const newLineTables = (
  lines: Lines,
  format: string,
  startsNext: (open: RawTable, row: RawRow) => boolean,
): LineTables => {
  const {text, starts, numbers} = lines;
  const finisher = newFinisher(format);
  let open: RawTable | null = null;
  let last: RawTable | null = null;
  let group: RawRow | null = null;
  let taken = -1;

  const start = (i: number): RawTable => {
    if (last !== null) finisher.add(last);
    last = open = newRawTable(numbers[i]);
    open.label = labelOf(text.slice(starts[Math.max(taken + 1, i - namingLines)], starts[i])).label;
    group = null;
    return open;
  };

  return {
    isOpen: () => open !== null,
    close: () => {
      open = group = null;
    },
    count: (row, i) => {
      const table =
        open !== null
          ? startsNext(open, row)
            ? start(i)
            : open
          : last !== null && continues(last, row, text.slice(starts[taken + 1], starts[i]))
            ? (open = last)
            : start(i);
      addRow(table, row, numbers[i]);
      taken = i;
      group = null;
    },
    group: (row) => void (group = row),
    metric: (row, i) => {
      if (open !== null) addMetric(open, group, row, numbers[i]);
      taken = i;
    },
    open: (i) => void (open ??= start(i)),
    all: () => {
      if (last !== null) finisher.add(last);
      last = open = null;
      return finisher.all();
    },
  };
};
