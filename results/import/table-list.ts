// Decides which table a piece belongs to: a rule a case, of which the first that holds says where the
// piece goes. A time elapsed closes the table for rows, unless it is a side of a diff.
import {labelOf, ownLabel} from './labels.ts';
import type {Footer, Header} from './perf-items.ts';
import type {Finisher, RawRow, RawTable} from './raw-table.ts';
import {addRow, newRawTable} from './raw-table.ts';
import type {Arrival, Rule, Sign} from './table-rules.ts';
import {isApart, rules} from './table-rules.ts';

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
  /** The table that is open for rows. */
  readonly open: () => RawTable | null;
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

/** Without a gap, and with one. */
const rulesFor = (piece: Arrival['piece'], off: ReadonlySet<string>): (readonly Rule[])[] => {
  const all = rules.filter(({name, of}) => of.includes(piece) && !off.has(name));
  return [all.filter(({apart}) => apart !== true), all];
};

const wayOf = (possible: readonly Rule[], arrival: Arrival): Rule['goes'] => {
  for (const {holds, goes} of possible) if (holds(arrival)) return goes;
  return 'open';
};

/** Closed tables are handed to `finisher`. `off`: names of rules left out, for tests. */
export const newTableList = (
  finisher: Finisher,
  {numberAt, hasGap, between}: Surroundings,
  off: ReadonlySet<string> = new Set(),
): TableList => {
  const ways = {
    header: rulesFor('header', off),
    intervals: rulesFor('intervals', off),
    rows: rulesFor('rows', off),
    elapsed: rulesFor('elapsed', off),
  } as const;
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

  let place = 0;
  /** One for all pieces, since there is one for each row. */
  const arrival: {-readonly [Key in keyof Arrival]: Arrival[Key]} = {
    piece: 'rows',
    sign: null,
    row: null,
    above: null,
    open: null,
    name: null,
    hasGap: () => hasGap(place),
    between: () => between(place),
  };

  /** The table a piece goes to; null if none is open and no rule opens one. */
  const tableOf = (
    piece: Arrival['piece'],
    position: number,
    sign: Sign = null,
    row: RawRow | null = null,
    above = '',
  ): RawTable | null => {
    const name = piece === 'elapsed' ? ownLabel(above.slice(above.lastIndexOf('\n') + 1)) : null;
    place = position;
    arrival.piece = piece;
    arrival.sign = sign;
    arrival.row = row;
    arrival.above = open?.rows[0] ?? null;
    arrival.open = open;
    arrival.name = name;
    const possible = ways[piece][isApart(arrival) ? 1 : 0];
    const way = wayOf(possible, arrival);
    if (way === 'next') return start(position);
    if (way === 'side' && sign !== null) return side(sign, position);
    return way === 'named' && name !== null ? namedElapsed(name, above, position) : open;
  };

  return {
    open: () => open,
    started: () => started,
    header: ({command, kind, runs}, position) => {
      const table = tableOf('header', position);
      if (table !== null) Object.assign(table, {command, kind, runs});
    },
    intervals: (position) => void tableOf('intervals', position),
    rows: (rows, position, sign) => {
      const table = tableOf('rows', position, sign, rows[0]);
      if (table !== null) for (const row of rows) addRow(table, row, numberAt(position));
    },
    measurement: (value) => open?.measurements.push(value),
    footer: ({what, value, error, noise}, position, sign) => {
      if (what !== 'elapsed') {
        if (last !== null && last[what] === null) last[what] = value;
        return;
      }
      const table = tableOf('elapsed', position, sign, null, between(position));
      if (table === null) return;
      table.elapsed = {value, error, noise};
      last = table;
      if (sign === null) open = null;
    },
    end,
  };
};
