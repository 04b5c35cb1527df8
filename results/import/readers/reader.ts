// What a reader of one format is, and the few things all of them need: rows, tables, names, lines.
import {labelOf} from '../labels.ts';
import type {Lines} from '../lines.ts';
import {lineAt} from '../lines.ts';
import type {PlacedTable, ReadTables} from '../raw-table.ts';
import type {ImportRow, ImportTable} from '../../types.ts';

/** One format: a row of the registry in index.ts and of docs/formats.md. */
export interface Reader {
  readonly name: string;
  /** For the docs: how the format is recognised, and what is read from it. */
  readonly toldBy: string;
  readonly gives: string;
  /** A cheap test that says no to most texts; false = `read` is not called. */
  readonly sniff: (text: string) => boolean;
  readonly read: (lines: Lines) => ReadTables;
  /** A short output of the format: the docs show it and a test reads it. */
  readonly example: string;
}

/** A table found at lines `first` to `last` (indexes, both inclusive). */
export interface Found {
  readonly first: number;
  readonly last: number;
  readonly table: ImportTable;
  /** Indexes of lines between that look like figures and were not understood. */
  readonly unread?: readonly number[];
  /** Indexes of lines between that are left to other readers. */
  readonly foreign?: readonly number[];
}

/** While it is made. */
export type Unfinished<Of> = {-readonly [Key in keyof Of]: Of[Key]};

/** What a row may say further; undefined = it does not. */
type MoreOfRow = Partial<
  Omit<ImportRow, 'event' | 'value' | 'unit' | 'status' | 'metrics' | 'group'>
>;

/** Fields are set one by one: engines do that in a third of the time of a spread. */
export const row = (
  event: string,
  value: number | null,
  unit: string,
  more: MoreOfRow = {},
): Unfinished<ImportRow> => {
  const one: Unfinished<ImportRow> = {
    event,
    value,
    unit,
    sem: more.sem ?? null,
    running: more.running ?? null,
    metric: more.metric ?? null,
    metricUnit: more.metricUnit ?? null,
    status: value === null ? 'not-counted' : 'ok',
  };
  if (more.sd !== undefined) one.sd = more.sd;
  if (more.sdAtMost !== undefined) one.sdAtMost = more.sdAtMost;
  if (more.min !== undefined) one.min = more.min;
  if (more.max !== undefined) one.max = more.max;
  if (more.isShare !== undefined) one.isShare = more.isShare;
  if (more.time !== undefined) one.time = more.time;
  if (more.aggregate !== undefined) one.aggregate = more.aggregate;
  if (more.direction !== undefined) one.direction = more.direction;
  if (more.exact !== undefined) one.exact = more.exact;
  if (more.runs !== undefined) one.runs = more.runs;
  if (more.interval !== undefined) one.interval = more.interval;
  if (more.stated !== undefined) one.stated = more.stated;
  return one;
};

/** One for all tables that have none: a text may hold a million. */
const none: readonly never[] = [];

/** Fields of `more` that are undefined are left out. */
export const table = (format: string, more: Partial<ImportTable>): Unfinished<ImportTable> => {
  const one: Unfinished<ImportTable> = {
    command: more.command ?? null,
    label: more.label ?? null,
    runs: more.runs ?? null,
    elapsed: more.elapsed ?? null,
    kind: more.kind ?? 'benchmark',
    format: more.format ?? format,
    rows: more.rows ?? none,
    samples: more.samples ?? none,
    warnings: more.warnings ?? none,
  };
  if (more.outcome !== undefined) one.outcome = more.outcome;
  if (more.side !== undefined) one.side = more.side;
  if (more.pair !== undefined) one.pair = more.pair;
  if (more.about !== undefined) one.about = more.about;
  if (more.fixedTime !== undefined) one.fixedTime = more.fixedTime;
  if (more.operations !== undefined) one.operations = more.operations;
  if (more.user !== undefined) one.user = more.user;
  if (more.sys !== undefined) one.sys = more.sys;
  return one;
};

/**
 * What most readers return: the lines of every table are claimed. `lost`: indexes of the rows of
 * tables none of whose rows was understood.
 */
