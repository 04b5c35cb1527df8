// The columns of `perf stat --metric-only` and `--topdown`, as text and as CSV: a row a metric.
import type {ImportRow, ImportTable} from '../../types.ts';
import type {Lines} from '../lines.ts';
import {firstCode, holdsWord} from '../lines.ts';
import {isLetter, skipBlank} from '../perf-tokens.ts';
import {remembered} from '../repeated-words.ts';
import {comments} from '../vocabulary.ts';
import type {Found, Reader} from './reader.ts';
import {claimAll, newNamer, row, shortLine, table} from './reader.ts';

/** Names of columns, longer ones first: they may be one blank apart. */
const known = [...comments, 'Ghz', 'CPI', 'IPC']
  .filter((name) => name !== '/sec' && name !== 'instructions')
  .sort((a, b) => b.length - a.length)
  .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
  // The event's name comes before `of all branches`.
  .map((name) => (name.startsWith('of all') ? String.raw`(?:[\w-]+ )?${name}` : name));
const nameForm = new RegExp(
  String.raw`(?:%\s{1,2}[A-Za-z]\w*|(?:${known.join('|')})(?![\w-])|tma_\w+%?)`,
  'y',
);

/** Columns that say where and when, not what. */
const places = new Set([
  'time',
  'socket',
  'die',
  'core',
  'node',
  'cpu',
  'cpus',
  'ctrs',
  'cluster',
  'cache',
  'thread',
]);

/** The metrics a line names, with the leading columns; null if it holds anything else. */
const readNames = (line: string): {leads: string[]; metrics: string[]} | null => {
  const leads: string[] = [];
  const metrics: string[] = [];
  let at = /^\s*#?\s*/.exec(line)![0].length;
  while (at < line.length) {
    nameForm.lastIndex = at;
    const name = nameForm.exec(line);
    const word = /\S+/y;
    word.lastIndex = at;
    if (name !== null) metrics.push(name[0]);
    else {
      const lead = word.exec(line)?.[0] ?? '';
      if (metrics.length > 0 || !places.has(lead)) return null;
      leads.push(lead);
    }
    at = name !== null ? nameForm.lastIndex : word.lastIndex;
    while (line[at] === ' ' || line[at] === '\t') at++;
  }
  return metrics.length === 0 ? null : {leads, metrics};
};

const place = /^(?:S-?\d+(?:-[A-Z]\d+)*|CPU-?\d+|N\d+|[A-Za-z_][\w.:/-]*-\d+)$/;
const number = /^-?\d+(?:[.,]\d+)?%?$/;

interface Values {
  readonly time: number | null;
  readonly aggregate: string | null;
  readonly values: readonly (number | null)[];
}

const numberOf = (cell: string): number | null => {
  if (!number.test(cell)) return null;
  const plain = Number(cell);
  return Number.isNaN(plain) ? Number(cell.replace('%', '').replace(',', '.')) : plain;
};

/** The cells of a row under `count` metrics, or null if they are another number. */
const readValues = (cells: readonly string[], count: number, hasTime: boolean): Values | null => {
  let at = 0;
  const time = hasTime && /^\d+[.,]\d{6,9}$/.test(cells[0] ?? '') ? numberOf(cells[at++]) : null;
  let aggregate: string | null = null;
  if (place.test(cells[at] ?? '')) {
    aggregate = cells[at++];
    if (cells.length - at > count && /^\d+$/.test(cells[at])) aggregate += ` ${cells[at++]}`;
  }
  if (cells.length - at !== count || (hasTime && time === null)) return null;
  const rest = cells.slice(at);
  const values = rest.map(numberOf);
  const isRow = values.every((value, k) => value !== null || rest[k] === '' || rest[k] === 'nan');
  return isRow && values.some((value) => value !== null) ? {time, aggregate, values} : null;
};

const topdown = /^(?:retiring|bad speculation|frontend bound|backend bound)$/;
/** The event a column's name says, and whether it is a share. */
const columnOf = remembered((name) => ({
  event: name.replace(/^%\s*/, '').replace(/%$/, ''),
  isShare: /^%|%$|^tma_|of all|idle$/.test(name) || topdown.test(name),
}));

/** A column as a row: what the column says is its value, and shares are compared in points. */
export const columnRow = (
  name: string,
  value: number | null,
  time: number | null,
  aggregate: string | null,
): ImportRow => {
  const {event, isShare} = columnOf(name);
  const made = row(event, value, isShare ? '%' : '', {metric: value, metricUnit: name});
  if (isShare) made.isShare = true;
  if (time !== null) made.time = time;
  if (aggregate !== null) made.aggregate = aggregate;
  return made;
};

