// Reads `perf stat -x SEP`: one row a line, any separator, of every version since 4.4 and with the
// defects of each.
import type {CsvRow} from './csv-rows.ts';
import {mostShort, splitCount, splitMetric, splitShort} from './csv-rows.ts';
import type {Lines} from './lines.ts';
import {lineAt, newFinder} from './lines.ts';
import {newLineTables, repeatsFirst} from './line-tables.ts';
import {isLetter, numberEnd} from './perf-tokens.ts';
import type {RawRow, RawTable, ReadTables} from './raw-table.ts';
import {headerPhrase, holdsTable, isComment, knownEvent} from './vocabulary.ts';

const commonSeparators = [',', ';', '\t', '|'] as const;
const anyEvent = new RegExp(String.raw`${knownEvent}(?::[a-zA-Z]+|\/(?!\d))?`);
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
  const {text: whole, starts, numbers, indents} = lines;
  const claimed = new Uint8Array(numbers.length);
  const tables = newLineTables(lines, 'perf stat -x', startsNext);
  const gaps = newFinder(whole, '  ');
  for (let i = 0; i < numbers.length; i++) {
    // Without a separator only the rows of old versions can be read, which begin with a count, a
    // core or a time. Rows of perf's text have more blanks than one after their count.
    const first = starts[i] + indents[i];
    const mayBeShort =
      shortStarts.has(whole.charCodeAt(first)) &&
      !isOfText(whole, first) &&
      !gaps.within(first, starts[i + 1] - 1);
    if (separators.length === 0 && !mayBeShort) {
      if (tables.isOpen() && !neutral.test(lineAt(lines, i))) tables.close();
      continue;
    }
    const text = lineAt(lines, i);
    const found = readLine(text, separators, tables.isOpen(), mayBeShort);
    if (found.length === 0) {
      if (tables.isOpen() && !neutral.test(text)) tables.close();
      continue;
    }
    claimed[i] = 1;
    const last = found.length - 1;
    const isWrapped = i + 1 < numbers.length && starts[i + 2] - starts[i + 1] <= mostWrapped + 1;
    const unit = isWrapped ? wrappedUnit(found[last], lineAt(lines, i + 1)) : null;
    if (unit !== null) found[last] = unit;
    for (const {kind, row} of found) {
      if (kind === 'count') tables.count(row, i);
      else if (kind === 'group') tables.group(row);
      else tables.metric(row, i);
    }
    if (unit !== null) claimed[++i] = 1;
  }
  return {tables: tables.all(), claimed};
};

/** What a mail program broke off a line is at most this long. */
const mostWrapped = 40;
const shortStarts = new Set([...'0123456789<SC'].map((character) => character.charCodeAt(0)));

/**
 * True for what begins as a line of perf's text does: a header, a count and two blanks, a time. It is
 * seen sooner than what tells a row.
 */
const isOfText = (text: string, first: number): boolean => {
  const end = numberEnd(text, first);
  if (end < 0) return text.startsWith(headerPhrase, first);
  return (
    text.charCodeAt(end) === 32 &&
    (text.charCodeAt(end + 1) === 32 || text.startsWith(' seconds ', end))
  );
};

/** The output of `-r` has a noise field in every row, that of one run in none: a change opens a table. */
const startsNext = (open: RawTable, row: RawRow): boolean =>
  (open.rows.length > 0 && (open.rows[0].noise === null) !== (row.noise === null)) ||
  repeatsFirst(open, row);

