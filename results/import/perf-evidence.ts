// What tells a row from prose with a number and a word in it: its layout, its name, its comments,
// what is around it.
import type {Decorations} from './perf-decorations.ts';
import type {Head, Lead} from './perf-head.ts';
import {place, readBlankGroups, readHead, readLead} from './perf-head.ts';
import {headerWords, readFooter} from './perf-items.ts';
import {isKnownMetric} from './perf-metric.ts';
import {at, isBlank, isDigit, numberEnd, skipBlank, sticky} from './perf-tokens.ts';
import {isKnownEvent, isWholeName, looksLikeEvent} from './vocabulary.ts';

/**
 * Where a row may begin. `isLineStart`: nothing comes before it in its line. `isInTable`: a table
 * is open and the piece before ended right here.
 */
export interface Place {
  readonly text: string;
  readonly position: number;
  readonly isLineStart: boolean;
  readonly isInTable: boolean;
  /** That table has a header, so that any name may be an event. */
  readonly isHeaded: boolean;
}

/**
 * A row that may be one: `event` and `unit` as they were understood, `nameEnd` the position after
 * its name and what belongs to it.
 */
export interface Candidate extends Place {
  readonly before: Lead;
  readonly head: Head;
  readonly event: string;
  readonly unit: string;
  readonly nameEnd: number;
  readonly more: Decorations;
}

const [lineFeed, hash, lessThan, capitalP] = [10, 35, 60, 80];

/** False if the beginning alone shows that it is not a row. */
export const mayBeRow = (
  {text, position, isLineStart, isInTable}: Place,
  before: Lead,
  {count, status}: Head,
): boolean => {
  // After `#` a number is a comment, whatever stood before it.
  if (!isLineStart && isAfterHash(text, position)) return false;
  // In tables also accept `not counted` without `<>`: web pages drop them.
  if (status !== 'ok' && !isInTable && text.charCodeAt(before.end) !== lessThan) return false;
  // In `S0 4 cycles` the small number is a CPU count, not a counter value.
  return (
    before.place === null ||
    before.cpus !== null ||
    count === null ||
    !bareCpus.test(count) ||
    !withCpus.test(before.place)
  );
};

const bareCpus = /^\d{1,4}$/;
const withCpus = new RegExp(`^(?!CPU)(?:${place})$`);

const isAfterHash = (text: string, position: number): boolean => {
  let p = position - 1;
  while (isBlank(text.charCodeAt(p))) p--;
  return text.charCodeAt(p) === hash;
};

export const isRow = (row: Candidate): boolean => {
  const {more, nameEnd} = row;
  if (more.metrics.length > 0) return isCommented(row);
  return !isFraction(row) && (more.end === nameEnd ? isBare(row) : isShared(row));
};

/**
 * In a table any comment will do. Elsewhere the event must be perf's, or the row must have a line and
 * a comment of perf's to itself; within a line, words that follow make it a sentence.
 */
const isCommented = ({text, isLineStart, isInTable, event, nameEnd, more}: Candidate): boolean => {
  if (isInTable) return true;
  if (looksLikeEvent(event)) return isLineStart || endsHere(text, more.end, false);
  return (
    isLineStart &&
    text.charCodeAt(skipBlank(text, nameEnd)) === hash &&
    more.metrics.some(isKnownMetric)
  );
};

/** Counts without a unit are whole, but for clocks and what PMUs scale. */
const isFraction = ({head, event, unit}: Candidate): boolean =>
  head.count !== null && unit === '' && fraction.test(head.count) && !/clock|time$|\//.test(event);
const fraction = /^\d{1,9}[.,](?:\d{1,2}|\d{4,9})$/;

