// The lines of a mail that a table was read from, quoted as a reply quotes them.
import type {ImportTable} from '../../results/types.ts';
import {ascii, mailWidth} from '../tables/ascii.ts';
import {perfTable} from '../tables/perf.ts';

/**
 * The rows of `events`, the header and the elapsed time as the mail has them; `[...]` for lines left
 * out. If the mail's line breaks were lost, the rows in perf's own layout.
 */
export const quoteTable = (
  mail: readonly string[],
  table: ImportTable,
  events: readonly string[],
): readonly string[] => {
  const marks = marksOf(table, events);
  const matches = marks.map((mark) => linesOf(mail, mark));
  const anchor = anchorOf(marks, matches);
  const found = new Set<number>();
  for (const lines of matches) {
    const near = nearest(lines, anchor);
    if (near !== null && Math.abs(near - anchor) <= mostApart) found.add(near);
  }
  if (found.size * 2 <= marks.length) return quoted(ownLayout(table, events));
  const first = Math.min(...found);
  const head = mail.findLastIndex(
    (line, i) => i < first && i >= first - mostAbove && line.includes('counter stats for'),
  );
  if (head >= 0) found.add(head);
  const kept = [...found].sort((a, b) => a - b);
  return quoted(withGaps(mail, kept));
};

/** A table is not longer than this, in lines, and its header not further above its first row. */
const mostApart = 80;
const mostAbove = 40;
/** A line that holds more than one row has lost its breaks. */
const mostColumns = 200;

/** What a quoted line must hold: a name, and its number without separators. */
interface Mark {
  readonly word: string;
  readonly digits: string;
}

const marksOf = (table: ImportTable, events: readonly string[]): Mark[] => {
  const rows = table.rows
    .filter((row) => events.includes(row.event) && row.value !== null)
    .map((row) => ({word: row.event, digits: digitsOf(row.value ?? 0)}));
  return table.elapsed === null
    ? rows
    : [...rows, {word: 'elapsed', digits: digitsOf(table.elapsed.seconds)}];
};

/** Zeros at both ends may be lost in a number that was read. */
const digitsOf = (value: number): string =>
  String(value)
    .replace(/\D/g, '')
    .replace(/^0+|0+$/g, '');

const linesOf = (mail: readonly string[], {word, digits}: Mark): number[] =>
  mail.flatMap((line, i) =>
    line.length <= mostColumns &&
    line.includes(word) &&
    line.replace(/(\d)[.,'\u00a0\u202f](?=\d)/g, '$1').includes(digits)
      ? [i]
      : [],
  );

/** The line of the longest number that is in one place only: the table is around it. */
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

/** One more `> `; if a line is too long, runs of blanks are shortened in all of them. */
const quoted = (lines: readonly string[]): string[] => {
  const plain = lines.map((line) => ascii(line).trimEnd());
  const marked = plain.map((line) => (/^[>|]/.test(line) ? `>${line}` : `> ${line}`));
  if (marked.every((line) => line.length <= mailWidth)) return marked;
  return marked
    .map((line) => line.replace(/(\S) {2,}(?=\S)/g, '$1  '))
    .map((line) => (line.length <= mailWidth ? line : `${line.slice(0, mailWidth - 4)} ...`));
};
