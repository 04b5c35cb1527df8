// The lines of a mail that a table was read from, quoted as a reply quotes them.
import type {ImportTable} from '../../results/types.ts';
import {ascii, mailWidth} from '../tables/ascii.ts';
import {perfTable} from '../tables/perf.ts';

/**
 * The rows of `events`, the header and the elapsed time as the mail has them; `[...]` for lines
 * left out. If the line breaks of perf's output were lost, its rows are printed in perf's own
 * layout. Nothing is quoted from other formats if the lines are not found.
 */
export const quoteTable = (
  mail: readonly string[],
  table: ImportTable,
  events: readonly string[],
): readonly string[] => {
  const marks = marksOf(table, events);
  const matches = marks.map((mark) => linesOf(mail, mark));
  const anchor = anchorOf(marks, matches);
  const near = matches
    .map((lines) => nearest(lines, anchor))
    .filter((line) => line !== null && Math.abs(line - anchor) <= mostApart);
  const found = new Set(near.filter((line) => line !== null));
  if (near.length * 2 <= marks.length)
    return isPerfs(table) ? quoted(ownLayout(table, events)) : [];
  const [first, last] = [Math.min(...found), Math.max(...found)];
  const head = mail.findLastIndex(
    (line, i) => i < last && i >= first - mostAbove && line.includes('counter stats for'),
  );
  if (head >= 0) found.add(head);
  const kept = [...found].sort((a, b) => a - b);
  return quoted(withGaps(mail, kept));
};

/**
 * The greatest length of a table in lines, and the greatest distance of its header from its first
 * row.
 */
const mostApart = 80;
const mostAbove = 40;
/** A line that holds more than one row has lost its breaks. */
const mostColumns = 200;

const isPerfs = ({format = 'perf stat'}: ImportTable): boolean => format.startsWith('perf stat');

/** What a quoted line must hold: one of these words, and the number without separators. */
interface Mark {
  readonly words: readonly string[];
  readonly digits: string;
  readonly value: number;
}

/** How tools name the elapsed time in its line. */
const elapsedWords = ['elapsed', 'time'];

const marksOf = (table: ImportTable, events: readonly string[]): Mark[] => {
  // A benchmark's row may have its name and not that of the measure.
  const name = table.kind === 'benchmark' && table.command !== null ? [table.command] : [];
  const rows = table.rows
    .filter((row) => events.includes(row.event) && row.value !== null)
    .map((row) =>
      markOf(
        [row.event, ...name].map((word) => word.toLowerCase()),
        row.value ?? 0,
      ),
    );
  return table.elapsed === null ? rows : [...rows, markOf(elapsedWords, table.elapsed.seconds)];
};

const markOf = (words: readonly string[], value: number): Mark => ({
  words,
  digits: digitsOf(value),
  value,
});

/** A number that was read may have lost zeros at both ends, and may have another unit. */
const withoutZeros = (digits: string): string => digits.replace(/^0+|0+$/g, '');
const digitsOf = (value: number): string =>
  withoutZeros(String(value).replace(/e.*$/, '').replace(/\D/g, ''));

const linesOf = (mail: readonly string[], {words, digits, value}: Mark): number[] =>
  mail.flatMap((line, i) =>
    line.length <= mostColumns && holdsWord(line, words) && holdsNumber(line, digits, value)
      ? [i]
      : [],
  );

const holdsWord = (line: string, words: readonly string[]): boolean => {
  const plain = line.toLowerCase().replace(/\s+/g, ' ');
  return words.some((word) => plain.includes(word));
};

const holdsNumber = (line: string, digits: string, value: number): boolean =>
  digits.length > 1
    ? (line.replace(/(\d)[.,'\u00a0\u202f](?=\d)/g, '$1').match(/\d+/g) ?? []).some(
        (number) => withoutZeros(number) === digits,
      )
    : (line.match(/\d[\d.,]*/g) ?? []).some((number) =>
        isSameButUnit(Number(number.replace(/,(?=\d)|[.,]+$/g, '')), value),
      );

/** One digit is in many lines: then the size matters, but for a factor of 1000 of another unit. */
const isSameButUnit = (a: number, b: number): boolean =>
  [1e-9, 1e-6, 1e-3, 1, 1e3, 1e6, 1e9].some((factor) => Math.abs(a * factor - b) <= 1e-9 * b);

/** The line of the longest number that occurs only once: the table is around it. */
const anchorOf = (marks: readonly Mark[], matches: readonly (readonly number[])[]): number => {
  const byLength = marks
    .map(({digits}, k) => ({size: digits.length, lines: matches[k]}))
    .filter(({lines}) => lines.length > 0)
    .sort((a, b) => b.size - a.size);
  return (byLength.find(({lines}) => lines.length === 1) ?? byLength[0])?.lines[0] ?? -Infinity;
};

const nearest = (lines: readonly number[], anchor: number): number | null =>
  lines.reduce<number | null>(
    (best, line) =>
      best === null || Math.abs(line - anchor) < Math.abs(best - anchor) ? line : best,
    null,
  );

const ownLayout = (table: ImportTable, events: readonly string[]): string[] =>
  perfTable({...table, rows: table.rows.filter(({event}) => events.includes(event))})
    .split('\n')
    .filter((line) => line !== '');

const withGaps = (mail: readonly string[], kept: readonly number[]): string[] =>
  kept.flatMap((line, k) => {
    const isGap = k > 0 && mail.slice(kept[k - 1] + 1, line).some((text) => /\w/.test(text));
    return isGap ? ['[...]', mail[line]] : [mail[line]];
  });

/** Adds one more `> `; if a line is too long, blanks are taken out of all lines. */
const quoted = (lines: readonly string[]): string[] => {
  const plain = lines.map((line) => ascii(line).trimEnd());
  const marked = plain.map((line) => (/^[>|]/.test(line) ? `>${line}` : `> ${line}`));
  if (marked.every(fitsMail)) return marked;
  const narrow = [2, 1].map((kept) => withoutGaps(marked, kept));
  const shown =
    narrow.find((form) => form.every(fitsMail)) ??
    narrow.find((form) => form.filter(fitsMail).length * 2 >= form.length) ??
    marked.map((line) => line.replace(/(\S) {2,}(?=\S)/g, '$1  '));
  return shown.map((line) => (fitsMail(line) ? line : `${line.slice(0, mailWidth - 4)} ...`));
};

const fitsMail = (line: string): boolean => line.length <= mailWidth;

/**
 * Without the columns that are blank in all long lines, but `kept` of each gap, so that the rows
 * stay aligned.
 */
const withoutGaps = (lines: readonly string[], kept: number): string[] => {
  const long = lines.filter((line) => !fitsMail(line));
  const isBlank = (column: number): boolean => long.every((line) => (line[column] ?? ' ') === ' ');
  const isSpare = (column: number): boolean =>
    column > kept && Array.from({length: kept + 1}, (_one, k) => column - k).every(isBlank);
  return lines.map((line) =>
    [...line].filter((sign, c) => sign !== ' ' || line[c - 1] !== ' ' || !isSpare(c)).join(''),
  );
};
