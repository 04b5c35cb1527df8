// Reads perf stat tables out of text: mails, logs, pages; with line breaks kept, moved or lost.
import type {Lines} from './lines.ts';
import {newFinder} from './lines.ts';
import type {DecimalMark} from './numbers.ts';
import {nextCandidate} from './perf-candidates.ts';
import type {Codes} from './perf-codes.ts';
import {numberEnd, skipBlank, skipGap, sourceOf} from './perf-codes.ts';
import {readGroup} from './perf-decorations.ts';
import type {Draft} from './perf-draft.ts';
import {newDraft} from './perf-draft.ts';
import type {Footer} from './perf-items.ts';
import {intervalHeader, readFooter, readHeader, readMeasurement} from './perf-items.ts';
import {readRow} from './perf-row.ts';
import {at, isBlank, isDigit} from './perf-tokens.ts';
import type {PlacedTable} from './raw-table.ts';
import {newFinisher} from './raw-table.ts';
import {newSkipped} from './skipped.ts';
import {newTableList} from './table-list.ts';
import type {Sign} from './table-rules.ts';

/** `unread` = numbers of the lines that look like counts and were not understood, ascending. */
export interface PerfText {
  readonly tables: readonly PlacedTable[];
  readonly unread: readonly number[];
}

const [hash, bracket, plus, minus, lessThan, capitalP, lineFeed] = [35, 40, 43, 45, 60, 80, 10];
/** What may be after the number of a time: `+-` or its sign, or `seconds`. */
const startsFooter = (code: number): boolean => code === 115 || code === plus || code === 0xb1;

/** A footer candidate and the parser's state at its position. */
interface FooterPlace {
  readonly text: string;
  readonly position: number;
  readonly pieceEnd: number;
  readonly isLineStart: boolean;
  readonly isOpen: boolean;
  /** No other words are between the piece before and here. */
  readonly isNear: boolean;
}

/** Signs of a diff within a text are after few blanks. */
const mostIndent = 8;
/** True if a line begins with the sign and a count. */
const isSignedCount = (codes: Codes, start: number, sign: number): boolean => {
  let p = start;
  while (p < start + mostIndent && isBlank(codes[p])) p++;
  if (codes[p] !== sign || !isBlank(codes[p + 1])) return false;
  const next = codes[skipBlank(codes, p + 1)];
  return isDigit(next) || next === lessThan;
};

/** Of a long text between two pieces its end names the table. */
const mostBetween = 4000;

/** A line of this length or more is one whose line breaks were lost. */
const longLine = 120;

