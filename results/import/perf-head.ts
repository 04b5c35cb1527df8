// The beginning of a row: what may be before the count (interval time, core, thread), the count
// with its unit, and the name.
import {
  at,
  digitsEnd,
  hasBreak,
  isBlank,
  isDigit,
  mayBreak,
  numberEnd,
  skipBlank,
  skipGap,
  startsName,
  sticky,
} from './perf-tokens.ts';
import {unitNames, units} from './vocabulary.ts';
import {wordAt} from './repeated-words.ts';

/** Where the count begins, and what is before it. */
export interface Lead {
  readonly end: number;
  readonly time: string | null;
  readonly place: string | null;
  readonly cpus: string | null;
}

const leadTime = String.raw`[ \t]{0,400}(?:(\d{1,9}[.,]\d{9})[ \t]{1,80})?`;
/** Core, socket, node, cache or CPU. */
export const place = String.raw`S-?\d{1,6}(?:-[A-Z]{1,5}-?\d{1,6}){0,6}|CPU-?\d{1,6}|[NDCL]\d{1,6}`;
const cpus = String.raw`[ \t]{1,80}(?:(\d{1,9})[ \t]{1,80}(?=[\d<]))?`;
const thread = String.raw`[A-Za-z_<(:][^\s#]{0,60}-\d{1,10}`;
const lead = sticky(String.raw`${leadTime}(?:(${place}|${thread})${cpus})?`);
/** Names of threads may hold blanks, which tells them from prose in a table only. */
const tableLead = sticky(
  String.raw`${leadTime}(?:(${place}|${thread}|[A-Za-z_<(:][^\s#]{0,15}` +
    String.raw`(?: {1,2}[^\s#]{1,15}){0,3}? ?-\d{1,10})${cpus})?`,
);
/** Within a line and out of a table a thread name cannot be distinguished from prose. */
const innerLead = sticky(String.raw`${leadTime}(?:(${place})${cpus})?`);
/** After a time it can. */
const timedLead = sticky(
  String.raw`[ \t]{0,400}(\d{1,9}[.,]\d{9})[ \t]{1,80}(${place}|${thread})${cpus}`,
);
const mostBlanks = 400;

export const readLead = (
  text: string,
  position: number,
  isLineStart: boolean,
  isInTable: boolean,
): Lead => {
  const first = skipBlank(text, position);
  const timeTo = timeEnd(text, first);
  if (
    first - position <= mostBlanks &&
    timeTo < 0 &&
    !mayBePlace(text.charCodeAt(first), isLineStart || isInTable)
  ) {
    return {end: first, time: null, place: null, cpus: null};
  }
  const count = timeTo < 0 ? timeTo : skipBlank(text, timeTo);
  if (
    first - position <= mostBlanks &&
    count - timeTo <= mostPadded &&
    isDigit(text.charCodeAt(count))
  )
    return {end: count, time: text.slice(first, timeTo), place: null, cpus: null};
  const pattern = isInTable ? (isLineStart ? tableLead : lead) : isLineStart ? lead : innerLead;
  const timed =
    pattern === innerLead && isDigit(text.charCodeAt(first)) ? at(timedLead, text, position) : null;
  const found = timed ?? at(pattern, text, position);
  return {
    end: timed === null ? pattern.lastIndex : timedLead.lastIndex,
    time: found?.[1] ?? null,
    place: found?.[2] ?? null,
    cpus: found?.[3] ?? null,
  };
};

/** Blanks after a time. */
const mostPadded = 80;

/** The end of a time at `position`, which at most nine digits, a mark and nine digits are; or -1. */
const timeEnd = (text: string, position: number): number => {
  const mark = digitsEnd(text, position);
  const end = digitsEnd(text, mark + 1);
  const code = text.charCodeAt(mark);
  const isTime = mark > position && mark - position <= 9 && (code === 46 || code === 44);
  return isTime && end - mark === 10 && isBlank(text.charCodeAt(end)) ? end : -1;
};

const innerPlaces = new Set([...'SCNDL'].map((letter) => letter.charCodeAt(0)));

const mayBePlace = (code: number, mayBeThread: boolean): boolean =>
  mayBeThread
    ? startsName(code) || code === 60 || code === 40 || code === 58
    : innerPlaces.has(code);

/** `count` null = not supported or not counted. */
export interface Head {
  readonly count: string | null;
  readonly status: 'ok' | 'not-supported' | 'not-counted';
  readonly unit: string;
  readonly event: string;
  readonly end: number;
  /** The gap before the name is two blanks or more. */
  readonly wide: boolean;
}

