// A comment after `#`: a figure perf worked out from the counts, and what it is.
import type {Codes, Source} from './perf-codes.ts';
import {isEnd, mayBreak, numberEnd, skipBlank, skipGap} from './perf-codes.ts';
import {at, gap, isBlank, isDigit, isLetter, sticky} from './perf-tokens.ts';
import {comments, isComment} from './vocabulary.ts';
import type {Word} from './perf-words.ts';
import {newWord, wordIn} from './perf-words.ts';

/** `value` as printed (null = nan), `text` with blanks as one and `%` in front. */
export interface Metric {
  readonly value: string | null;
  readonly text: string;
}

/** With the position after it. */
export interface FoundMetric extends Metric {
  readonly end: number;
}

const spaced = (words: string): string =>
  words
    .split(' ')
    .map((word) => word.replaceAll(/[/%#.]/g, String.raw`\$&`))
    .join(String.raw`\s{1,80}`);
const knownComment = sticky(
  String.raw`${gap}(${comments.map(spaced).join('|')})(?![\w/-])(?:[ \t]{1,80}` +
    String.raw`((?:[A-Za-z]\w{0,60}_\w{1,60}|\.\.\.)(?![\w/-])))?`,
);
const wrappedName = sticky(
  String.raw`[ \t]{0,400}\n[ \t]{0,400}([A-Za-z]\w{0,60}_(?:per_\w{1,40}|utilized|frequency` +
    String.raw`|rate|idle))(?=[ \t]{0,400}(?:\n|$)|[ \t]{1,400}[(\[])`,
);
const freeComment = sticky(
  String.raw`[ \t]{0,80}([^\s#(\[<\d+-][^\s#(\[]{0,80}(?:[ \t]{1,8}[^\s#(\[<\d+-][^\s#(\[]{0,80}){0,5})`,
);
const wrappedFree = sticky(
  String.raw`[ \t]{0,80}\n[ \t]{0,400}([A-Za-z]\w{0,80})(?=[ \t]{0,400}(?:\n|$)|[ \t]{1,400}[(\[<])`,
);

/**
 * Units of metrics that are words, with the metric's name: Arm's `12.3 percent of slots  retiring`,
 * `1.8 per cycle  ipc`.
 */
const unitAndName = /^(?:percent of [a-z]+|per [a-z]+|[A-Za-z]+\/s|GFLOPs) [a-z]\w*$/;
const shareAfter = sticky(
  String.raw`[ \t]{0,80}[(\[][ \t]{0,4}(?:\+-[ \t]{0,4})?\d[\d.,]{0,20}[ \t]?%`,
);
const bareEnd = sticky(
  String.raw`[ \t]{0,80}(?:\n|$|\(scaled from\s|[(\[][ \t]{0,4}\d[\d.,]{0,20}[ \t]?%[)\]]|\([ \t]{0,4}\+-)`,
);

const lineFeed = 10;

/** The place or thread of the next row, where the line break before it was lost. */
const nextPlace =
  /[ \t]+(?:S-?\d+(?:-[A-Z]{1,5}-?\d+)*|CPU\d+|[NDCL]\d+|[A-Za-z_][\w:/.-]{0,40}-\d+)[ \t]*$/;

/**
 * `# 3.492 GHz`. On a separate line only perf's known comments and `%  name` count, so that
 * remarks stay remarks.
 */
export const readMetric = (
  source: Source,
  position: number,
  isNewLine: boolean,
): FoundMetric | null => {
  const {text, codes} = source;
  if (codes[position] !== 35) return null;
  // `#123` is the number of something, and `#` alone on a line is a prompt or an empty comment.
  const figure = isNewLine ? skipBlank(codes, position + 1) : skipGap(codes, position + 1);
  const figureEnd = figure === position + 1 ? -1 : readFigure(source, figure);
  if (figureEnd < 0 || isTime(text, figure, figureEnd)) return null;
  const value = isDigit(codes[figureEnd - 1]) ? text.slice(figure, figureEnd) : null;
  let start = skipBlank(codes, figureEnd);
  if (codes[start] === lineFeed && mayBreak(codes, figureEnd)) start = skipBlank(codes, start + 1);
  const isPercent = codes[start] === 37;
  if (isPercent) start++;
  const known = readKnown(source, start);
  // At the beginning of a line that was not broken `#` may be anything's; perf 6.19 names what it
  // counts in instructions.
  if (
    isNewLine &&
    !isPercent &&
    codes[position - 1] === lineFeed &&
    !mayBreak(codes, position - 1) &&
    known?.word.text.startsWith('stalled') !== true
  )
    return null;
  if (known?.word.text === 'instructions' && !mayBreak(codes, known.end)) return null;
  if (known !== null) {
    const {word, end} = known;
    const wrapped = word.endsInUnit && !known.isNamed ? nameBelow(source, end) : null;
    const all = isPercent ? word.percent : word.text;
    return wrapped === null
      ? {value, text: all, end}
      : {value, text: `${all} ${wrapped}`, end: wrappedName.lastIndex};
  }
  const free = at(freeComment, text, start);
  if (free === null) {
    const wrapped = mayBreak(codes, start) ? at(wrappedFree, text, start) : null;
    // Before 3.0 misses were given as `# 3.858 %`, of what was left to the reader.
    if (
      wrapped === null &&
      isPercent &&
      value !== null &&
      !isNewLine &&
      at(bareEnd, text, start) !== null
    )
      return {value, text: '%', end: start};
    if (wrapped === null || (isNewLine && !isPercent)) return null;
    return {value, text: (isPercent ? '% ' : '') + wrapped[1], end: wrappedFree.lastIndex};
  }
  // A `%` comes before one name; in a text without line breaks more words belong to the next
  // piece.
  const own =
    (isPercent ? /^[A-Za-z]\w*_\w+/.exec(free[1])?.[0] : null) ?? free[1].replace(nextPlace, '');
  const words = oneBlank(own).trimEnd();
  const end = freeComment.lastIndex - (free[1].length - own.length);
  const isName =
    unitAndName.test(words) ||
    /^[A-Za-z]\w*$/.test(words) ||
    /^\S+ [A-Za-z]\w*_[\w.]*$/.test(words) ||
    /^[\w/.]+ (?:\.\.\.)$/.test(words) ||
    /^[\w-]+ of all [\w -]+$/.test(words) ||
    at(shareAfter, text, end) !== null;
  const isPlain = isName && (value === null || /[.,]/.test(value));
  if (isNewLine ? !(isPercent || words.includes('_') || isPlain) : !(isPercent || isName))
    return null;
  return {value, text: (isPercent ? '% ' : '') + words, end};
};

/** The name in the next line of what is counted, after a comment that ends in a unit. */
const nameBelow = ({text, codes}: Source, end: number): string | null => {
  const lineEnd = skipBlank(codes, end);
  return codes[lineEnd] === lineFeed &&
    isLetter(codes[skipBlank(codes, lineEnd + 1)]) &&
    mayBreak(codes, end)
    ? (at(wrappedName, text, end)?.[1] ?? null)
    : null;
};

/** A comment of perf; `isNamed`: what it counts follows. */
interface Known {
  readonly word: Word;
  readonly isNamed: boolean;
  readonly end: number;
}

/**
 * Most comments are all words up to a wide gap, a bracket or the line's end, and found whole; the
 * pattern reads those that are wrapped, named or followed by other words.
 */
const readKnown = (source: Source, position: number): Known | null => {
  const {text, codes} = source;
  const start = skipGap(codes, position);
  let end = start;
  while (end < start + longestComment && !endsWords(codes, end)) end++;
  const after = codes[skipSpace(codes, end)];
  if (!isLetter(after) && after !== point) {
    const word = wordIn(source, start, end);
    if (word.isComment) return {word, isNamed: false, end};
  }
  const found = at(knownComment, text, position);
  if (found === null) return null;
  const [, words, name] = found;
  const isNamed = name !== undefined;
  const whole = oneBlank(words) + (isNamed ? ` ${name}` : '');
  return {word: newWord(whole), isNamed, end: knownComment.lastIndex};
};

const longestComment = 40;
const point = 46;

/** After blanks and line breaks, also several: mails are double spaced now and then. */
const skipSpace = (codes: Codes, position: number): number => {
  let p = skipBlank(codes, position);
  while (codes[p] === lineFeed) p = skipBlank(codes, p + 1);
  return p;
};

/** True if words end here: at a line's end or bracket, also after one blank, or at two blanks. */
const endsWords = (codes: Codes, position: number): boolean => {
  const code = codes[position];
  if (code > squareBracket) return isEnd(code);
  if (!isBlank(code)) return isStop(code);
  const next = codes[position + 1];
  return isBlank(next) || isStop(next);
};
const [roundBracket, squareBracket] = [40, 91];
const isStop = (code: number): boolean =>
  code === lineFeed || code === roundBracket || code === squareBracket || isEnd(code);

/** The time of an interval: nine decimals. */
const isTime = (text: string, start: number, end: number): boolean =>
  end - start > 10 && /[.,]\d{9}$/.test(text.slice(end - 10, end));

const oneBlank = (words: string): string => words.replace(/\s+/g, ' ');

/** True if a comment is one of perf's own, not a name someone gave to a metric. */
export const isKnownMetric = ({text}: Metric): boolean =>
  isComment(text.replace(/^% /, '')) || text.startsWith('% ');

/** The end of the number, nan or inf at `position`, also negative; or -1. */
const readFigure = ({text, codes}: Source, position: number): number => {
  const start = codes[position] === 45 ? position + 1 : position;
  const end = numberEnd(codes, start);
  if (end >= 0) return end;
  return text.startsWith('nan', start) || text.startsWith('inf', start) ? start + 3 : -1;
};
