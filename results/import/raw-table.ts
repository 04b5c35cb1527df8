// A table while it is read, every number as printed, and the step that turns it into an ImportTable
// once all of it is known.
import type {ImportRow, ImportTable} from '../types.ts';
import type {DecimalMark} from './numbers.ts';
import {readNumber, voteOfCount, voteOfDecimal} from './numbers.ts';
import type {Metric} from './perf-metric.ts';

/**
 * A row with every number still as printed. `count` null = not supported, not counted, or a metric
 * group.
 */
export interface RawRow {
  readonly event: string;
  readonly count: string | null;
  readonly status: 'ok' | 'not-supported' | 'not-counted';
  readonly unit: string;
  readonly metrics: readonly Metric[];
  readonly noise: string | null;
  readonly running: string | null;
  readonly time: string | null;
  readonly aggregate: string | null;
  readonly group: boolean;
}

/** `line` is the number of the first line in the source. */
export interface RawTable {
  readonly line: number;
  label: string | null;
  heading: string | null;
  command: string | null;
  kind: string | null;
  runs: number | null;
  elapsed: {value: string; error: string | null; noise: string | null} | null;
  user: string | null;
  sys: string | null;
  readonly rows: RawRow[];
  /** The number of each row's line. */
  readonly lines: number[];
  readonly measurements: string[];
}

export const newRawTable = (line: number): RawTable => ({
  line,
  label: null,
  heading: null,
  command: null,
  kind: null,
  runs: null,
  elapsed: null,
  user: null,
  sys: null,
  rows: [],
  lines: [],
  measurements: [],
});

export const addRow = (table: RawTable, row: RawRow, line: number): void => {
  table.rows.push(row);
  table.lines.push(line);
};

/** No event of any perf has as many comments. */
const mostMetrics = 64;

/** A metric on a separate line: a row of its `group`, else one more comment of the row above. */
export const addMetric = (
  table: RawTable,
  group: RawRow | null,
  metric: RawRow,
  line: number,
): void => {
  const {metrics, running} = metric;
  const above = table.rows.at(-1);
  if (group !== null) addRow(table, {...group, metrics, running}, line);
  else if (above === undefined || above.group || above.metrics.length >= mostMetrics)
    addRow(table, metric, line);
  else table.rows[table.rows.length - 1] = {...above, metrics: [...above.metrics, ...metrics]};
};

/** A finished table with where it is, and the lines whose numbers were not numbers. */
export interface PlacedTable {
  readonly line: number;
  /** Indexes of the first and last of its lines, where the reader knows them. */
  readonly span?: {readonly first: number; readonly last: number};
  readonly table: ImportTable;
  readonly doubtful: readonly number[];
}

/**
 * What one reader finds in a text; `claimed` = 1 for each line its tables come from, null = none;
 * `doubtful` = numbers of lines that look like its rows where it found no table.
 */
export interface ReadTables {
  readonly tables: readonly PlacedTable[];
  readonly claimed: Uint8Array | null;
  readonly doubtful?: readonly number[];
}

/**
 * Takes finished raw tables in order and turns each by the decimal mark its own numbers show, else
 * the one all of them show, else `fallback`.
 */
export interface Finisher {
  readonly add: (raw: RawTable) => void;
  readonly all: () => readonly PlacedTable[];
}

/** Tables that show their mark are turned at once, so that only the others are held as printed. */
export const newFinisher = (format: string, fallback: DecimalMark = '.'): Finisher => {
  const tables: (PlacedTable | null)[] = [];
  const waiting: {index: number; raw: RawTable}[] = [];
  const common: Votes = {decimals: 0, balance: 0, counts: 0};
  return {
    add: (raw) => {
      const own = votesOf(raw);
      if (common.decimals <= enoughVotes) {
        common.decimals += own.decimals;
        common.balance += own.balance;
        common.counts += own.counts;
      }
      const mark = markOf(own);
      if (mark === null) waiting.push({index: tables.length, raw});
      tables.push(mark === null ? null : finishTable(raw, format, mark));
    },
    all: () => {
      for (const {index, raw} of waiting)
        tables[index] = finishTable(raw, format, markOf(common) ?? fallback);
      return tables.filter((table) => table !== null);
    },
  };
};