const longestUnit = Math.max(...units.map((unit) => unit.length));
/** Before `pmu/event/` any word of this length is accepted as the unit. */
const longestOther = 8;
const otherUnit = sticky(
  String.raw`([A-Za-z]{1,8})[ \t]{1,40}([A-Za-z_][\w-]{0,60}\/[\w.,:=-]{1,100}\/[a-zA-Z]{0,8})(?!\S)`,
);
const refusals = [
  ['not supported', 'not-supported'],
  ['not counted', 'not-counted'],
] as const;
/** 1 for the characters of names, by their codes. */
const inNames = Uint8Array.from({length: 128}, (_one, code) =>
  /[\w.:/=,@?%*+~-]/.test(String.fromCharCode(code)) ? 1 : 0,
);
const longestName = 201;
const longName = 30;
/** A name that ends a clause (`3 things:`, `about 5.`) is prose. */
const endsClause = new Set([...'.,:%?+~*=-'].map((character) => character.charCodeAt(0)));

/**
 * `1,234 cycles`, `12.5 msec task-clock`, `<not supported> cycles`; the brackets may be missing, a
 * line may end between the parts.
 */
export const readHead = (text: string, position: number): Head | null => {
  let end = numberEnd(text, position);
  let status: Head['status'] = 'ok';
  const countEnd = end;
  if (end < 0) {
    const start = text.charCodeAt(position) === 60 ? position + 1 : position;
    if (text.charCodeAt(start) !== 110) return null;
    const refusal = refusals.find(([words]) => text.startsWith(words, start));
    if (refusal === undefined) return null;
    status = refusal[1];
    end = start + refusal[0].length;
    if (text.charCodeAt(end) === 62) end++;
  }
  let name = skipGap(text, end);
  if (name === end) return null;
  const gapEnd = name;
  // perf pads with blanks, never with zeros.
  if (
    countEnd > position + 1 &&
    text.charCodeAt(position) === 48 &&
    isDigit(text.charCodeAt(position + 1))
  )
    return null;
  let wide = name - end > 1;
  const unitEnd = readUnit(text, name);
  const following = unitEnd < 0 ? -1 : skipGap(text, unitEnd);
  const hasUnit = following > unitEnd && startsName(text.charCodeAt(following));
  const unit = hasUnit ? wordAt(text, name, unitEnd) : '';
  if (hasUnit) {
    name = following;
    wide ||= following - unitEnd > 1;
  }
  if (!startsName(text.charCodeAt(name))) return null;
  let last = name + 1;
  while (last < name + longestName && inNames[text.charCodeAt(last)] === 1) last++;
  // A mail program breaks where the line was long, or the name would have made it so.
  if (last - name < longName && hasBreak(text, end, gapEnd) && !mayBreak(text, end)) return null;
  // `foo_bar(x)` is a call.
  if (endsClause.has(text.charCodeAt(last - 1)) || text.charCodeAt(last) === openBracket)
    return null;
  const count = countEnd < 0 ? null : text.slice(position, countEnd);
  const other =
    unit === '' && last - name <= longestOther && startsName(text.charCodeAt(skipBlank(text, last)))
      ? at(otherUnit, text, name)
      : null;
  return other === null
    ? {count, status, unit, event: wordAt(text, name, last), end: last, wide}
    : {count, status, unit: other[1], event: other[2], end: otherUnit.lastIndex, wide: true};
};

const openBracket = 40;
/** The end of the unit at `position`, or -1. */
const readUnit = (text: string, position: number): number => {
  let end = position;
  while (end <= position + longestUnit && text.charCodeAt(end) > 32) end++;
  return end <= position + longestUnit && unitNames.has(wordAt(text, position, end)) ? end : -1;
};

/** Decimals too, but three digits after a mark may be one more group. */
const blankGroups = sticky(
  String.raw`(\d{1,3}(?: \d{3}){1,6}(?:[.,](?:\d{1,2}|\d{4,9}))?)(?=[ \t]{1,}[A-Za-z_])`,
);
/**
 * The last group of such a number, seen from where it begins: without those before it it would be
 * another number.
 */
export const endsBlankGroups = (text: string, position: number): boolean =>
  text.charCodeAt(position - 1) === 32 &&
  isDigit(text.charCodeAt(position - 2)) &&
  isDigit(text.charCodeAt(position)) &&
  /^\d{3}(?![\d.,])/.test(text.slice(position, position + 4));

/** Counts whose thousands are set apart by single blanks. */
export const readBlankGroups = (text: string, position: number): Head | null => {
  const found = isDigit(text.charCodeAt(position)) ? at(blankGroups, text, position) : null;
  if (found === null) return null;
  const end = blankGroups.lastIndex;
  const rest = readHead(`1${text.slice(end, end + 700)}`, 0);
  return rest === null
    ? null
    : {...rest, count: found[1].replaceAll(' ', "'"), end: end + rest.end - 1};
};