/** A count and a name alone: the table around it, the name and what follows must tell. */
const isBare = (row: Candidate): boolean => {
  const {text, isLineStart, isInTable, isHeaded, before, head, event, nameEnd} = row;
  const isEvent = looksLikeEvent(event);
  const isColumn = head.wide && (isHeaded || before.time !== null);
  if (
    head.status !== 'ok'
      ? !isInTable && !isEvent
      : !(isInTable ? isColumn || isEvent : standsOut(row))
  )
    return false;
  // Where line breaks are lost anything but a number may follow a row at once.
  const isBeforeProse =
    isInTable &&
    !isLineStart &&
    head.status === 'ok' &&
    isEvent &&
    isBlank(text.charCodeAt(nameEnd)) &&
    !isDigit(text.charCodeAt(skipBlank(text, nameEnd)));
  return isBeforeProse || endsHere(text, nameEnd, isInTable);
};

/** Without a table around it a bare row has perf's layout and a name that is an event's. */
const standsOut = (row: Candidate): boolean => {
  const {
    text,
    position,
    isLineStart,
    before,
    head: {count},
    event,
    unit,
  } = row;
  const isPerfs = isKnownEvent(event) || isWholeName(event);
  const isGrouped = count !== null && grouped.test(count);
  return isLaidOut(row)
    ? looksLikeEvent(event) && (isPerfs || isGrouped || isPadded(text, position, before.end))
    : isLineStart &&
        isPerfs &&
        count !== null &&
        (unit === 'msec' ||
          manyGroups.test(count) ||
          (isGrouped && before.end - position > mostQuoted) ||
          (longCount.test(count) && before.end - position > 1));
};

/** Quoted prose is indented by at most this many blanks. */
const mostQuoted = 6;
/** Groups set apart by blanks, read as apostrophes. */
const manyGroups = /^\d{1,3}(?:'\d{3}){2,}$/;
/** More than people write without group marks. */
const longCount = /^\d{8,}$/;
const isLaidOut = ({isLineStart, before, head}: Candidate): boolean =>
  before.time !== null || (isLineStart && (head.wide || head.unit !== ''));
const grouped = /^\d{1,3}(?:[.,' ]\d{3})+$/;

/**
 * perf's own layout without group marks: the count ends in column 14 or more, the name begins six
 * columns after it.
 */
const isPadded = (text: string, position: number, count: number): boolean =>
  count - position >= 2 &&
  /^\d+ {6}\S/.test(text.slice(count, count + 40)) &&
  numberEnd(text, count) - position >= 14;

/** A count, a name and no more than shares: `12 packets (0.01%)` is prose, too. */
const isShared = (row: Candidate): boolean => {
  const {text, isLineStart, isInTable, event, more} = row;
  const isEvent = looksLikeEvent(event);
  if (isInTable) return (isEvent && more.noise !== null) || endsHere(text, more.end, true);
  if (isLaidOut(row)) return isEvent && endsHere(text, more.end, false);
  if (!isKnownEvent(event) && !isWholeName(event)) return false;
  return more.noise === null && !isLineStart
    ? startsPiece(text, more.end, false)
    : endsHere(text, more.end, false);
};

/** How people mark a remark after a row. */
const remark = sticky(
  String.raw`//|--|<[-=]|[-=]>|[;!*~|]|[\u2190-\u21ff\u2500-\u27bf\u3000-\u9fff\uac00-\ud7af]|\((?![ \t]{0,4}[\d+])`,
);

/** True if a row may end: line end, a remark, or the next piece of the table. */
const endsHere = (text: string, position: number, isInTable: boolean): boolean => {
  const p = skipBlank(text, position);
  const code = text.charCodeAt(p);
  return (
    p >= text.length ||
    code === lineFeed ||
    code === hash ||
    at(remark, text, p) !== null ||
    startsPiece(text, p, isInTable)
  );
};

/** True if another piece of a table begins within the line. */
const startsPiece = (text: string, position: number, isInTable: boolean): boolean => {
  const p = skipBlank(text, position);
  if (
    text.startsWith('<not ', p) ||
    readFooter(text, p) !== null ||
    (text.charCodeAt(p) === capitalP && at(headerWords, text, p) !== null)
  )
    return true;
  const next = readHead(text, readLead(text, p, false, isInTable).end) ?? readBlankGroups(text, p);
  return next !== null && (next.unit !== '' || looksLikeEvent(next.event));
};
