// Where a row of perf ends and the next piece begins, and the columns that perf itself prints.
import {readBlankGroups, readHead, readLead} from './perf-head.ts';
import {headerWords, readFooter} from './perf-items.ts';
import {at, numberEnd, skipBlank, sticky} from './perf-tokens.ts';
import {looksLikeEvent} from './vocabulary.ts';

const [lineFeed, hash, capitalP] = [10, 35, 80];

/**
 * perf's own layout without group marks: the count ends in column 14 or more, the name begins six
 * columns after it.
 */
export const isPadded = (text: string, position: number, count: number): boolean =>
  count - position >= 2 &&
  /^\d+ {6}\S/.test(text.slice(count, count + 40)) &&
  numberEnd(text, count) - position >= 14;

/** How people mark a remark after a row. */
const remark = sticky(
  String.raw`//|--|<[-=]|[-=]>|[;!*~|]` +
    String.raw`|[\u2190-\u21ff\u2500-\u27bf\u3000-\u9fff\uac00-\ud7af]|\((?![ \t]{0,4}[\d+])`,
);

/** True if a row may end: line end, a remark, or the next piece of the table. */
export const endsHere = (text: string, position: number, isInTable: boolean): boolean => {
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
export const startsPiece = (text: string, position: number, isInTable: boolean): boolean => {
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

/** How `[pmu]`, `(msec)`, `/group`, comments and noise begin; they may be in the next line. */
const decorations = new Set([...'([/#\n'].map((character) => character.charCodeAt(0)));
/** True if more of a row may follow its name, which ends at `end`. */
export const mayGoOn = (text: string, end: number): boolean =>
  decorations.has(text.charCodeAt(skipBlank(text, end)));
