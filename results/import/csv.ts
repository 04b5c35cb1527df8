// Reads `perf stat -x SEP`: one row a line, any separator, of every version since 4.4 and with the
// defects of each.
import {forgetFields, mostRowLength, separatorsIn} from './csv-fields.ts';
import type {CsvRow} from './csv-rows.ts';
import {mostShort, splitCount, splitMetric, splitShort} from './csv-rows.ts';
import {findSeparators, isOfText, leastSeparators} from './csv-separators.ts';
import type {Lines} from './lines.ts';
import {firstCode, lineAt} from './lines.ts';
import {newLineTables, repeatsFirst} from './line-tables.ts';
import {isDigit, isLetter} from './perf-tokens.ts';
import type {RawRow, RawTable, ReadTables} from './raw-table.ts';
import {holdsTable, isComment} from './vocabulary.ts';

// Both alternatives begin the line: no blank can be matched in two ways.
const neutral = /^(?:\s*#.*|[-=_.~\s]*)$/;

/**
 * Field order (perf 3.x to 6.19): time (`-I`), aggregation fields, value, unit, event, standard
 * error in percent (only `-r`),
 * running time in ns, running percent, comment value, comment unit. Rows with an empty value carry
 * a further comment of the row
 * above, or a metric group. Blanks as separator are refused: an empty unit cannot be distinguished from
 * none.
 */
export const readCsv = (lines: Lines): ReadTables => {
  const separators = findSeparators(lines);
  const {starts, numbers} = lines;
  const claimed = new Uint8Array(numbers.length);
  const tables = newLineTables(lines, 'perf stat -x', startsNext);
  for (let i = 0; i < numbers.length; i++) {
    const found =
      separators.length === 0 && !beginsShort(lines, i)
        ? []
        : readLine(lines, i, separators, tables.isOpen());
    if (found.length === 0) {
      if (tables.isOpen() && !neutral.test(lineAt(lines, i))) tables.close();
      continue;
    }
    claimed[i] = 1;
    const last = found.length - 1;
    const isWrapped = i + 1 < numbers.length && starts[i + 2] - starts[i + 1] <= mostWrapped + 1;
    const unit = isWrapped ? wrappedUnit(found[last], lines, i + 1) : null;
    if (unit !== null) found[last] = unit;
    for (const {kind, row} of found) {
      if (kind === 'count') tables.count(row, i);
      else if (kind === 'group') tables.group(row);
      else tables.metric(row, i);
    }
    if (unit !== null) claimed[++i] = 1;
  }
  forgetFields();
  return {tables: tables.all(), claimed};
};

/** What a mail program broke off a line is at most this long. */
const mostWrapped = 40;

/**
 * Without a separator only the rows of old versions can be read, which begin with a count, a core
 * or a time. Rows of perf's text have more blanks than one after their count.
 */
const beginsShort = ({text, starts, indents}: Lines, i: number): boolean => {
  const first = starts[i] + indents[i];
  const code = text.charCodeAt(first);
  if (!isDigit(code) && !shortStarts.has(code)) return false;
  const end = starts[i + 1] - 1;
  return (
    end - starts[i] <= mostShort && !isOfText(text, first) && !text.slice(first, end).includes('  ')
  );
};
const shortStarts: ReadonlySet<number> = new Set([...'<SC'].map((mark) => mark.charCodeAt(0)));

/** The output of `-r` has a noise field in every row, that of one run in none: a change opens a table. */
const startsNext = (open: RawTable, row: RawRow): boolean =>
  (open.rows.length > 0 && (open.rows[0].noise === null) !== (row.noise === null)) ||
  repeatsFirst(open, row);

const mostLineLength = 1e6;
/** More separators than this and line breaks may have been lost between rows. */
const mostSeparators = 8;
const countOnly = [splitCount] as const;
const countOrMetric = [splitCount, splitMetric] as const;

/**
 * The rows of line `i`: more than one where line breaks were lost, none if
 * any part of it is something else.
 */
const readLine = (
  lines: Lines,
  i: number,
  separators: readonly string[],
  isOpen: boolean,
): CsvRow[] => {
  const {text, starts} = lines;
  const [start, end] = [starts[i], starts[i + 1] - 1];
  const length = end - start;
  const short =
    !endsLong(text, start, end, separators) && beginsShort(lines, i)
      ? splitShort(text.slice(start, end))
      : null;
  if (short !== null) return [{kind: 'count', row: short}];
  if (length > mostLineLength) return [];
  for (const split of isOpen ? countOrMetric : countOnly) {
    for (const separator of separators) {
      const seen = separatorsIn(text, start, end, separator);
      if (seen < leastSeparators || (length > mostShort && holdsTable(text.slice(start, end))))
        continue;
      if (seen < mostSeparators) {
        const row = length > mostRowLength ? null : split(text, start, end, separator);
        if (row !== null) return [row];
        continue;
      }
      const rows = readParts(splitRows(text.slice(start, end), separator), split, separator);
      if (rows !== null) return rows;
    }
  }
  return [];
};

/** The rows of parts, of which the first is read by `split`; null if one of them is not a row. */
const readParts = (
  parts: readonly string[],
  split: typeof splitCount,
  separator: string,
): CsvRow[] | null => {
  const rows: CsvRow[] = [];
  for (const part of parts) {
    const end = part.length;
    if (end > mostRowLength) return null;
    const row =
      rows.length === 0
        ? split(part, 0, end, separator)
        : (splitCount(part, 0, end, separator) ?? splitMetric(part, 0, end, separator));
    if (row === null) return null;
    rows.push(row);
  }
  return rows;
};

/** More than rows of old versions have. */
const mostOfOld = 6;

/** True for a row with a comment at its end, or an empty place for one: those of old versions have none. */
const endsLong = (
  text: string,
  start: number,
  end: number,
  separators: readonly string[],
): boolean => {
  const last = end - 1;
  return isLetter(text.charCodeAt(last))
    ? separators.some((mark) => separatorsIn(text, start, end, mark) >= mostOfOld)
    : ',;|'.includes(text[last]);
};

/** Cut where a row begins, if what is before is long enough to be one. */
const splitRows = (text: string, separator: string): string[] => {
  const parts: string[] = [];
  let from = 0;
  for (const {index} of text.matchAll(rowStart(separator))) {
    if (separatorsIn(text, from, index, separator) < leastSeparators) continue;
    parts.push(text.slice(from, index));
    from = index;
  }
  return [...parts, text.slice(from)];
};

const rowStarts = new Map<string, RegExp>();
/** A blank before what begins a row: time, place, count, unit, event; or a further comment. */
const rowStart = (separator: string): RegExp => {
  const mark = separator.replace(/[|^$.*+?()[\]{}\\/]/g, String.raw`\$&`);
  const known =
    rowStarts.get(separator) ??
    new RegExp(
      String.raw`\s+(?=(?:\d{1,9}[.,]\d{9}${mark})?(?:(?:S-?\d|CPU-?\d|[NDCL]\d` +
        String.raw`|[\w:/-]{1,16}-\d)[\w-]{0,40}${mark}(?:\d{1,6}${mark})?)?(?:\d[\d.]*|<not ` +
        String.raw`(?:supported|counted)>)${mark}[A-Za-z%/]{0,12}${mark}[A-Za-z_]|${mark}{3})`,
      'g',
    );
  rowStarts.set(separator, known);
  return known;
};

/**
 * The last row with the rest of its comment, where a mail program broke the line within it (`insn`
 * / `per cycle`); null if it did not.
 */
const wrappedUnit = ({kind, row}: CsvRow, lines: Lines, i: number): CsvRow | null => {
  const last = row.metrics.at(-1);
  if (last === undefined || isDigit(firstCode(lines, i))) return null;
  const next = lineAt(lines, i);
  if (!/[a-z]/.test(next)) return null;
  const text = `${last.text} ${next.trim()}`;
  return isComment(text)
    ? {kind, row: {...row, metrics: [...row.metrics.slice(0, -1), {...last, text}]}}
    : null;
};
