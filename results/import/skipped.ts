// Keeps account of the text between the pieces of tables, so that no count in it is dropped without
// a word.
import {longestPart, looksLikeInside, newCountTest} from './not-understood.ts';
import type {Source} from './perf-codes.ts';
import {hasText} from './perf-codes.ts';
import {isBlank} from './perf-tokens.ts';

/** Must be given every piece and every line end, going forward. */
export interface Skipped {
  /** Lines with text since the last piece. */
  readonly lines: () => number;
  /** True if text is between the last piece and `position`. */
  readonly hasText: (position: number) => boolean;
  /**
   * A piece from `start` to `end`; `isSame`: it belongs to the table of the piece before, which
   * `wasOpen`.
   */
  readonly piece: (start: number, end: number, isSame: boolean, wasOpen: boolean) => void;
  /** Nothing more was read up to the line end at `end`. */
  readonly line: (end: number, isOpen: boolean) => void;
  /** Numbers of the lines that look like counts. */
  readonly unread: () => ReadonlySet<number>;
}

/** More lines than this between two pieces of a table are a text of their own. */
const mostInside = 12;
const lineFeed = 10;

export const newSkipped = (source: Source, numberAt: (position: number) => number): Skipped => {
  const {text, codes} = source;
  const looksLikeCount = newCountTest();
  const unread = new Set<number>();
  let pieceEnd = 0;
  let from = 0;
  let lines = 0;
  let isAny = false;
  /** Lines since the last piece that would be counts if the table went on after them. */
  let inside: number[] = [];

  const skip = (to: number, isOpen: boolean): void => {
    if (hasText(source, from, to)) {
      const isWhole = from === 0 || codes[from - 1] === lineFeed;
      // What follows a row in its line or right below it is part of the table, whatever comes
      // later.
      const isAdjacent = isWhole
        ? isOpen && lines === 0 && from === text.indexOf('\n', pieceEnd) + 1 && isBlank(codes[from])
        : from === pieceEnd;
      const part = text.slice(from, Math.min(to, from + longestPart));
      if (looksLikeCount(part, isWhole)) unread.add(numberAt(from));
      else if (isOpen && lines < mostInside && looksLikeInside(part, isWhole)) {
        if (isAdjacent) unread.add(numberAt(from));
        else inside.push(numberAt(from));
      }
      if (isWhole) lines++;
      isAny = true;
    }
    from = to;
  };

  return {
    lines: () => lines,
    hasText: (position) => isAny || hasText(source, from, position),
    piece: (start, end, isSame, wasOpen) => {
      skip(start, isSame && wasOpen);
      if (isSame && lines <= mostInside) inside.forEach((number) => unread.add(number));
      inside = [];
      from = pieceEnd = end;
      lines = 0;
      isAny = false;
    },
    line: (end, isOpen) => {
      skip(end, isOpen);
      from = end + 1;
    },
    unread: () => unread,
  };
};
