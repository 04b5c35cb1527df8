// Reads `perf stat -x SEP`: one row a line, any separator, of every version since 4.4 and with the defects of each.
import type {Lines} from './lines.ts';
import {lineAt} from './lines.ts';
import {newLineTables, repeatsFirst} from './line-tables.ts';
import type {RawRow} from './perf-row.ts';
import type {RawTable, ReadTables} from './raw-table.ts';
import {knownEvent} from './vocabulary.ts';

const commonSeparators = [',', ';', '\t', '|'] as const;
const anyEvent = new RegExp(String.raw`(?<![\w-])${knownEvent}(?::[a-zA-Z]+|\/(?!\d))?`);
const count = /^(?:\d+(?:[.,]\d+)?|<not (?:supported|counted)>)$/;
const eventName = /^[A-Za-z_][\w\-.:/=,@%?*+~ []*$/;
const arrows = /^\s*[=-]+>\s*/;
const neutral = /^\s*(?:#.*|[-=_.~\s]*)$/;
const aggregateField = /^(?:S-?\d+(?:-[A-Z]+-?\d+)*|CPU-?\d+|[NDCL]-?\d+|summary|.*-\d+)$/;

/**
 * Field order (perf 3.x to 6.19): time (`-I`), aggregation fields, value, unit, event, standard error in percent (only `-r`),
 * running time in ns, running percent, comment value, comment unit. Rows with an empty value carry a further comment of the row
 * above, or a metric group. Blanks as separator are refused: an empty unit cannot be told from none.
 */
export const readCsv = (lines: Lines): ReadTables => {
  const separators = findSeparators(lines);
  if (separators.length === 0) return {tables: [], claimed: null};
  const {numbers} = lines;
  const claimed = new Uint8Array(numbers.length);
  const tables = newLineTables(startsNext);
  for (let i = 0; i < numbers.length; i++) {
    const text = lineAt(lines, i);
    const found = readLine(text, separators, tables.isOpen());
    if (found === null) {
      tables.other(text, !neutral.test(text));
      continue;
    }
    claimed[i] = 1;
    if (found.kind === 'count') tables.count(found.row, numbers[i]);
    else if (found.kind === 'group') tables.group(found.row);
    else tables.metric(found.row, numbers[i]);
  }
  return {tables: tables.all(), claimed};
};

/** Means of repeated runs have a noise in every row, and single runs in none. */
const startsNext = (open: RawTable, row: RawRow): boolean =>
  (open.rows.length > 0 && (open.rows[0].noise === null) !== (row.noise === null)) || repeatsFirst(open, row);

interface CsvRow {
  readonly kind: 'count' | 'metric' | 'group';
  readonly row: RawRow;
}

/** A separator seen in as many lines is taken as seen in every further line that has it. */
const often = 100;

/** The separators that lines of this text can be split by: known events tell any, other events the common ones. */
const findSeparators = (lines: Lines): string[] => {
  const found = new Map<string, number>();
  let usual: string | null = null;
  for (let i = 0; i < lines.numbers.length; i++) {
    const length = lines.starts[i + 1] - 1 - lines.starts[i];
    if (length > 600 || length < 12) continue;
    const text = lineAt(lines, i);
    if (usual !== null && isSplit(text, usual)) continue;
    const event = anyEvent.exec(text);
    const rest = event === null ? null : /^([^\w\s.<>()"%-]{1,3}|\t)(?:\d+[.,]?\d*%\1)?\d+\1/.exec(text.slice(event.index + event[0].length));
    const tried = rest === null ? commonSeparators : [rest[1]];
    for (const separator of tried) {
      if (!isSplit(text, separator) || splitCount(text, separator) === null) continue;
      const seen = (found.get(separator) ?? 0) + 1;
      if (seen === often) usual ??= separator;
      found.set(separator, usual === separator ? Infinity : seen);
    }
  }
  return [...found].sort((a, b) => b[1] - a[1]).map(([separator]) => separator).slice(0, 3);
};

/** At least four separators: cheaper to see than to split. */
const isSplit = (text: string, separator: string): boolean => {
  let at = -1;
  for (let n = 0; n < 4; n++) {
    at = text.indexOf(separator, at + 1);
    if (at < 0) return false;
  }
  return true;
};

const readLine = (text: string, separators: readonly string[], isOpen: boolean): CsvRow | null => {
  if (text.length > 2000) return null;
  for (const separator of separators) {
    if (!isSplit(text, separator)) continue;
    const counted = splitCount(text, separator);
    if (counted !== null) return {kind: 'count', row: counted};
  }
  if (!isOpen) return null;
  for (const separator of separators) {
    if (!isSplit(text, separator)) continue;
    const metric = splitMetric(text, separator);
    if (metric !== null) return metric;
  }
  return null;
};

const splitFields = (text: string, separator: string): string[] => {
  const fields = text.replace(arrows, '').split(separator);
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

const splitCount = (text: string, separator: string): RawRow | null => {
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
  return {
    event: fields[2], count: isCounted, unit: fields[1], status: isCounted !== null ? 'ok' : fields[0] === '<not counted>' ? 'not-counted' : 'not-supported',
    metrics: unit === '' ? [] : [{value: value === '' ? null : value, text: unit}], noise, running, time, aggregate: group === null ? aggregate : [aggregate, group].filter((part) => part !== null).join(' '), group: false,
  };
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
