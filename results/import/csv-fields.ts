// The fields of a row of `perf stat -x` as places in its text: a string is made only of those that are
// kept.
import {isBlank, isDigit, isLetter, startsName} from './perf-tokens.ts';

/** Field k lies in `text` from `from[k]` to `to[k]`, without blanks at its ends. */
export interface Fields {
  readonly text: string;
  readonly length: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/** A part of a line longer than this is not a row. */
export const mostRowLength = 2000;
/** Fields asked for beyond the last: they are empty. */
const beyond = 8;
const places = (): Int32Array => new Int32Array(mostRowLength + 1 + beyond);
/** The same for every row, since of one row at a time the fields are looked at. */
const row = {text: '', length: 0, from: places(), to: places()};

/** The separators of the part of a text that was last looked at, the first 2000 of them. */
const marks = {
  text: '',
  start: 0,
  end: 0,
  separator: '',
  count: 0,
  at: places(),
  isQuoted: false,
  hasSlash: false,
};
const [quote, slash, backslash] = [...'"/\\'].map((mark) => mark.charCodeAt(0));
/** By code, 1 for the characters to be seen while separators are sought: most are not. */
const isSeen = new Uint8Array(65536);
for (const code of [quote, slash, backslash]) isSeen[code] = 1;

/**
 * How many separators are between `start` and `end`, at most 2000. They are sought once for all who
 * ask one after the other.
 */
export const separatorsIn = (
  text: string,
  start: number,
  end: number,
  separator: string,
): number => {
  if (
    marks.start !== start ||
    marks.end !== end ||
    marks.separator !== separator ||
    marks.text !== text
  )
    seekMarks(text, start, end, separator);
  return marks.count;
};

const seekMarks = (text: string, start: number, end: number, separator: string): void => {
  const [first, width] = [separator.charCodeAt(0), separator.length];
  const {at} = marks;
  let [count, isQuoted, hasSlash] = [0, false, false];
  const isAlways = isSeen[first];
  isSeen[first] = 1;
  for (let p = start; p < end; p++) {
    const code = text.charCodeAt(p);
    if (isSeen[code] === 0) continue;
    if (code === first && count < mostRowLength && (width === 1 || isAt(separator, text, p, end)))
      at[count++] = p;
    if (code === quote || code === backslash) isQuoted = true;
    else if (code === slash) hasSlash = true;
  }
  isSeen[first] = isAlways;
  // Assigned one by one, which is much faster than from an object.
  marks.text = text;
  marks.start = start;
  marks.end = end;
  marks.separator = separator;
  marks.count = count;
  marks.isQuoted = isQuoted;
  marks.hasSlash = hasSlash;
};
const isAt = (word: string, text: string, position: number, end: number): boolean =>
  position + word.length <= end && text.startsWith(word, position);

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
const longestThreshold = 10;

/**
 * The fields of the row from `start` to `end`, at most 2000 characters, until the next call. What
 * a program or a remark wrote around the row is left out.
 */
export const splitFields = (
  text: string,
  start: number,
  end: number,
  separator: string,
): Fields => {
  const begin = isDigit(text.charCodeAt(start))
    ? start
    : start + (arrows.exec(text.slice(start, end))?.[0].length ?? 0);
  cut(text, begin, end, separator);
  if (marks.isQuoted) {
    const rest = text.slice(begin, end).search(stringEnd);
    if (rest >= 0) cut(text, begin, begin + rest, separator);
  }
  if (row.length > 6 && isThreshold(row.length - 1)) row.length--;
  while (row.length > 7 && isEmpty(row, row.length - 1)) row.length--;
  // Separators inside `pmu/term=1,term=2/` belong to the name.
  if (separator !== '/' && marks.hasSlash && isTermCut()) setFields(joinedTerms(separator));
  else clearBeyond();
  return row;
};

const cut = (text: string, start: number, end: number, separator: string): void => {
  const count = separatorsIn(text, start, end, separator);
  row.text = text;
  row.length = 0;
  let begin = start;
  for (let k = 0; k < count; k++) {
    const at = marks.at[k];
    // Of `:::` the first two are one separator.
    if (at < begin) continue;
    add(begin, at);
    begin = at + separator.length;
  }
  add(begin, end);
};

const add = (start: number, end: number): void => {
  let [from, to] = [start, end];
  if (from < to && !(isInk(row.text.charCodeAt(from)) && isInk(row.text.charCodeAt(to - 1)))) {
    while (from < to && isWhite(row.text.charCodeAt(from))) from++;
    while (to > from && isWhite(row.text.charCodeAt(to - 1))) to--;
  }
  row.from[row.length] = from;
  row.to[row.length++] = to;
};
const isInk = (code: number): boolean => code > 32 && code < 127;
const isWhite = (code: number): boolean =>
  isBlank(code) || (!isInk(code) && /\s/.test(String.fromCharCode(code)));

/** So that the text of the last row is not held. */
export const forgetFields = (): void => {
  row.text = marks.text = '';
};

const clearBeyond = (): void => {
  row.from.fill(0, row.length, row.length + beyond);
  row.to.fill(0, row.length, row.length + beyond);
};

/** Sets fields that are not as they are in the text. */
const setFields = (words: readonly string[]): void => {
  row.text = words.join('\n');
  row.length = 0;
  let from = 0;
  for (const word of words) {
    row.from[row.length] = from;
    from += word.length;
    row.to[row.length++] = from++;
  }
  clearBeyond();
};

/** Makes one field of field `k` and the next, with `mark` between. */
export const joinNext = (fields: Fields, k: number, mark: string): void => {
  const words = fieldsFrom(fields, 0);
  words.splice(k, 2, `${words[k]}${mark}${words[k + 1]}`);
  setFields(words);
};

export const fieldAt = ({text, from, to}: Fields, k: number): string => text.slice(from[k], to[k]);
export const fieldsFrom = (fields: Fields, first: number): string[] =>
  Array.from({length: Math.max(0, fields.length - first)}, (_one, k) => fieldAt(fields, first + k));

export const isEmpty = ({from, to}: Fields, k: number): boolean => from[k] === to[k];

const isThreshold = (k: number): boolean =>
  row.to[k] - row.from[k] <= longestThreshold && thresholds.has(fieldAt(row, k));

const pmuStart = /^[A-Za-z_]\w*\//;
/** How a PMU's name begins, and so much of it that a separator may be within. */
const isOpenTerm = (words: string): boolean =>
  pmuStart.test(words) && words.split('/').length % 2 === 0;
const isTermCut = (): boolean => {
  for (let k = 0; k < row.length - 1; k++)
    if (startsName(row.text.charCodeAt(row.from[k])) && isOpenTerm(fieldAt(row, k))) return true;
  return false;
};

const joinedTerms = (separator: string): string[] => {
  const joined: string[] = [];
  for (const field of fieldsFrom(row, 0)) {
    const last = joined.at(-1);
    if (last !== undefined && isOpenTerm(last))
      joined[joined.length - 1] = last + separator + field;
    else joined.push(field);
  }
  return joined;
};

/** Where digits from `p` on end, before `to`. */
const endOfDigits = (text: string, from: number, to: number): number => {
  let p = from;
  while (p < to && isDigit(text.charCodeAt(p))) p++;
  return p;
};
const isMark = (code: number): boolean => code === 46 || code === 44;

/** Only digits. */
export const isWhole = ({text, from, to}: Fields, k: number): boolean =>
  from[k] < to[k] && endOfDigits(text, from[k], to[k]) === to[k];

/** Digits, a decimal mark and digits; `decimals`: so many of them. */
export const isDecimal = ({text, from, to}: Fields, k: number, decimals = 0): boolean => {
  const mark = endOfDigits(text, from[k], to[k]);
  if (mark === from[k] || mark + 1 >= to[k] || !isMark(text.charCodeAt(mark))) return false;
  return (
    endOfDigits(text, mark + 1, to[k]) === to[k] &&
    (decimals === 0 || to[k] - mark - 1 === decimals)
  );
};

/** `12.5%`, also with groups, also below 0. */
export const isPercent = ({text, from, to}: Fields, k: number): boolean => {
  const last = to[k] - 1;
  if (from[k] >= last || text.charCodeAt(last) !== 37) return false;
  const first = text.charCodeAt(from[k]) === 45 ? from[k] + 1 : from[k];
  for (let p = first; p < last; p++) {
    const code = text.charCodeAt(p);
    if (!isDigit(code) && !isMark(code)) return false;
  }
  return first < last;
};

/** A number with or without decimals, or what perf prints for one it has not. */
export const isCount = (fields: Fields, k: number): boolean =>
  fields.text.charCodeAt(fields.from[k]) === 60
    ? refused.has(fieldAt(fields, k))
    : isWhole(fields, k) || isDecimal(fields, k);
const refused: ReadonlySet<string> = new Set(['<not supported>', '<not counted>']);

const inEvents = new Uint8Array(128);
for (let code = 0; code < 128; code++)
  inEvents[code] = /[\w\-.:/=,@%?*+~ []/.test(String.fromCharCode(code)) ? 1 : 0;

/** A name with the marks that events have in them. */
export const isEvent = ({text, from, to}: Fields, k: number): boolean => {
  if (from[k] === to[k] || !startsName(text.charCodeAt(from[k]))) return false;
  for (let p = from[k] + 1; p < to[k]; p++) if (inEvents[text.charCodeAt(p)] !== 1) return false;
  return true;
};

/** A word with which a control group or a name may begin. */
export const startsWord = ({text, from, to}: Fields, k: number): boolean => {
  const code = text.charCodeAt(from[k]);
  return from[k] < to[k] && (code === slash || isLetter(code));
};
