// Where a row of perf ends and the next piece begins, and the columns that perf itself prints.
import type {Codes, Source} from './perf-codes.ts';
import {numberEnd, skipBlank} from './perf-codes.ts';
import type {Draft} from './perf-draft.ts';
import {newDraft} from './perf-draft.ts';
import {readBlankGroups, readHead, readLead} from './perf-head.ts';
import {headerWords, readFooter} from './perf-items.ts';
import {at, sticky} from './perf-tokens.ts';
import {looksLikeEvent} from './vocabulary.ts';

const [lineFeed, hash, capitalP] = [10, 35, 80];

/**
 * perf's own layout without group marks: the count ends in column 14 or more, the name begins six
 * columns after it.
 */
export const isPadded = ({text, codes}: Source, position: number, count: number): boolean =>
  count - position >= 2 &&
  /^\d+ {6}\S/.test(text.slice(count, count + 40)) &&
  numberEnd(codes, count) - position >= 14;

/** How people mark a remark after a row. */
const remark = sticky(
  String.raw`//|--|<[-=]|[-=]>|[;!*~|]` +
    String.raw`|[\u2190-\u21ff\u2500-\u27bf\u3000-\u9fff\uac00-\ud7af]|\((?![ \t]{0,4}[\d+])`,
);

/** True if a row may end: line end, a remark, or the next piece of the table. */
export const endsHere = (source: Source, position: number, isInTable: boolean): boolean => {
  const {text, codes} = source;
  const p = skipBlank(codes, position);
  const code = codes[p];
  return (
    p >= text.length ||
    code === lineFeed ||
    code === hash ||
    at(remark, text, p) !== null ||
    startsPiece(source, p, isInTable)
  );
};

/** True if another piece of a table begins within the line. */
export const startsPiece = (source: Source, position: number, isInTable: boolean): boolean => {
  const {text, codes} = source;
  const p = skipBlank(codes, position);
  if (
    text.startsWith('<not ', p) ||
    readFooter(source, p) !== null ||
    (codes[p] === capitalP && at(headerWords, text, p) !== null)
  )
    return true;
  const next: Draft = {...newDraft(source), position: p, first: p, isInTable};
  readLead(next);
  return (
    (readHead(next, next, next.start) || readBlankGroups(next, p)) &&
    (next.unit !== '' || looksLikeEvent(next.event))
  );
};

/** How `[pmu]`, `(msec)`, `/group`, comments and noise begin; they may be in the next line. */
const decorations = new Set([...'([/#\n'].map((character) => character.charCodeAt(0)));
/** True if more of a row may follow its name, which ends at `end`. */
export const mayGoOn = (codes: Codes, end: number): boolean =>
  decorations.has(codes[skipBlank(codes, end)]);
