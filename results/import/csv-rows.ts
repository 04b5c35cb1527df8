// One row of `perf stat -x`, of every version since 2.6.38, from its fields.
import type {Fields} from './csv-fields.ts';
import {
  fieldAt,
  fieldsFrom,
  isCount,
  isDecimal,
  isEmpty,
  isEvent,
  isPercent,
  isWhole,
  joinNext,
  splitFields,
  startsWord,
} from './csv-fields.ts';
import type {RawRow} from './raw-table.ts';
import {isComment, knownEvent, unitNames} from './vocabulary.ts';
import {remembered, wordAt} from './repeated-words.ts';

export interface CsvRow {
  readonly kind: 'count' | 'metric' | 'group';
  readonly row: RawRow;
}

const aggregateField = /^(?:S-?\d+(?:-[A-Z]+-?\d+)*|CPU-?\d+|[NDCL]-?\d+|summary|[^#]{1,24}-\d+)$/;

/**
 * Rows of perf 2.6.38 to 4.x: `884,cache-misses`, `0.65,msec,task-clock,1.10%`,
 * `1166462,cycles,1215612,70.15`, after time and place.
 */
export const mostShort = 160;
const shortRow = new RegExp(
  String.raw`^\s*(?:(\d{1,9}[.,]\d{9})([,;|]))?(?:(S\d+|S\d+-C\d+|CPU\d+)([,;|])` +
    String.raw`(?:(\d{1,6})\4(?=\d[\d.]*\4|<))?)?(\d+(?:[.,]\d+)?|<not (?:supported` +
    String.raw`|counted)>)([,;|])(?:(msec|)\7)?((?:${knownEvent}|task-clock-msecs` +
    String.raw`|raw 0x[0-9a-f]{1,16}|r[0-9a-f]{2,16})(?::[a-zA-Z]{1,8})?)(?:\7(\d[\d.,]*)%)?` +
    String.raw`(?:\7(\d+)\7(\d+[.,]\d\d))?\s*$`,
);

export const splitShort = (text: string): RawRow | null => {
  const found = shortRow.exec(text);
  if (found === null) return null;
  const [, time, , place, , cpus, printed, , unit, event, noise, , running] = found;
  const isCounted = !printed.startsWith('<');
  return {
    event: event.replace(/-msecs$/, ''),
    count: isCounted ? printed : null,
    unit: unit ?? (/^(?:task|cpu)-clock/.test(event) && /[.,]/.test(printed) ? 'msec' : ''),
    status: isCounted ? 'ok' : printed === '<not counted>' ? 'not-counted' : 'not-supported',
    metrics: [],
    noise: noise ?? null,
    running: running ?? null,
    time: time ?? null,
    aggregate: place === undefined ? null : cpus === undefined ? place : `${place} ${cpus}`,
    group: false,
  };
};

/** `end`: how many fields are before the count. */
interface Prefix {
  readonly time: string | null;
  readonly aggregate: string | null;
  readonly end: number;
}

const noPrefix: Prefix = {time: null, aggregate: null, end: 0};

/**
 * Takes time and aggregation fields off; perf up to 6.0 put a stray separator before or between
 * them on comment rows.
 */
const splitPrefix = (fields: Fields): Prefix => {
  const isTimed = fields.length > 1 && isDecimal(fields, 0, timeDecimals);
  let end = isTimed ? 1 : 0;
  const time = isTimed ? fieldAt(fields, 0) : null;
  if (isEmpty(fields, end) && isPlace(fieldAt(fields, end + 1))) end++;
  if (isCount(fields, end) || !isPlace(fieldAt(fields, end)))
    return end === 0 ? noPrefix : {time, aggregate: null, end};
  const name = fieldAt(fields, end++);
  const hasCpus =
    isWhole(fields, end) &&
    (isCount(fields, end + 1) || (isEmpty(fields, end + 1) && end + 1 < fields.length)) &&
    !name.startsWith('CPU') &&
    /^[SDNCL]-?\d/.test(name);
  return hasCpus
    ? {time, aggregate: `${name} ${fieldAt(fields, end)}`, end: end + 1}
    : {time, aggregate: name, end};
};
const timeDecimals = 9;
const isPlace = (field: string): boolean => field !== '' && aggregateField.test(field);

/** The words of a comment, blanks as one. */
const wordsOf = (text: string): string => (isPlain(text) ? text : text.replace(/\s+/g, ' ').trim());
/** Comments of perf as they are, which most are. */
const isPlain = remembered((text) => text === '' || (isComment(text) && !/\s\s|\t/.test(text)));

/** A field that repeats from row to row. */
const repeated = ({text, from, to}: Fields, k: number): string =>
  from[k] === to[k] ? '' : wordAt(text, from[k], to[k]);

/** Reads the row that lies in `text` from `start` to `end`; null if it is not one of its kind. */
type SplitRow = (text: string, start: number, end: number, separator: string) => CsvRow | null;

/** The row of a count. */
export const splitCount: SplitRow = (text, start, end, separator) => {
  const fields = splitFields(text, start, end, separator);
  if (fields.length < 5) return null;
  const prefix = splitPrefix(fields);
  const first = prefix.end;
  // Split at `:`, modifiers were taken off their event: `instructions:u`.
  if (separator === ':' && /^[ukhpPSDIGHWe]{1,8}$/.test(fieldAt(fields, first + 3)))
    joinNext(fields, first + 2, ':');
  if (
    fields.length - first < 5 ||
    !isCount(fields, first) ||
    !isUnit(fields, first + 1) ||
    !isEvent(fields, first + 2)
  )
    return null;
  let next = first + 3;
  // With -G the control group follows the event.
  const group =
    startsWord(fields, next) &&
    (isWhole(fields, next + 1) || fieldAt(fields, next + 1).endsWith('%'))
      ? fieldAt(fields, next++)
      : null;
  const noise = isPercent(fields, next) ? fieldAt(fields, next++).slice(0, -1) : null;
  if (!isWhole(fields, next) || !isDecimal(fields, next + 1)) return null;
  const unit = commentOf(fields, next + 3, separator);
  const count = fieldAt(fields, first);
  const isCounted = !count.startsWith('<');
  return {
    kind: 'count',
    row: {
      event: repeated(fields, first + 2),
      count: isCounted ? count : null,
      unit: repeated(fields, first + 1),
      status: isCounted ? 'ok' : count === '<not counted>' ? 'not-counted' : 'not-supported',
      metrics:
        unit === ''
          ? []
          : [{value: isEmpty(fields, next + 2) ? null : fieldAt(fields, next + 2), text: unit}],
      noise,
      running: fieldAt(fields, next + 1),
      time: prefix.time,
      aggregate:
        group === null
          ? prefix.aggregate
          : [prefix.aggregate, group].filter((part) => part !== null).join(' '),
      group: false,
    },
  };
};

/** The words from field `k` on: a comment may itself hold the separator (`K/sec` split at `/`). */
const commentOf = (fields: Fields, k: number, separator: string): string =>
  wordsOf(k + 1 >= fields.length ? repeated(fields, k) : fieldsFrom(fields, k).join(separator));

/** Field `k` is a unit. Before `pmu/event/` any word is accepted. */
const isUnit = (fields: Fields, k: number): boolean => {
  if (isEmpty(fields, k)) return true;
  const word = repeated(fields, k);
  return (
    unitNames.has(word) || (/^[A-Za-z%/]{1,12}$/.test(word) && fieldAt(fields, k + 1).includes('/'))
  );
};

/**
 * `,,,,,12.3,%  tma_x`, `,,,,,,0.35,stalled cycles per insn`, `,RUN,PCT,,,,TopdownL1`: a metric of
 * the row or group above.
 */
export const splitMetric: SplitRow = (text, start, end, separator) => {
  const fields = splitFields(text, start, end, separator);
  if (fields.length < 5) return null;
  const {time, aggregate, end: first} = splitPrefix(fields);
  const rest = fieldsFrom(fields, first);
  const words = rest.at(-1)?.replace(/\s+/g, ' ') ?? '';
  const value = rest.at(-2) ?? '';
  const numbers = rest.slice(0, -2).filter((field) => field !== '');
  if (
    rest[0] !== '' ||
    words === '' ||
    !/^[A-Za-z%/]/.test(words) ||
    numbers.length > 2 ||
    !numbers.every((field) => /^\d+(?:\.\d+)?$/.test(field))
  )
    return null;
  if (value !== '' && !/^-?\d+(?:[.,]\d+)?$/.test(value)) return null;
  const running = numbers.length === 2 ? numbers[1] : null;
  const row: RawRow = {
    event: words,
    count: null,
    status: 'ok',
    unit: '',
    metrics: [{value: value === '' ? null : value, text: words}],
    noise: null,
    running,
    time,
    aggregate,
    group: true,
  };
  return value === '' && /^(?:Topdown|Default|[A-Z])\w*(?: \(\w+\))?$/.test(words)
    ? {kind: 'group', row: {...row, metrics: []}}
    : {kind: 'metric', row};
};