/** A number and a separator of any kind: a cheap check before the events. */
const separated = /\d(?:[^\w\s.<>()"%-]|\t)/;
/** A separator seen in as many lines is taken as seen in every further line that has it. */
const often = 100;
/** Of a long line the beginning tells. */
const mostSought = 600;

/**
 * The separators that lines of this text can be split by: known events tell any, other events the
 * common ones.
 */
const findSeparators = ({text: whole, starts, numbers, indents}: Lines): string[] => {
  const found = new Map<string, number>();
  let usual: string | null = null;
  const gaps = newFinder(whole, '  ');
  for (let i = 0; i < numbers.length; i++) {
    const start = starts[i];
    const end = Math.min(starts[i + 1] - 1, start + mostSought);
    if (end - start < 12) continue;
    const first = start + indents[i];
    if (isOfText(whole, first)) continue;
    // Blanks in a row are after `%` only.
    if (gaps.within(first, end) && whole[gaps.next(first) - 1] !== '%') continue;
    const text = whole.slice(start, end);
    if (usual !== null && isSplit(text, usual, 4)) continue;
    if (!commonSeparators.some((mark) => isSplit(text, mark, 4)) && !separated.test(text)) continue;
    const event = anyEvent.exec(text);
    const rest =
      event === null
        ? null
        : /^([^\w\s.<>()"%-]{1,3}|\t)(?:\d+[.,]?\d*%\1)?\d+\1/.exec(
            text.slice(event.index + event[0].length),
          );
    const tried = rest === null ? commonSeparators : [rest[1]];
    for (const separator of tried) {
      if (!isSplit(text, separator, 4) || splitCount(text, separator) === null) continue;
      const seen = (found.get(separator) ?? 0) + 1;
      if (seen === often) usual ??= separator;
      found.set(separator, usual === separator ? Infinity : seen);
    }
  }
  return [...found]
    .sort((a, b) => b[1] - a[1])
    .map(([separator]) => separator)
    .slice(0, 3);
};

/** How many separators there are, at most so many: cheaper to see than to split. */
const separatorsIn = (text: string, separator: string, most: number): number => {
  let seen = 0;
  for (let at = text.indexOf(separator); at >= 0 && ++seen < most;)
    at = text.indexOf(separator, at + 1);
  return seen;
};
const isSplit = (text: string, separator: string, least: number): boolean =>
  separatorsIn(text, separator, least) === least;

const mostRowLength = 2000;
const mostLineLength = 1e6;
/** More separators than this and line breaks may have been lost between rows. */
const mostSeparators = 8;

/**
 * The rows of a line: more than one where line breaks were lost, none if any part of it is
 * something else.
 */
const readLine = (
  text: string,
  separators: readonly string[],
  isOpen: boolean,
  mayBeShort: boolean,
): CsvRow[] => {
  const short =
    mayBeShort && text.length <= mostShort && !endsLong(text, separators) ? splitShort(text) : null;
  if (short !== null) return [{kind: 'count', row: short}];
  if (text.length > mostLineLength) return [];
  for (const split of isOpen ? [splitCount, splitMetric] : [splitCount]) {
    for (const separator of separators) {
      const seen = separatorsIn(text, separator, mostSeparators);
      if (seen < 4 || (text.length > mostShort && holdsTable(text))) continue;
      const parts = seen < mostSeparators ? [text] : splitRows(text, separator);
      const first = parts[0].length > mostRowLength ? null : split(parts[0], separator);
      if (first === null) continue;
      const rows = [
        first,
        ...parts
          .slice(1)
          .map((part) =>
            part.length > mostRowLength
              ? null
              : (splitCount(part, separator) ?? splitMetric(part, separator)),
          ),
      ];
      if (rows.every((row) => row !== null)) return rows;
    }
  }
  return [];
};

/** True for a row with a comment at its end, or an empty place for one: those of old versions have none. */
const endsLong = (text: string, separators: readonly string[]): boolean => {
  const last = text.length - 1;
  return isLetter(text.charCodeAt(last))
    ? separators.some((mark) => isSplit(text, mark, 6))
    : ',;|'.includes(text[last]);
};

/** Cut where a row begins, if what is before is long enough to be one. */
const splitRows = (text: string, separator: string): string[] => {
  const parts: string[] = [];
  let from = 0;
  for (const {index} of text.matchAll(rowStart(separator))) {
    if (!isSplit(text.slice(from, index), separator, 4)) continue;
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
const wrappedUnit = ({kind, row}: CsvRow, next: string): CsvRow | null => {
  const last = row.metrics.at(-1);
  if (last === undefined || !/[a-z]/.test(next)) return null;
  const text = `${last.text} ${next.trim()}`;
  return isComment(text)
    ? {kind, row: {...row, metrics: [...row.metrics.slice(0, -1), {...last, text}]}}
    : null;
};
