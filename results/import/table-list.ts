// Decides which table a piece belongs to: headers open, elapsed closes, a repeated first event
// after a gap opens the next.
import {labelOf, namesNext, ownLabel} from './labels.ts';
import type {Footer, Header} from './perf-items.ts';
import type {Finisher, RawRow, RawTable} from './raw-table.ts';
import {addRow, newRawTable} from './raw-table.ts';

/** Diff style: `-` lines are before, `+` lines after. */
export type Sign = '-' | '+' | null;

/** What is known of a place in the text. */
export interface Surroundings {
  /** The number of its line. */
  readonly numberAt: (position: number) => number;
  /** True if text is between the piece before and the place. */
  readonly hasGap: (position: number) => boolean;
  /** That text, its last characters. */
  readonly between: (position: number) => string;
}

/** Tables in order of appearance, fed piece by piece; `position` is where a piece begins. */
export interface TableList {
  readonly isOpen: () => boolean;
  /** The open table has a header. */
  readonly isHeaded: () => boolean;
  /** The open table has rows. */
  readonly hasRows: () => boolean;
  /** How many tables began so far. */
  readonly started: () => number;
  readonly header: (header: Header, position: number) => void;
  readonly intervals: (position: number) => void;
  readonly rows: (rows: readonly RawRow[], position: number, sign: Sign) => void;
  readonly measurement: (value: string) => void;
  readonly footer: (footer: Footer, position: number, sign: Sign) => void;
  /** No more pieces: the last tables are finished. */
  readonly end: () => void;
}

/**
 * After a gap a repeated first event, the edge of intervals or a heading opens the next table.
 */
const startsNext = (
  {rows: [above], kind}: RawTable,
  {time, event, aggregate}: RawRow,
  namesAnother: () => boolean,
): boolean => {
  if (above === undefined) return false;
  if (time !== null) return above.time === null;
  return (
    (above.event === event && above.aggregate === aggregate) ||
    above.time !== null ||
    (kind === null && namesAnother())
  );
};

/** Closed tables are handed to `finisher`. */
export const newTableList = (
  finisher: Finisher,
  {numberAt, hasGap, between}: Surroundings,
): TableList => {
  let tables: RawTable[] = [];
  let open: RawTable | null = null;
  let last: RawTable | null = null;
  let signed: {readonly '-': RawTable; readonly '+': RawTable} | null = null;
  let label: string | null = null;
  let started = 0;

  const end = (): void => {
    tables.forEach(finisher.add);
    tables = [];
  };

  const start = (position: number, above = between(position)): RawTable => {
    const named = labelOf(above);
    const table = newRawTable(numberAt(position));
    table.label = named.label ?? (named.isBare ? label : null);
    table.heading = named.heading;
    // A command line or a remark in brackets names one table, a heading those below it, too.
    if (!named.isBare) label = named.lasts ? named.label : null;
    if (named.shell !== null) {
      table.command = named.shell.command;
      table.kind = 'command';
      table.runs = named.shell.runs;
    }
    end();
    started++;
    tables.push(table);
    open = table;
    last = table;
    signed = null;
    return table;
  };

  /** The table of one side of a diff; an open header without rows lends its command to both. */
  const side = (sign: '-' | '+', position: number): RawTable => {
    if (signed === null) {
      const base: RawTable = open !== null && open.rows.length === 0 ? open : start(position);
      const after = {
        ...newRawTable(numberAt(position)),
        command: base.command,
        kind: base.kind,
        runs: base.runs,
        label: 'after',
      };
      base.label = 'before';
      tables.push(after);
      signed = {'-': base, '+': after};
      open = base;
    }
    return signed[sign];
  };

  /**
   * The table of `NAME: 1.23 seconds time elapsed`: a separate one, of the same command below a
   * header or another such line.
   */
  const namedElapsed = (name: string, above: string, position: number): RawTable => {
    const lineStart = above.lastIndexOf('\n') + 1;
    // In a line of several pieces the words are not a name.
    if (open !== null && open.rows.length > 0 && lineStart === 0) return open;
    const before = open ?? last;
    const isLike =
      before !== null && before.rows.length === 0 && above.slice(0, lineStart).trim() === '';
    const table =
      open !== null && open.rows.length === 0 ? open : start(position, above.slice(0, lineStart));
    if (isLike)
      Object.assign(table, {command: before.command, kind: before.kind, runs: before.runs});
    table.label = name;
    return table;
  };

  return {
    isOpen: () => open !== null,
    isHeaded: () => open !== null && open.kind !== null,
    hasRows: () => open !== null && open.rows.length > 0,
    started: () => started,
    header: (header, position) => {
      const table = start(position);
      table.command = header.command;
      table.kind = header.kind;
      table.runs = header.runs;
    },
    intervals: (position) => {
      if (open === null || hasGap(position) || (open.rows.length > 0 && open.rows[0].time === null))
        start(position);
    },
    rows: (rows, position, sign) => {
      const isNext = (table: RawTable): boolean =>
        hasGap(position) && startsNext(table, rows[0], () => namesNext(between(position)));
      const table =
        sign !== null
          ? side(sign, position)
          : open === null || isNext(open)
            ? start(position)
            : open;
      for (const row of rows) addRow(table, row, numberAt(position));
    },
    measurement: (value) => open?.measurements.push(value),
    footer: (footer, position, sign) => {
      if (footer.what !== 'elapsed') {
        if (last !== null && last[footer.what] === null) last[footer.what] = footer.value;
        return;
      }
      const above = between(position);
      const name = ownLabel(above.slice(above.lastIndexOf('\n') + 1));
      const table =
        sign !== null
          ? side(sign, position)
          : name !== null
            ? namedElapsed(name, above, position)
            : (open ?? start(position));
      table.elapsed = {value: footer.value, error: footer.error, noise: footer.noise};
      last = table;
      if (sign === null) open = null;
    },
    end,
  };
};
