// Tables with a row a line and no word where they begin or end, as -x and -j print them.
import {labelOf} from './labels.ts';
import type {RawRow} from './perf-row.ts';
import type {PlacedTable, RawTable} from './raw-table.ts';
import {addMetric, addRow, newFinisher, newRawTable} from './raw-table.ts';

export interface LineTables {
  readonly isOpen: () => boolean;
  /** A line of something else; `ends`: no table goes on behind it. */
  readonly other: (text: string, ends: boolean) => void;
  /** A count, which may begin the next table. */
  readonly count: (row: RawRow, line: number) => void;
  /** The head of a group of metrics. */
  readonly group: (row: RawRow) => void;
  readonly metric: (row: RawRow, line: number) => void;
  /** Begins a table where none is open. */
  readonly open: (line: number) => void;
  readonly all: () => readonly PlacedTable[];
}

/** Lines above a table that may name it. */
const namingLines = 12;

/** The first event again, and not as one more of a kind (a core, an interval, the same event twice in a row), begins the next table. */
export const repeatsFirst = ({rows}: RawTable, {time, aggregate, event}: RawRow): boolean =>
  time === null && aggregate === null && rows.length > 1 && rows[0].event === event && rows.at(-1)?.event !== event;

/** `startsNext`: the row cannot belong to the open table. */
export const newLineTables = (startsNext: (open: RawTable, row: RawRow) => boolean): LineTables => {
  const finisher = newFinisher();
  let open: RawTable | null = null;
  let last: RawTable | null = null;
  let group: RawRow | null = null;
  let between: string[] = [];

  const start = (line: number): RawTable => {
    if (last !== null) finisher.add(last);
    last = open = newRawTable(line);
    open.label = labelOf(between.join('\n')).label;
    between = [];
    group = null;
    return open;
  };

  return {
    isOpen: () => open !== null,
    other: (text, ends) => {
      if (ends) open = group = null;
      if (between.push(text) > 2 * namingLines) between = between.slice(-namingLines);
    },
    count: (row, line) => {
      const table = open === null || startsNext(open, row) ? start(line) : open;
      addRow(table, row, line);
      between = [];
      group = null;
    },
    group: (row) => void (group = row),
    metric: (row, line) => {
      if (open !== null) addMetric(open, group, row, line);
      between = [];
    },
    open: (line) => void (open ??= start(line)),
    all: () => {
      if (last !== null) finisher.add(last);
      last = open = null;
      return finisher.all();
    },
  };
};