const finishTable = (raw: RawTable, format: string, mark: DecimalMark): PlacedTable => {
  const doubtful: number[] = [];
  const read = (token: string | null | undefined): number | null => figureOf(token ?? null, mark);
  const rows: ImportRow[] = [];
  for (let i = 0; i < raw.rows.length; i++) {
    const row = finishRow(raw.rows[i], mark);
    if (row === null) doubtful.push(raw.lines[i]);
    else rows.push(row);
  }
  const seconds = read(raw.elapsed?.value);
  const error = read(raw.elapsed?.error);
  const relative = read(raw.elapsed?.noise);
  const measurements = raw.measurements.map((token) => readNumber(token, mark));
  const user = read(raw.user);
  const sys = read(raw.sys);
  const table: {-readonly [Key in keyof ImportTable]: ImportTable[Key]} = {
    format,
    command: raw.command,
    label: raw.label,
    runs: raw.runs,
    elapsed: seconds === null ? null : elapsedOf(seconds, error, relative),
    // A list that grew has places for many more.
    rows: rows.slice(),
    samples:
      measurements.length === 0 ? [] : [{event: 'elapsed', unit: 'sec', values: measurements}],
    warnings: [],
  };
  // Assigned, since objects are built much faster than spread.
  if (raw.heading !== null) table.heading = raw.heading;
  if (user !== null) table.user = user;
  if (sys !== null) table.sys = sys;
  if (raw.kind !== null) table.kind = raw.kind;
  return {line: raw.line, doubtful, table};
};

const figureOf = (token: string | null, mark: DecimalMark): number | null =>
  token === null ? null : readNumber(token, mark);

/** Null if the row's count is not a number. */
const finishRow = (row: RawRow, mark: DecimalMark): ImportRow | null => {
  const {event, count, metrics, noise, running, time, aggregate, status} = row;
  const value = figureOf(count, mark);
  if (count !== null && value === null) return null;
  const first = metrics[0];
  const finished: {-readonly [Key in keyof ImportRow]: ImportRow[Key]} = {
    event,
    value,
    unit: unitOf(row),
    sem: figureOf(noise, mark),
    running: figureOf(running, mark),
    metric: first === undefined ? null : figureOf(first.value, mark),
    metricUnit: first?.text ?? null,
    status,
  };
  if (metrics.length > 1)
    finished.metrics = metrics.map((metric) => ({
      value: figureOf(metric.value, mark),
      unit: metric.text,
    }));
  if (aggregate !== null) finished.aggregate = aggregate;
  if (time !== null) finished.time = readNumber(time, mark) ?? 0;
  if (row.group) finished.group = true;
  return finished;
};

const elapsedOf = (
  seconds: number,
  error: number | null,
  relative: number | null,
): ImportTable['elapsed'] => {
  const sem = relative ?? (error === null || error === 0 ? null : (100 * error) / seconds);
  return error === null ? {seconds, sem} : {seconds, sem, semSeconds: error};
};

/**
 * perf 3.x prints clocks in msec with six decimals and no unit, 6.16 to 6.18 in whole nanoseconds.
 * Decimals that are all zero (`2400.000000`) are lost in the value, so the unit says it.
 */
const unitOf = ({event, unit, count}: RawRow): string =>
  unit === '' &&
  count !== null &&
  count.endsWith('000000') &&
  /[.,]0{6}$/.test(count) &&
  /^(?:task|cpu)-clock\b/.test(event)
    ? 'msec'
    : unit;

const enoughVotes = 200;

/**
 * Votes for the point less those for the comma; `decimals` = tokens asked that always have
 * decimals.
 */
interface Votes {
  decimals: number;
  balance: number;
  counts: number;
}

const votesOf = (raw: RawTable): Votes => {
  let [decimals, balance, counts] = [0, 0, 0];
  const ask = (token: string | null): void => {
    if (token === null) return;
    decimals++;
    balance += voteOfDecimal(token);
  };
  const {elapsed, user, sys, measurements} = raw;
  for (const time of [elapsed?.value ?? null, elapsed?.noise ?? null, user, sys]) ask(time);
  for (const measurement of measurements) ask(measurement);
  for (const {noise, running, time, metrics, count, unit} of raw.rows) {
    if (decimals > enoughVotes) break;
    ask(noise);
    ask(running);
    ask(time);
    for (const metric of metrics) ask(metric.value);
    if (count === null) continue;
    // Three digits after a mark are never the decimals of msec.
    if (unit === 'msec') balance += voteOfCount(count);
    else counts += voteOfCount(count);
  }
  return {decimals, balance, counts};
};

/** The decimal mark the votes show, or null if nothing tells. */
const markOf = ({balance, counts}: Votes): DecimalMark | null => {
  const sum = balance === 0 ? counts : balance;
  return sum === 0 ? null : sum > 0 ? '.' : ',';
};