/** True if a time is perf's and not a sentence's: words continue after those, and before them. */
const isFooter = (
  {text, position, pieceEnd, isLineStart, isOpen, isNear}: FooterPlace,
  footer: Footer,
): boolean => {
  const following = text.slice(footer.end, footer.end + 20);
  if (isLineStart)
    return footer.what !== 'elapsed' ? isNear : isOpen || !/^[ \t]*[a-z]/.test(following);
  const start = text.lastIndexOf('\n', position) + 1;
  if (footer.what !== 'elapsed' && pieceEnd <= start) return false;
  const isPerfs = footer.error !== null || footer.noise !== null;
  // In a line of many pieces anything may follow but the end of a quotation.
  if (pieceEnd > start || (isPerfs && !text.slice(start, start + longLine).includes('\n')))
    return !/^[ \t]*["'`]/.test(following);
  if (/^[ \t]*(?:["'`),.a-z]|\([A-Za-z])/.test(following)) return false;
  const before = text.slice(start, position);
  return isPerfs || (!/[,;.!?]\s/.test(before) && (isOpen || /[:=|]\s*$/.test(before)));
};

/**
 * All tables in the lines, in order. A header opens a table, `seconds time elapsed` closes it for
 * rows; rows without a header open one too. Between the rows any prose may be. `fallback`: the
 * decimal mark if no table shows one; `off`: names of rules of tables left out, for tests.
 */
export const readPerfText = (
  lines: Lines,
  fallback: DecimalMark = '.',
  off?: ReadonlySet<string>,
): PerfText => {
  const {text, starts, numbers, indents} = lines;
  const source = sourceOf(text);
  const {codes} = source;
  // `+` and `-` are diff signs only if both occur; otherwise they are bullets or an added block.
  let isDiff: boolean | null = null;
  const hasBothSigns = (): boolean =>
    (isDiff ??= [plus, minus].every((sign) =>
      starts.some((start) => isSignedCount(codes, start, sign)),
    ));
  const finisher = newFinisher('perf stat', fallback);
  let pieceEnd = 0;
  let nextPiece = 0;
  let lineAt = -1;
  let lineEnd = -1;

  let line = 0;
  const numberAt = (position: number): number => {
    while (line > 0 && starts[line] > position) line--;
    while (line + 1 < numbers.length && starts[line + 1] <= position) line++;
    return numbers[line] ?? 0;
  };

  const skipped = newSkipped(source, numberAt);
  const list = newTableList(
    finisher,
    {
      numberAt,
      hasGap: skipped.hasText,
      between: (place) => text.slice(Math.max(pieceEnd, place - mostBetween), place),
    },
    off,
  );
  const hashes = newFinder(text, '#');
  const row: Draft = newDraft(source);

  const readPiece = (position: number, first: number, isLineStart: boolean): number | null => {
    const code = codes[first];
    const isNext = first <= nextPiece;
    const isInterval = code === hash && at(intervalHeader, text, position) !== null;
    if (code === hash && !isInterval && !isLineStart) return null;
    if (isInterval) {
      list.intervals(position);
      return intervalHeader.lastIndex;
    }
    const header = code === capitalP ? readHeader(source, first) : null;
    if (header !== null) {
      list.header(header, position);
      return header.end;
    }
    const isSigned =
      isLineStart && first - position <= mostIndent && (code === plus || code === minus);
    const sign: Sign = !isSigned || !hasBothSigns() ? null : code === plus ? '+' : '-';
    const start = isSigned ? first + 1 : position;
    const number = isSigned ? skipBlank(codes, start) : first;
    if (isDigit(code) || isSigned) {
      const numberTo = numberEnd(codes, number);
      const next = numberTo < 0 ? numberTo : codes[skipGap(codes, numberTo)];
      const measured =
        next === bracket && list.open() !== null ? readMeasurement(source, position) : null;
      if (measured !== null) {
        list.measurement(measured.value);
        return measured.end;
      }
      const footer = startsFooter(next) ? readFooter(source, number) : null;
      if (
        footer !== null &&
        (isNext ||
          isFooter(
            {
              text,
              position,
              pieceEnd,
              isLineStart,
              isOpen: list.open() !== null,
              isNear: skipped.lines() === 0,
            },
            footer,
          ))
      ) {
        list.footer(footer, position, sign);
        return footer.end;
      }
    }
    // After other words or an empty line a row must be recognisable on its own.
    const open = list.open();
    const isInTable =
      open !== null &&
      (isNext ||
        (isLineStart &&
          skipped.lines() === 0 &&
          (open.rows.length === 0 ||
            pieceEnd === position - 1 ||
            text.indexOf('\n', pieceEnd) === position - 1)));
    row.position = start;
    row.first = number;
    row.isLineStart = isLineStart;
    row.isInTable = isInTable;
    row.isHeaded = isInTable && open.kind !== null;
    const found = readRow(row);
    if (found !== null) {
      list.rows([found], position, sign);
      return row.end;
    }
    const group =
      (isLineStart || isNext) && hashes.within(start, lineEnd)
        ? readGroup(source, start, isInTable && isLineStart)
        : null;
    if (group === null) return null;
    list.rows(group.rows, position, sign);
    return group.end;
  };

  let position = 0;
  let found = -1;
  const findFrom = (from: number): void => {
    if (found < from) found = nextCandidate(source, from);
  };
  while (position < text.length) {
    while (position > lineEnd) lineEnd = starts[++lineAt + 1] - 1;
    const isLineStart = position === 0 || codes[position - 1] === lineFeed;
    const first = isLineStart
      ? position + indents[lineAt]
      : position === pieceEnd
        ? nextPiece
        : skipBlank(codes, position);
    findFrom(first);
    const [wasOpen, started] = [list.open() !== null, list.started()];
    const end = found < lineEnd ? readPiece(position, first, isLineStart) : null;
    if (end !== null) {
      const isSame = list.started() === started;
      skipped.piece(position, end, isSame, wasOpen);
      position = end;
      pieceEnd = end;
      nextPiece = skipBlank(codes, end);
      continue;
    }
    // The first number of a line was tried with what may be before it; the others are tried each
    // on its own.
    findFrom(isLineStart ? first + 1 : position + 1);
    if (found < lineEnd) {
      position = found;
      continue;
    }
    skipped.line(lineEnd, wasOpen);
    position = lineEnd + 1;
  }
  list.end();
  const tables = finisher.all();
  const unread = new Set([...skipped.unread(), ...tables.flatMap((table) => table.doubtful)]);
  return {
    tables: tables.filter(
      ({table}) => table.rows.length > 0 || table.elapsed !== null || table.samples.length > 0,
    ),
    unread: [...unread].sort((a, b) => a - b),
  };
};