const rowsOf = (names: readonly string[], {time, aggregate, values}: Values): ImportRow[] =>
  names.map((name, k) => columnRow(name, values[k], time, aggregate));

const tableOf = (rows: readonly ImportRow[], label: string | null): ImportTable => {
  const {kind: _kind, ...rest} = table('metric-only', {rows, label});
  return rest;
};

const separators = [',', ';', '|', ':'] as const;

/** The names of a CSV head and their separator: every cell is a metric or a place. */
const readCsvHead = (
  line: string,
): {separator: string; leads: number; metrics: string[]} | null => {
  const separator = separators.find((mark) => line.includes(mark));
  if (separator === undefined) return null;
  const cells = line.trim().split(separator);
  if (cells.at(-1)?.trim() === '') cells.pop();
  let leads = 0;
  const metrics: string[] = [];
  for (const cell of cells) {
    // perf up to 6.1 leaves out the separator after `cpus`.
    const name = cell.trim().replace(/^cpus(?=\S)/, '');
    if (metrics.length === 0 && places.has(name)) leads++;
    else {
      nameForm.lastIndex = 0;
      if (nameForm.exec(name) === null || nameForm.lastIndex !== name.length) return null;
      metrics.push(name);
    }
  }
  return metrics.length === 0 ? null : {separator, leads, metrics};
};

/** Blank lines within a table of intervals. */
const mostBlank = 2;

/** `rows` is empty if no row of numbers is below; `last` is the last line looked at for sure. */
const readText = (lines: Lines, head: number): {last: number; rows: ImportRow[]} | null => {
  const line = shortLine(lines, head).trim();
  const names = readNames(line);
  const csv = names === null ? readCsvHead(line) : null;
  const metrics = names?.metrics ?? csv?.metrics;
  if (metrics === undefined) return null;
  const hasTime = names !== null ? names.leads.includes('time') : line.startsWith('time');
  const rows: ImportRow[] = [];
  let last = head;
  for (let i = head + 1; i < lines.numbers.length && i <= last + mostBlank + 1; i++) {
    const text = shortLine(lines, i).trim();
    if (text === '') continue;
    // perf prints the names again after some intervals.
    if (text !== line) {
      const values = readValues(cellsOf(text, csv?.separator ?? null), metrics.length, hasTime);
      if (values === null) break;
      rows.push(...rowsOf(metrics, values));
    }
    last = i;
  }
  return {last, rows};
};

const cellsOf = (line: string, separator: string | null): string[] => {
  if (separator === null) return line.split(/\s+/);
  const bare = line.endsWith(separator) ? line.slice(0, -1) : line;
  return bare.split(separator).map((cell) => cell.trim());
};

/** One of these is in every line of names. */
const signs = ['insn per cycle', '% ', 'tma_', 'retiring', 'Hz', 'CPUs utilized', 'of all ', 'CPI'];

/** Whether a line begins as names do: with a letter, `%`, or `#` and one of these. */
const beginsAsNames = (lines: Lines, i: number): boolean => {
  const {text, starts, indents} = lines;
  const first = firstCode(lines, i);
  const code =
    first === hash ? text.charCodeAt(skipBlank(text, starts[i] + indents[i] + 1)) : first;
  return isLetter(code) || code === percentSign;
};
const [hash, percentSign] = [35, 37];

/** The lines that may hold names, in order. */
const headsOf = (lines: Lines): number[] => {
  const heads: number[] = [];
  for (let i = 0; i < lines.numbers.length; i++) {
    if (!beginsAsNames(lines, i)) continue;
    const line = shortLine(lines, i);
    if (signs.some((sign) => line.includes(sign)) && !/#\s*-?\d/.test(line)) heads.push(i);
  }
  return heads;
};

export const metricOnly: Reader = {
  name: 'metric-only',
  toldBy:
    'a line of metric names above lines of numbers (`--metric-only`, `--topdown`, also with `-x`)',
  gives:
    'a row a metric; shares in percent are compared in points; time and place as in interval mode and `-A`',
  sniff: (text) => signs.some((sign) => holdsWord(text, sign)),
  read: (lines) => {
    const nameOf = newNamer(lines);
    const found: Found[] = [];
    let end = -1;
    for (const head of headsOf(lines)) {
      if (head <= end) continue;
      const one = readText(lines, head);
      if (one === null) continue;
      end = one.last;
      if (one.rows.length > 0)
        found.push({first: head, last: end, table: tableOf(one.rows, nameOf(head, end))});
    }
    return claimAll(lines, found);
  },
  example: [
    '#           time      %  tma_retiring %  tma_backend_bound',
    '     1.001141351                 11.5                 34.9',
    '     2.006141972                 13.4                 28.1',
  ].join('\n'),
};
