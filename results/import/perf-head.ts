// The beginning of a row: what may be before the count (interval time, core, thread), the count
// with its unit, and the name.
import type {Codes, Source} from './perf-codes.ts';
import {
  digitsEnd,
  hasBreak,
  mayBreak,
  numberEnd,
  skipBlank,
  skipGap,
  sourceOf,
} from './perf-codes.ts';
import type {Draft} from './perf-draft.ts';
import {at, isBlank, isDigit, startsName, sticky} from './perf-tokens.ts';
import {wordIn} from './perf-words.ts';
import {units} from './vocabulary.ts';

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

/** Reads what is before the count: the interval's time, core or thread, number of CPUs. */
export const readLead = (row: Draft): void => {
  const {text, codes, position, first, isLineStart, isInTable} = row;
  const timeTo = timeEnd(codes, first);
  row.start = first;
  row.time = row.place = row.cpus = null;
  if (first - position <= mostBlanks) {
    if (timeTo < 0 && !mayBePlace(codes[first], isLineStart || isInTable)) return;
    const count = timeTo < 0 ? timeTo : skipBlank(codes, timeTo);
    if (timeTo >= 0 && count - timeTo <= mostPadded && isDigit(codes[count])) {
      row.start = count;
      row.time = text.slice(first, timeTo);
      return;
    }
  }
  const pattern = isInTable ? (isLineStart ? tableLead : lead) : isLineStart ? lead : innerLead;
  const timed =
    pattern === innerLead && isDigit(codes[first]) ? at(timedLead, text, position) : null;
  const found = timed ?? at(pattern, text, position);
  row.start = timed === null ? pattern.lastIndex : timedLead.lastIndex;
  row.time = found?.[1] ?? null;
  row.place = found?.[2] ?? null;
  row.cpus = found?.[3] ?? null;
};

/** Blanks after a time. */
const mostPadded = 80;

/** The end of a time at `position`, which at most nine digits, a mark and nine digits are; or -1. */
const timeEnd = (codes: Codes, position: number): number => {
  const mark = digitsEnd(codes, position);
  const code = codes[mark];
  if (mark === position || mark - position > 9 || (code !== 46 && code !== 44)) return -1;
  const end = digitsEnd(codes, mark + 1);
  return end - mark === 10 && isBlank(codes[end]) ? end : -1;
};

const innerPlaces = new Set([...'SCNDL'].map((letter) => letter.charCodeAt(0)));

const mayBePlace = (code: number, mayBeThread: boolean): boolean =>
  mayBeThread
    ? startsName(code) || code === 60 || code === 40 || code === 58
    : innerPlaces.has(code);

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
const inNames = Uint8Array.from({length: 256}, (_one, code) =>
  /[\w.:/=,@?%*+~-]/.test(String.fromCharCode(code)) ? 1 : 0,
);
const longestName = 201;
const longName = 30;
/** A name that ends a clause (`3 things:`, `about 5.`) is prose, and `foo_bar(x)` is a call. */
const endsClause = Uint8Array.from({length: 256}, (_one, code) =>
  '.,:%?+~*=-'.includes(String.fromCharCode(code)) ? 1 : 0,
);

/**
 * `1,234 cycles`, `12.5 msec task-clock`, `<not supported> cycles`; the brackets may be missing, a
 * line may end between the parts.
 */
export const readHead = (row: Draft, source: Source, position: number): boolean => {
  const {text, codes} = source;
  let end = numberEnd(codes, position);
  let status: Draft['status'] = 'ok';
  const countEnd = end;
  if (end < 0) {
    const start = codes[position] === 60 ? position + 1 : position;
    if (codes[start] !== 110) return false;
    const refusal = refusals.find(([words]) => text.startsWith(words, start));
    if (refusal === undefined) return false;
    status = refusal[1];
    end = start + refusal[0].length;
    if (codes[end] === 62) end++;
  }
  let name = skipGap(codes, end);
  if (name === end) return false;
  const gapEnd = name;
  // perf pads with blanks, never with zeros.
  if (countEnd > position + 1 && codes[position] === 48 && isDigit(codes[position + 1]))
    return false;
  const unitEnd = readUnit(source, name);
  const following = unitEnd < 0 ? -1 : skipGap(codes, unitEnd);
  const hasUnit = following > unitEnd && startsName(codes[following]);
  const unit = hasUnit ? wordIn(source, name, unitEnd).text : '';
  if (hasUnit) name = following;
  if (!startsName(codes[name])) return false;
  let last = name + 1;
  while (last < name + longestName && inNames[codes[last]] === 1) last++;
  // A mail program breaks where the line was long, or the name would have made it so.
  if (last - name < longName && hasBreak(codes, end, gapEnd) && !mayBreak(codes, end)) return false;
  if (endsClause[codes[last - 1]] === 1 || codes[last] === openBracket) return false;
  row.count = countEnd < 0 ? null : text.slice(position, countEnd);
  row.status = status;
  row.unit = unit;
  row.wide = gapEnd - end > 1 || (hasUnit && name - unitEnd > 1);
  row.isUnitFirst = hasUnit;
  row.nameEnd = last;
  const other =
    unit === '' && last - name <= longestOther && startsName(codes[skipBlank(codes, last)])
      ? at(otherUnit, text, name)
      : null;
  if (other === null) {
    row.event = wordIn(source, name, last).text;
    return true;
  }
  row.unit = other[1];
  row.event = other[2];
  row.nameEnd = otherUnit.lastIndex;
  row.wide = row.isUnitFirst = true;
  return true;
};

const openBracket = 40;
/** 1 for the characters units begin with, by their codes. */
const startsUnit = Uint8Array.from({length: 256}, (_one, code) =>
  units.some((unit) => unit.charCodeAt(0) === code) ? 1 : 0,
);
/** The end of the unit at `position`, or -1. */
const readUnit = (source: Source, position: number): number => {
  const {codes} = source;
  if (startsUnit[codes[position]] !== 1) return -1;
  let end = position + 1;
  while (end <= position + longestUnit && codes[end] > 32) end++;
  return end <= position + longestUnit && wordIn(source, position, end).isUnit ? end : -1;
};

/** Decimals too, but three digits after a mark may be one more group. */
const blankGroups = sticky(
  String.raw`(\d{1,3}(?: \d{3}){1,6}(?:[.,](?:\d{1,2}|\d{4,9}))?)(?=[ \t]{1,}[A-Za-z_])`,
);
/**
 * The last group of such a number, seen from where it begins: without those before it it would be
 * another number.
 */
export const endsBlankGroups = ({text, codes}: Source, position: number): boolean =>
  codes[position - 1] === 32 &&
  isDigit(codes[position - 2]) &&
  isDigit(codes[position]) &&
  /^\d{3}(?![\d.,])/.test(text.slice(position, position + 4));

/** Counts whose thousands are set apart by single blanks. */
export const readBlankGroups = (row: Draft, position: number): boolean => {
  const {text, codes} = row;
  const found = isDigit(codes[position]) ? at(blankGroups, text, position) : null;
  if (found === null) return false;
  const end = blankGroups.lastIndex;
  if (!readHead(row, sourceOf(`1${text.slice(end, end + 700)}`), 0)) return false;
  row.count = found[1].replaceAll(' ', "'");
  row.nameEnd += end - 1;
  return true;
};
