// mmtests comparisons: kernels as columns, the first is the base; minus is always worse, and stars
// mark what lies outside the confidence interval.
import type {ImportRow} from '../../types.ts';
import type {Lines} from '../lines.ts';
import {holdsWord} from '../lines.ts';
import {remembered} from '../repeated-words.ts';
import type {Found, Reader} from './reader.ts';
import {claimAll, linesWith, newNamer, row, shortLine, table} from './reader.ts';

const cell = (open: '(' | '(?:'): string =>
  String.raw`${open}-?\d[\d.]*)\s+(?:\(\s*${open}-?[\d.]+)%\)|\*\s*${open}-?[\d.]+)%\*)`;
const rowForm = new RegExp(
  String.raw`^\s*([A-Z]\S*(?:\s+[A-Za-z0-9_./:%-]+){0,4}?)\s+${cell('(')}` +
    String.raw`((?:\s+${cell('(?:')})+)\s*$`,
);
const cells = new RegExp(cell('('), 'g');

/** Whether more is better: by the sign of the change, else by the kind of mean. */
const kinds: Readonly<Record<string, 'higher' | 'lower'>> = {
  Hmean: 'higher',
  Amean: 'lower',
  Gmean: 'lower',
  Stddev: 'lower',
  CoeffVar: 'lower',
  Lat: 'lower',
};

interface Cell {
  readonly value: number;
  readonly percent: number;
  readonly isMarked: boolean;
}
interface Row {
  readonly event: string;
  readonly direction: 'higher' | 'lower' | null;
  readonly base: number;
  readonly others: readonly Cell[];
}

const eventOf = remembered((name) => name.replace(/\s+/g, ' '));

const readRow = (line: string): Row | null => {
  const match = line.includes('%') ? rowForm.exec(line) : null;
  if (match === null || Number(match[3] ?? match[4]) !== 0) return null;
  const [, name, first, , , rest] = match;
  const base = Number(first);
  const others: Cell[] = [];
  for (let one = cells.exec(rest); one !== null; one = cells.exec(rest))
    others.push({
      value: Number(one[1]),
      percent: Number(one[2] ?? one[3]),
      isMarked: one[3] !== undefined,
    });
  const event = eventOf(name);
  return {event, direction: directionOf(event, base, others), base, others};
};

const directionOf = (event: string, base: number, others: readonly Cell[]): Row['direction'] => {
  for (const {value, percent} of others)
    if (percent !== 0 && value !== base) return value > base === percent > 0 ? 'higher' : 'lower';
  return kinds[event.split(' ')[0]] ?? null;
};

/** The rows of the base, or of another column, from 1. */
const rowsOf = (rows: readonly Row[], column: number): ImportRow[] =>
  rows.map(({event, direction, base, others}) => {
    if (column === 0) return row(event, base, '', {direction});
    const {value, isMarked: shown} = others[column - 1];
    return row(event, value, '', {
      direction,
      stated: {ratio: base === 0 ? null : value / base, shown},
    });
  });

/** Heads of many tables are the same. */
const wordsOf = remembered((line): readonly string[] => line.trim().split(/\s+/));

/** Lines above the rows that name the columns. */
const namesAbove = (
  lines: Lines,
  first: number,
  columns: number,
): {names: readonly string[]; first: number} => {
  let names: readonly string[] = [];
  let top = first;
  for (let i = first - 1; i >= Math.max(0, first - 2); i--) {
    const words = wordsOf(shortLine(lines, i));
    if (words.length !== columns) break;
    names = names.length === 0 ? words : words.map((word, k) => `${word} ${names[k]}`);
    top = i;
  }
  return {names, first: top};
};

export const mmtests: Reader = {
  name: 'mmtests',
  toldBy: '`Hmean 64  12800.00 ( 0.00%)  11520.00 * -10.00%*`',
  gives:
    'a table a kernel, the first is the base; the direction of each row; stars as `stated.shown`',
  sniff: (text) => holdsWord(text, '0.00%)'),
  read: (lines) => {
    const nameOf = newNamer(lines);
    const found: Found[] = [];
    let end = -1;
    let pair = 0;
    for (const first of linesWith(lines, '0.00%)')) {
      if (first <= end) continue;
      const rows: Row[] = [];
      let last = first;
      for (let i = first; i < lines.numbers.length; i++) {
        const one = readRow(shortLine(lines, i));
        if (one === null || (rows.length > 0 && one.others.length !== rows[0].others.length)) break;
        rows.push(one);
        last = i;
      }
      if (rows.length === 0) continue;
      end = last;
      const columns = rows[0].others.length + 1;
      const above = namesAbove(lines, first, columns);
      const title = nameOf(above.first, last);
      for (let column = 0; column < columns; column++)
        found.push({
          first: above.first,
          last,
          table: table('mmtests', {
            command: title,
            label: above.names[column] || (column === 0 ? 'base' : `column ${column + 1}`),
            rows: rowsOf(rows, column),
            side: column === 0 ? 'before' : 'after',
            pair,
          }),
        });
      pair++;
    }
    return claimAll(lines, found);
  },
  example: [
    '                              base              patched',
    'Hmean     1        500.00 (   0.00%)      495.00 *  -1.00%*',
    'Amean     latency-8    2.50 (   0.00%)      2.55 (  -2.00%)',
  ].join('\n'),
};
