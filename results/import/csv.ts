// Reads `perf stat -x SEP`: one row a line, any separator, of every version since 4.4 and with the defects of each.
import type {Lines} from './lines.ts';
import {lineAt} from './lines.ts';
import {newLineTables, repeatsFirst} from './line-tables.ts';
import {skipBlank} from './perf-tokens.ts';
import type {RawRow, RawTable, ReadTables} from './raw-table.ts';
import {headerPhrase, isComment, knownEvent} from './vocabulary.ts';

const commonSeparators = [',', ';', '\t', '|'] as const;
const anyEvent = new RegExp(String.raw`(?<![\w-])${knownEvent}(?::[a-zA-Z]+|\/(?!\d))?`);
const count = /^(?:\d+(?:[.,]\d+)?|<not (?:supported|counted)>)$/;
const eventName = /^[A-Za-z_][\w\-.:/=,@%?*+~ []*$/;
/** What may stand before a row: an arrow of a remark, the beginning of a string constant. */
const arrows = /^(?:\s*[=-]+>\s*|[^"\d,;|]{0,60}"(?:"")?(?=[\d<SC]))/;
/** How string constants of programs end: `\\n"`, `\\n\\`. */
const stringEnd = /(?:\\n)?["\\][,;)+]*\s*$/;
/** The judgement of a metric that some versions put behind it. */
const thresholds: ReadonlySet<string> = new Set(['good', 'less good', 'nearly bad', 'bad', 'unknown']);
const neutral = /^\s*(?:#.*|[-=_.~\s]*)$/;
const aggregateField = /^(?:S-?\d+(?:-[A-Z]+-?\d+)*|CPU-?\d+|[NDCL]-?\d+|summary|[^#]{1,24}-\d+)$/;

/**
 * Field order (perf 3.x to 6.19): time (`-I`), aggregation fields, value, unit, event, standard error in percent (only `-r`),
 * running time in ns, running percent, comment value, comment unit. Rows with an empty value carry a further comment of the row
 * above, or a metric group. Blanks as separator are refused: an empty unit cannot be told from none.
 */
export const readCsv = (lines: Lines): ReadTables => {
  const separators = findSeparators(lines);
  const {text: whole, starts, numbers} = lines;
  const claimed = new Uint8Array(numbers.length);
  const tables = newLineTables(lines, startsNext);
  for (let i = 0; i < numbers.length; i++) {
    // Without a separator only the rows of old versions can be read, which begin with a count, a core or a time.
    if (separators.length === 0 && !shortStarts.has(whole.charCodeAt(skipBlank(whole, starts[i])))) {
      if (tables.isOpen() && !neutral.test(lineAt(lines, i))) tables.close();
      continue;
    }
    const text = lineAt(lines, i);
    const found = readLine(text, separators, tables.isOpen());
    if (found.length === 0) {
      if (tables.isOpen() && !neutral.test(text)) tables.close();
      continue;
    }
    claimed[i] = 1;
    const last = found.length - 1;
    const unit = i + 1 < numbers.length ? wrappedUnit(found[last], lineAt(lines, i + 1)) : null;
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

const shortStarts = new Set([...'0123456789<SC'].map((character) => character.charCodeAt(0)));

/** Means of repeated runs have a noise in every row, and single runs in none. */
const startsNext = (open: RawTable, row: RawRow): boolean =>
  (open.rows.length > 0 && (open.rows[0].noise === null) !== (row.noise === null)) || repeatsFirst(open, row);

interface CsvRow {
  readonly kind: 'count' | 'metric' | 'group';
  readonly row: RawRow;
}

/** A separator seen in as many lines is taken as seen in every further line that has it. */
const often = 100;
/** Of a long line the beginning tells. */
const mostSought = 600;

/** The separators that lines of this text can be split by: known events tell any, other events the common ones. */
const findSeparators = (lines: Lines): string[] => {
  const found = new Map<string, number>();
  let usual: string | null = null;
  for (let i = 0; i < lines.numbers.length; i++) {
    const length = lines.starts[i + 1] - 1 - lines.starts[i];
    if (length < 12) continue;
    const text = lines.text.slice(lines.starts[i], lines.starts[i] + Math.min(length, mostSought));
    if (usual !== null && isSplit(text, usual, 4)) continue;
    const event = anyEvent.exec(text);
    const rest = event === null ? null : /^([^\w\s.<>()"%-]{1,3}|\t)(?:\d+[.,]?\d*%\1)?\d+\1/.exec(text.slice(event.index + event[0].length));
    const tried = rest === null ? commonSeparators : [rest[1]];
    for (const separator of tried) {
      if (!isSplit(text, separator, 4) || splitCount(text, separator) === null) continue;
      const seen = (found.get(separator) ?? 0) + 1;
      if (seen === often) usual ??= separator;
      found.set(separator, usual === separator ? Infinity : seen);
    }
  }
  return [...found].sort((a, b) => b[1] - a[1]).map(([separator]) => separator).slice(0, 3);
};

/** At least so many separators: cheaper to see than to split. */
const isSplit = (text: string, separator: string, least: number): boolean => {
  let at = -1;
  for (let n = 0; n < least; n++) {
    at = text.indexOf(separator, at + 1);
    if (at < 0) return false;
  }
  return true;
};

/** Where line breaks were lost whole tables may stand in the line, too. */
const otherTable = new RegExp(`${headerPhrase}|seconds time elapsed`);
const mostRowLength = 2000;
const mostLineLength = 1e6;
/** More separators than this and line breaks may have been lost between rows. */
const mostSeparators = 8;

/** The rows of a line: more than one where line breaks were lost, none where any part of it is something else. */
const readLine = (text: string, separators: readonly string[], isOpen: boolean): CsvRow[] => {
  const short = text.length <= mostShort ? splitShort(text) : null;
  if (short !== null) return [{kind: 'count', row: short}];
  if (text.length > mostLineLength) return [];
  for (const split of isOpen ? [splitCount, splitMetric] : [splitCount]) {
    for (const separator of separators) {
      if (!isSplit(text, separator, 4) || (text.length > mostShort && otherTable.test(text))) continue;
      const parts = isSplit(text, separator, mostSeparators) ? splitRows(text, separator) : [text];
      const first = parts[0].length > mostRowLength ? null : split(parts[0], separator);
      if (first === null) continue;
      const rows = [first, ...parts.slice(1).map((part) => part.length > mostRowLength ? null : splitCount(part, separator) ?? splitMetric(part, separator))];
      if (rows.every((row) => row !== null)) return rows;
    }
  }
  return [];
};

/** Cut where a row begins, if what stands before is long enough to be one. */
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
  const known = rowStarts.get(separator) ?? new RegExp(String.raw`\s+(?=(?:\d{1,9}[.,]\d{9}${mark})?(?:(?:S-?\d|CPU-?\d|[NDCL]\d|[\w:/-]{1,16}-\d)[\w-]{0,40}${mark}(?:\d{1,6}${mark})?)?(?:\d[\d.]*|<not (?:supported|counted)>)${mark}[A-Za-z%/]{0,12}${mark}[A-Za-z_]|${mark}{3})`, 'g');
  rowStarts.set(separator, known);
  return known;
};

/** Rows of perf 2.6.38 to 4.x: `884,cache-misses`, `0.65,msec,task-clock,1.10%`, `1166462,cycles,1215612,70.15`, behind time and place. */
const mostShort = 160;
const shortRow = new RegExp(String.raw`^\s*(?:(\d{1,9}[.,]\d{9})([,;|]))?(?:(S\d+|S\d+-C\d+|CPU\d+)([,;|])(?:(\d{1,6})\4(?=\d[\d.]*\4|<))?)?(\d+(?:[.,]\d+)?|<not (?:supported|counted)>)([,;|])(?:(msec|)\7)?((?:${knownEvent}|task-clock-msecs|raw 0x[0-9a-f]{1,16}|r[0-9a-f]{2,8})(?::[a-zA-Z]{1,8})?)(?:\7(\d[\d.,]*)%)?(?:\7(\d+)\7(\d+[.,]\d\d))?\s*$`);

const splitShort = (text: string): RawRow | null => {
  const found = shortRow.exec(text);
  if (found === null) return null;
  const [, time, , place, , cpus, printed, , unit, event, noise, , running] = found;
  const isCounted = !printed.startsWith('<');
  return {
    event: event.replace(/-msecs$/, ''), count: isCounted ? printed : null, unit: unit ?? (/^(?:task|cpu)-clock/.test(event) && /[.,]/.test(printed) ? 'msec' : ''),
    status: isCounted ? 'ok' : printed === '<not counted>' ? 'not-counted' : 'not-supported',
    metrics: [], noise: noise ?? null, running: running ?? null, time: time ?? null, aggregate: place === undefined ? null : cpus === undefined ? place : `${place} ${cpus}`, group: false,
  };
};

/** The last row with the rest of its comment, where a mail program broke the line within it (`insn` / `per cycle`); null where it did not. */
const wrappedUnit = ({kind, row}: CsvRow, next: string): CsvRow | null => {
  const last = row.metrics.at(-1);
  if (last === undefined || next.length > 40 || !/[a-z]/.test(next)) return null;
  const text = `${last.text} ${next.trim()}`;
  return isComment(text) ? {kind, row: {...row, metrics: [...row.metrics.slice(0, -1), {...last, text}]}} : null;
};

const splitFields = (text: string, separator: string): string[] => {
  const fields = text.replace(arrows, '').replace(stringEnd, '').split(separator);
  if (fields.length > 6 && thresholds.has(fields[fields.length - 1].trim())) fields.pop();
  while (fields.length > 7 && fields[fields.length - 1].trim() === '') fields.pop();
  if (text.includes(' ') || text.includes('\t')) for (let i = 0; i < fields.length; i++) fields[i] = fields[i].trim();
  if (separator === '/' || !text.includes('/')) return fields;
  // Separators inside `pmu/term=1,term=2/` belong to the name.
  const joined: string[] = [];
  for (const field of fields) {
    const last = joined.at(-1);
    if (last !== undefined && (last.split('/').length - 1) % 2 === 1 && /^[A-Za-z_]\w*\//.test(last)) joined[joined.length - 1] = last + separator + field;
    else joined.push(field);
  }
  return joined;
};

interface Prefix {
  readonly time: string | null;
  readonly aggregate: string | null;
  readonly rest: string[];
}

/** Takes time and aggregation fields off; perf up to 6.0 put a stray separator before or between them on comment rows. */
const splitPrefix = (fields: readonly string[]): Prefix => {
  let rest = [...fields];
  let time: string | null = null;
  const aggregates: string[] = [];
  if (rest.length > 1 && /^\d+[.,]\d{9}$/.test(rest[0])) time = rest.shift() ?? null;
  if (rest[0] === '' && aggregateField.test(rest[1] ?? '')) rest = rest.slice(1);
  if (aggregateField.test(rest[0] ?? '') && !count.test(rest[0])) {
    const name = rest.shift() ?? '';
    aggregates.push(name);
    const hasCpus = /^\d+$/.test(rest[0] ?? '') && (count.test(rest[1] ?? '') || rest[1] === '') && !name.startsWith('CPU') && /^[SDNCL]-?\d/.test(name);
    if (hasCpus) aggregates.push(rest.shift() ?? '');
  }
  return {time, aggregate: aggregates.length === 0 ? null : aggregates.join(' '), rest};
};

const splitCount = (text: string, separator: string): CsvRow | null => {
  const {time, aggregate, rest} = splitPrefix(splitFields(text, separator));
  // Split at `:`, modifiers were taken off their event: `instructions:u`.
  const isCut = separator === ':' && /^[ukhpPSDIGHWe]{1,8}$/.test(rest[3] ?? '');
  const fields = isCut ? [...rest.slice(0, 2), `${rest[2]}:${rest[3]}`, ...rest.slice(4)] : rest;
  if (fields.length < 5 || !count.test(fields[0]) || !/^[A-Za-z%/]*$/.test(fields[1]) || !eventName.test(fields[2])) return null;
  let next = 3;
  let noise: string | null = null;
  // With -G the control group follows the event.
  const group = /^\/|^[a-zA-Z]/.test(fields[next] ?? '') && /^\d+$|%$/.test(fields[next + 1] ?? '') ? fields[next++] : null;
  if (/^-?[\d.,]+%$/.test(fields[next])) noise = fields[next++].slice(0, -1);
  if (!/^\d+$/.test(fields[next] ?? '') || !/^\d+(?:[.,]\d+)?$/.test(fields[next + 1] ?? '')) return null;
  const running = fields[next + 1];
  const value = fields[next + 2] ?? '';
  // The comment's unit may itself hold the separator (`K/sec` split at `/`).
  const unit = fields.slice(next + 3).join(separator).replace(/\s+/g, ' ').trim();
  const isCounted = fields[0].startsWith('<') ? null : fields[0];
  return {kind: 'count', row: {
    event: fields[2], count: isCounted, unit: fields[1], status: isCounted !== null ? 'ok' : fields[0] === '<not counted>' ? 'not-counted' : 'not-supported',
    metrics: unit === '' ? [] : [{value: value === '' ? null : value, text: unit}], noise, running, time, aggregate: group === null ? aggregate : [aggregate, group].filter((part) => part !== null).join(' '), group: false,
  }};
};

/** `,,,,,12.3,%  tma_x`, `,,,,,,0.35,stalled cycles per insn`, `,RUN,PCT,,,,TopdownL1`: a metric of the row or group above. */
const splitMetric = (text: string, separator: string): CsvRow | null => {
  const fields = splitFields(text, separator);
  if (fields.length < 5) return null;
  const {time, aggregate, rest} = splitPrefix(fields);
  const words = rest.at(-1)?.replace(/\s+/g, ' ') ?? '';
  const value = rest.at(-2) ?? '';
  const numbers = rest.slice(0, -2).filter((field) => field !== '');
  if (rest[0] !== '' || words === '' || !/^[A-Za-z%/]/.test(words) || numbers.length > 2 || !numbers.every((field) => /^\d+(?:\.\d+)?$/.test(field))) return null;
  if (value !== '' && !/^-?\d+(?:[.,]\d+)?$/.test(value)) return null;
  const running = numbers.length === 2 ? numbers[1] : null;
  const row: RawRow = {event: words, count: null, status: 'ok', unit: '', metrics: [{value: value === '' ? null : value, text: words}], noise: null, running, time, aggregate, group: true};
  return value === '' && /^(?:Topdown|Default|[A-Z])\w*(?: \(\w+\))?$/.test(words) ? {kind: 'group', row: {...row, metrics: []}} : {kind: 'metric', row};
};
