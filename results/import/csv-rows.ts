// One row of `perf stat -x`, of every version since 2.6.38, from its fields.
import {isDigit} from './perf-tokens.ts';
import type {RawRow} from './raw-table.ts';
import {isComment, knownEvent, unitNames} from './vocabulary.ts';
import {remembered, wordAt} from './repeated-words.ts';

export interface CsvRow {
  readonly kind: 'count' | 'metric' | 'group';
  readonly row: RawRow;
}

const count = /^(?:\d+(?:[.,]\d+)?|<not (?:supported|counted)>)$/;
const eventName = /^[A-Za-z_][\w\-.:/=,@%?*+~ []*$/;
/** What may be before a row: an arrow of a remark, the beginning of a string constant. */
const arrows = new RegExp(
  String.raw`^(?:\s*[=-]+>\s*|\s*(?:\/\/|[#*+])\s*(?=\S+-\d+[,;|])|\s*\+(?=[\d<])` +
    String.raw`|[^"\d,;|]{0,60}"(?:"")?(?=[\d<SC,;|]))`,
);
/** How string constants of programs end: `\\n"`, `\\n\\`. */
const stringEnd = /(?:\\n)?["\\]+[,;)+]*\s*(?:\/\/.*)?$/;
/** The judgement of a metric that some versions put after it. */
const thresholds: ReadonlySet<string> = new Set([
  'good',
  'less good',
  'nearly bad',
  'bad',
  'unknown',
]);
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

const splitFields = (text: string, separator: string): string[] => {
  const bare = isDigit(text.charCodeAt(0)) ? text : text.replace(arrows, '');
  const hasEnd = bare.includes('"') || bare.includes('\\');
  const fields = (hasEnd ? bare.replace(stringEnd, '') : bare).split(separator);
  if (fields.length > 6 && thresholds.has(fields[fields.length - 1].trim())) fields.pop();
  while (fields.length > 7 && fields[fields.length - 1].trim() === '') fields.pop();
  for (let i = 0; i < fields.length; i++) if (isLoose(fields[i])) fields[i] = fields[i].trim();
  if (separator === '/' || !text.includes('/') || !fields.some(opensTerm)) return fields;
  // Separators inside `pmu/term=1,term=2/` belong to the name.
  const joined: string[] = [];
  for (const field of fields) {
    const last = joined.at(-1);
    if (last !== undefined && opensTerm(last) && last.split('/').length % 2 === 0)
      joined[joined.length - 1] = last + separator + field;
    else joined.push(field);
  }
  return joined;
};

/** A field with a blank at one of its ends. */
const isLoose = (field: string): boolean =>
  field !== '' && !(isInk(field.charCodeAt(0)) && isInk(field.charCodeAt(field.length - 1)));
const isInk = (code: number): boolean => code > 32 && code < 127;
const pmuStart = /^[A-Za-z_]\w*\//;
const opensTerm = (field: string): boolean => pmuStart.test(field);

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
const splitPrefix = (fields: readonly string[]): Prefix => {
  const isTimed = fields.length > 1 && /^\d+[.,]\d{9}$/.test(fields[0]);
  let end = isTimed ? 1 : 0;
  const time = isTimed ? fields[0] : null;
  if (fields[end] === '' && aggregateField.test(fields[end + 1] ?? '')) end++;
  const name = fields[end] ?? '';
  if (count.test(name) || !aggregateField.test(name))
    return end === 0 ? noPrefix : {time, aggregate: null, end};
  end++;
  const cpus = fields[end] ?? '';
  const hasCpus =
    /^\d+$/.test(cpus) &&
    (count.test(fields[end + 1] ?? '') || fields[end + 1] === '') &&
    !name.startsWith('CPU') &&
    /^[SDNCL]-?\d/.test(name);
  return hasCpus
    ? {time, aggregate: `${name} ${cpus}`, end: end + 1}
    : {time, aggregate: name, end};
};

/** The words of a comment, blanks as one. */
const wordsOf = (text: string): string =>
  isWhole(text) ? wordAt(text, 0, text.length) : text.replace(/\s+/g, ' ').trim();
/** Comments of perf as they are, which most are. */
const isWhole = remembered((text) => text === '' || (isComment(text) && !/\s\s|\t/.test(text)));

export const splitCount = (text: string, separator: string): CsvRow | null => {
  const all = splitFields(text, separator);
  const {time, aggregate, end} = splitPrefix(all);
  const rest = end === 0 ? all : all.slice(end);
  // Split at `:`, modifiers were taken off their event: `instructions:u`.
  const isCut = separator === ':' && /^[ukhpPSDIGHWe]{1,8}$/.test(rest[3] ?? '');
  const fields = isCut ? [...rest.slice(0, 2), `${rest[2]}:${rest[3]}`, ...rest.slice(4)] : rest;
  if (
    fields.length < 5 ||
    !count.test(fields[0]) ||
    !isUnit(fields[1], fields[2]) ||
    !eventName.test(fields[2])
  )
    return null;
  let next = 3;
  let noise: string | null = null;
  // With -G the control group follows the event.
  const group =
    /^\/|^[a-zA-Z]/.test(fields[next] ?? '') && /^\d+$|%$/.test(fields[next + 1] ?? '')
      ? fields[next++]
      : null;
  if (/^-?[\d.,]+%$/.test(fields[next])) noise = fields[next++].slice(0, -1);
  if (!/^\d+$/.test(fields[next] ?? '') || !/^\d+[.,]\d+$/.test(fields[next + 1] ?? ''))
    return null;
  const running = fields[next + 1];
  const value = fields[next + 2] ?? '';
  // The comment's unit may itself hold the separator (`K/sec` split at `/`).
  const unit = wordsOf(
    next + 4 === fields.length ? fields[next + 3] : fields.slice(next + 3).join(separator),
  );
  const isCounted = fields[0].startsWith('<') ? null : fields[0];
  return {
    kind: 'count',
    row: {
      event: wordAt(fields[2], 0, fields[2].length),
      count: isCounted,
      unit: wordAt(fields[1], 0, fields[1].length),
      status:
        isCounted !== null ? 'ok' : fields[0] === '<not counted>' ? 'not-counted' : 'not-supported',
      metrics: unit === '' ? [] : [{value: value === '' ? null : value, text: unit}],
      noise,
      running,
      time,
      aggregate:
        group === null ? aggregate : [aggregate, group].filter((part) => part !== null).join(' '),
      group: false,
    },
  };
};

/** Before `pmu/event/` any word is accepted as the unit. */
const isUnit = (word: string, event: string): boolean =>
  word === '' || unitNames.has(word) || (/^[A-Za-z%/]{1,12}$/.test(word) && event.includes('/'));

/**
 * `,,,,,12.3,%  tma_x`, `,,,,,,0.35,stalled cycles per insn`, `,RUN,PCT,,,,TopdownL1`: a metric of
 * the row or group above.
 */
export const splitMetric = (text: string, separator: string): CsvRow | null => {
  const fields = splitFields(text, separator);
  if (fields.length < 5) return null;
  const {time, aggregate, end} = splitPrefix(fields);
  const rest = fields.slice(end);
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
