// A comment after `#`: a figure perf worked out from the counts, and what it is.
import {
  at,
  gap,
  isBlank,
  isDigit,
  isLetter,
  mayBreak,
  numberEnd,
  skipBlank,
  skipGap,
  sticky,
} from './perf-tokens.ts';
import {comments, isComment, isWholeComment} from './vocabulary.ts';
import {remembered, wordAt} from './repeated-words.ts';

/** `value` as printed (null = nan), `text` with blanks as one and `%` in front. */
export interface Metric {
  readonly value: string | null;
  readonly text: string;
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
  text: string,
  position: number,
  isNewLine: boolean,
): {end: number; metric: Metric} | null => {
  if (text.charCodeAt(position) !== 35) return null;
  // `#123` is the number of something, and `#` alone on a line is a prompt or an empty comment.
  const figure = isNewLine ? skipBlank(text, position + 1) : skipGap(text, position + 1);
  const figureEnd = figure === position + 1 ? -1 : readFigure(text, figure);
  if (figureEnd < 0 || isTime(text, figure, figureEnd)) return null;
  const value = isDigit(text.charCodeAt(figureEnd - 1)) ? text.slice(figure, figureEnd) : null;
  let start = skipBlank(text, figureEnd);
  if (text.charCodeAt(start) === lineFeed && mayBreak(text, figureEnd))
    start = skipBlank(text, start + 1);
  const isPercent = text.charCodeAt(start) === 37;
  if (isPercent) start++;
  const percent = isPercent ? '% ' : '';
  const known = readKnown(text, start);
  // At the beginning of a line that was not broken `#` may be anything's; perf 6.19 names what it
  // counts in instructions.
  if (
    isNewLine &&
    !isPercent &&
    text.charCodeAt(position - 1) === lineFeed &&
    !mayBreak(text, position - 1) &&
    known?.words.startsWith('stalled') !== true
  )
    return null;
  if (known?.words === 'instructions' && !mayBreak(text, known.end)) return null;
  if (known !== null) {
    const {words, end} = known;
    const wrapped =
      !known.isNamed &&
      endsInUnit(words) &&
      text.charCodeAt(skipBlank(text, end)) === lineFeed &&
      mayBreak(text, end)
        ? at(wrappedName, text, end)
        : null;
    return wrapped === null
      ? {end, metric: {value, text: percent + words}}
      : {end: wrappedName.lastIndex, metric: {value, text: `${percent}${words} ${wrapped[1]}`}};
  }
  const free = at(freeComment, text, start);
  if (free === null) {
    const wrapped = mayBreak(text, start) ? at(wrappedFree, text, start) : null;
    // Before 3.0 misses were given as `# 3.858 %`, of what was left to the reader.
    if (
      wrapped === null &&
      isPercent &&
      value !== null &&
      !isNewLine &&
      at(bareEnd, text, start) !== null
    )
      return {end: start, metric: {value, text: '%'}};
    if (wrapped === null || (isNewLine && percent === '')) return null;
    return {end: wrappedFree.lastIndex, metric: {value, text: percent + wrapped[1]}};
  }
  // A `%` comes before one name; in a text without line breaks more words belong to the next
  // piece.
  const own =
    (percent === '' ? null : /^[A-Za-z]\w*_\w+/.exec(free[1])?.[0]) ??
    free[1].replace(nextPlace, '');
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
  if (isNewLine ? !(percent !== '' || words.includes('_') || isPlain) : !(percent !== '' || isName))
    return null;
  return {end, metric: {value, text: percent + words}};
};

/** What a name may follow. */
const endsInUnit = remembered((words) => /(?:\/sec|GHz|CPUs|instructions)$/.test(words));

/** A comment of perf; `isNamed`: what it counts follows. */
interface Known {
  readonly words: string;
  readonly isNamed: boolean;
  readonly end: number;
}

/**
 * Most comments are all words up to a wide gap, a bracket or the line's end, and found whole; the
 * pattern reads those that are wrapped, named or followed by other words.
 */
const readKnown = (text: string, position: number): Known | null => {
  const start = skipGap(text, position);
  let end = start;
  while (end < start + longestComment && !endsWords(text, end)) end++;
  const after = text.charCodeAt(skipSpace(text, end));
  const whole = isLetter(after) || after === point ? '' : wordAt(text, start, end);
  if (isWholeComment(whole)) return {words: whole, isNamed: false, end};
  const found = at(knownComment, text, position);
  if (found === null) return null;
  const [, words, name] = found;
  return {
    words: oneBlank(words) + (name === undefined ? '' : ` ${name}`),
    isNamed: name !== undefined,
    end: knownComment.lastIndex,
  };
};

const longestComment = 40;
const point = 46;

/** After blanks and line breaks, also several: mails are double spaced now and then. */
const skipSpace = (text: string, position: number): number => {
  let p = skipBlank(text, position);
  while (text.charCodeAt(p) === lineFeed) p = skipBlank(text, p + 1);
  return p;
};

/** True if words end here: at a line's end or bracket, also after one blank, or at two blanks. */
const endsWords = (text: string, position: number): boolean => {
  const code = text.charCodeAt(position);
  if (!isBlank(code)) return isEnd(code);
  const next = text.charCodeAt(position + 1);
  return isBlank(next) || isEnd(next);
};
const [roundBracket, squareBracket] = [40, 91];
const isEnd = (code: number): boolean =>
  code === lineFeed || code === roundBracket || code === squareBracket || Number.isNaN(code);

/** The time of an interval: nine decimals. */
const isTime = (text: string, start: number, end: number): boolean =>
  end - start > 10 && /[.,]\d{9}$/.test(text.slice(end - 10, end));

const oneBlank = (words: string): string => words.replace(/\s+/g, ' ');

/** True if a comment is one of perf's own, not a name someone gave to a metric. */
export const isKnownMetric = ({text}: Metric): boolean =>
  isComment(text.replace(/^% /, '')) || text.startsWith('% ');

/** The end of the number, nan or inf at `position`, also negative; or -1. */
const readFigure = (text: string, position: number): number => {
  const start = text.charCodeAt(position) === 45 ? position + 1 : position;
  const end = numberEnd(text, start);
  if (end >= 0) return end;
  return text.startsWith('nan', start) || text.startsWith('inf', start) ? start + 3 : -1;
};