export const claimAll = (
  {numbers}: Lines,
  found: readonly Found[],
  lost: readonly number[] = [],
): ReadTables => {
  const doubtful = lost.map((i) => numbers[i]);
  if (found.length === 0) return {tables: [], claimed: null, doubtful};
  const claimed = new Uint8Array(numbers.length);
  const tables = found.map((one): PlacedTable => {
    claimed.fill(1, one.first, one.last + 1);
    for (const i of one.foreign ?? none) claimed[i] = 0;
    const {unread = none} = one;
    const own = unread.length === 0 ? none : unread.map((i) => numbers[i]);
    return {line: numbers[one.first], span: one, table: one.table, doubtful: own};
  });
  return {tables, claimed, doubtful};
};

/** Lines above a table that may name it. */
const mostAbove = 40;

/** The text of lines `from` (at most 40 of them) up to but not including `to`. */
const textBetween = ({text, starts}: Lines, from: number, to: number): string =>
  to <= from ? '' : text.slice(starts[Math.max(from, to - mostAbove)], starts[to]);

/**
 * Names tables one after the other: the words above each, or those of the table before if nothing
 * is between and they may name several.
 */
export const newNamer = (lines: Lines): ((first: number, last: number) => string | null) => {
  let end = 0;
  let lasting: string | null = null;
  return (first, last) => {
    const named = labelOf(textBetween(lines, end, first));
    end = last + 1;
    if (named.isBare) return lasting;
    lasting = named.lasts ? named.label : null;
    return named.label;
  };
};

/** Indexes of the lines that hold the word, in order. */
export const linesWith = function* (lines: Lines, word: string): Generator<number> {
  const {text, starts} = lines;
  let line = 0;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, starts[line])) {
    line = indexFrom(starts, line, at);
    yield line++;
  }
};

/** The line that holds `position`, which is not before line `from`: steps double, then halve. */
const indexFrom = (starts: readonly number[], from: number, position: number): number => {
  let step = 1;
  while (from + step < starts.length && starts[from + step] <= position) step *= 2;
  let [low, high] = [from + (step >> 1), Math.min(from + step, starts.length - 1)];
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= position) low = middle;
    else high = middle;
  }
  return low;
};

/** Longer lines are not a line of any of these formats. */
const longestLine = 2000;

/** The line, or an empty one if it is too long or outside the text. */
export const shortLine = (lines: Lines, i: number): string =>
  i < 0 || i >= lines.numbers.length || lines.starts[i + 1] - lines.starts[i] > longestLine
    ? ''
    : lineAt(lines, i);

/** The standard error in percent of the mean, as perf prints it; null if it is not known. */
export const semPercent = (
  sd: number | null | undefined,
  mean: number,
  runs: number | null,
): number | null =>
  sd === null || sd === undefined || runs === null || runs < 2 || mean === 0
    ? null
    : (100 * sd) / Math.sqrt(runs) / Math.abs(mean);

/** A decimal with commas between groups. */
export const decimal = (digits: string): number =>
  Number(digits.includes(',') ? digits.replaceAll(',', '') : digits);

/** Seconds in one unit of time. */
export const secondsIn: Readonly<Record<string, number>> = {
  ns: 1e-9,
  µs: 1e-6,
  μs: 1e-6,
  us: 1e-6,
  ms: 1e-3,
  s: 1,
  sec: 1,
  min: 60,
  m: 60,
  h: 3600,
};

/** SI and IEC prefixes of figures. */
// prettier-ignore
export const prefixes: Readonly<Record<string, number>> = {
  n: 1e-9, µ: 1e-6, μ: 1e-6, u: 1e-6, m: 1e-3, k: 1e3, K: 1e3, M: 1e6, G: 1e9, T: 1e12,
  Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3, Ti: 1024 ** 4,
};

/** The product without the dust of binary fractions: 540 ms are 0.54 s. */
export const scaled = (value: number, factor: number): number => {
  const product = value * factor;
  const size = Math.abs(product);
  if (product % 1e4 === 0 && size < 1e15) return product;
  // Up to 12 digits with so many decimals are found sooner than by printing them.
  const scale = size < 1 ? 1e12 : size < 1e6 ? 1e6 : 1;
  const rounded = Math.round(product * scale) / scale;
  return size < 1e12 && Math.abs(rounded - product) <= 1e-13 * size
    ? rounded
    : Number(product.toPrecision(12));
};
