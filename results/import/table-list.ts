// Decides which table a piece belongs to: headers open, elapsed closes, a repeated first event
// after a gap opens the next.
import {labelOf, namesNext, ownLabel} from './labels.ts';
import type {Footer, Header} from './perf-items.ts';
import type {Finisher, RawRow, RawTable} from './raw-table.ts';
import {addRow, newRawTable} from './raw-table.ts';

/** Diff style: `-` lines are before, `+` lines after. */
export type Sign = '-' | '+' | null;

/**
 * Tables in order of appearance, fed piece by piece. `between` gives the text since the piece
 * before.
 */
export interface TableList {
  readonly isOpen: () => boolean;
  /** The open table has a header. */
  readonly isHeaded: () => boolean;
  /** The open table has rows. */
  readonly hasRows: () => boolean;
  /** How many tables began so far. */
  readonly started: () => number;
  readonly header: (header: Header, line: number, between: () => string) => void;
  readonly intervals: (hasGap: boolean, line: number, between: () => string) => void;
  readonly rows: (
    rows: readonly RawRow[],
    line: number,
    hasGap: boolean,
    between: () => string,
    sign: Sign,
  ) => void;
  readonly measurement: (value: string) => void;
  readonly footer: (footer: Footer, line: number, between: () => string, sign: Sign) => void;
  /** No more pieces: the last tables are finished. */
  readonly end: () => void;
}

/**
 * After a gap a repeated first event, the edge of intervals or a heading opens the next table.
 */
const startsNext = (
  {rows: [above], kind}: RawTable,
  {time, event, aggregate}: RawRow,
  between: () => string,
): boolean => {
  if (above === undefined) return false;
  if (time !== null) return above.time === null;
  return (
    (above.event === event && above.aggregate === aggregate) ||
    above.time !== null ||
    (kind === null && namesNext(between()))
  );
};

/** Closed tables are handed to `finisher`. */
export const newTableList = (finisher: Finisher): TableList => {
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

  const start = (line: number, between: () => string): RawTable => {
    const named = labelOf(between());
    const table = newRawTable(line);
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
  const side = (sign: '-' | '+', line: number, between: () => string): RawTable => {
    if (signed === null) {
      const base: RawTable = open !== null && open.rows.length === 0 ? open : start(line, between);
      const after = {
        ...newRawTable(line),
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
  const namedElapsed = (name: string, above: string, line: number): RawTable => {
    const lineStart = above.lastIndexOf('\n') + 1;
    // In a line of several pieces the words are not a name.
    if (open !== null && open.rows.length > 0 && lineStart === 0) return open;
    const before = open ?? last;
    const isLike =
      before !== null && before.rows.length === 0 && above.slice(0, lineStart).trim() === '';
    const table =
      open !== null && open.rows.length === 0 ? open : start(line, () => above.slice(0, lineStart));
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
    header: (header, line, between) => {
      const table = start(line, between);
      table.command = header.command;
      table.kind = header.kind;
      table.runs = header.runs;
    },
    intervals: (hasGap, line, between) => {
      if (open === null || hasGap || (open.rows.length > 0 && open.rows[0].time === null))
        start(line, between);
    },
    rows: (rows, line, hasGap, between, sign) => {
      const isNext = hasGap && open !== null && startsNext(open, rows[0], between);
      const table =
        sign !== null
          ? side(sign, line, between)
          : open === null || isNext
            ? start(line, between)
            : open;
      for (const row of rows) addRow(table, row, line);
    },
    measurement: (value) => open?.measurements.push(value),
    footer: (footer, line, between, sign) => {
      if (footer.what !== 'elapsed') {
        if (last !== null && last[footer.what] === null) last[footer.what] = footer.value;
        return;
      }
      const above = between();
      const name = ownLabel(above.slice(above.lastIndexOf('\n') + 1));
      const table =
        sign !== null
          ? side(sign, line, between)
          : name !== null
            ? namedElapsed(name, above, line)
            : (open ?? start(line, between));
      table.elapsed = {value: footer.value, error: footer.error, noise: footer.noise};
      last = table;
      if (sign === null) open = null;
    },
    end,
  };
};
