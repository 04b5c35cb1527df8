// Tables people make by hand: a metric a row, its value before and after, perhaps the change.
import type {ImportRow, ImportTable, Warning} from '../../types.ts';
import {hasSidesInLine, sideOfLabel} from '../pairs.ts';
import type {Lines} from '../lines.ts';
import {isDigit} from '../perf-tokens.ts';
import {holdsWord} from '../lines.ts';
import {remembered} from '../repeated-words.ts';
import type {Found, Reader} from './reader.ts';
import type {Cell} from './cells.ts';
import {agrees, eventOf, nameIn, percentOf, readCell} from './cells.ts';
import {claimAll, linesWith, newNamer, row, secondsIn, shortLine, table} from './reader.ts';

interface Row {
  readonly name: string;
  readonly before: Cell;
  readonly after: Cell;
  readonly percent: number | null;
}

const counted = /^(?:iterations?|operations?|ops|transactions?|requests?|loops?|packets|runs)$/i;

const doubtsOf = (rows: readonly Row[]): Warning[] => {
  const doubts: Warning[] = [];
  for (const {name, before, after, percent: stated} of rows) {
    if (stated !== null && before.value !== 0 && !agrees(stated, before.value, after.value))
      doubts.push({
        code: 'percent-differs',
        text:
          `${name}: the table says ${stated}%, its values ${before.value} and ` +
          `${after.value} say ${(100 * (after.value / before.value - 1)).toFixed(1)}%`,
      });
    if (before.hasSpread || after.hasSpread)
      doubts.push({
        code: 'unknown-spread',
        text: `${name}: the table does not say what ± means, so it is left out`,
      });
  }
  return doubts;
};

const tablesOf = (
  rows: readonly Row[],
  names: readonly [string, string],
  title: string | null,
  pair: number,
): readonly [ImportTable, ImportTable] => {
  const divisor = rows.find(({name}) => counted.test(name));
  const side = (which: 'before' | 'after', label: string): ImportTable =>
    table('two-column table', {
      command: title,
      label,
      side: which,
      pair,
      rows: rows.map((one): ImportRow => rowOf(one, which)),
      operations:
        divisor === undefined
          ? undefined
          : {
              count: divisor[which].value,
              of: divisor.name.toLowerCase().replace(/s$/, ''),
              isRate: false,
            },
      warnings: which === 'before' ? doubtsOf(rows) : undefined,
    });
  return [side('before', names[0]), side('after', names[1])];
};

const namedUnit =
  /^(.*\S)\s*\((%|[numµ]?s|[num]?secs?|[kKMG]?[bp]ps|[\w.]+\/(?:s|sec|second|op))\)$/;

/** Which way is better, by the unit. */
const directionOf = remembered((unit): 'higher' | 'lower' | null => {
  if (secondsIn[unit] !== undefined || /^(?:[num]?secs?|seconds)$/.test(unit)) return 'lower';
  return /(?:\/(?:s|sec|second)|pps|bps)$/.test(unit) ? 'higher' : null;
});

const rowOf = ({name, before, after}: Row, which: 'before' | 'after'): ImportRow => {
  const cell = which === 'before' ? before : after;
  const own = cell.unit || before.unit || after.unit;
  // `latency (us)`: of other words in brackets it is not known that they are a unit.
  const named = own === '' && name.endsWith(')') ? namedUnit.exec(name) : null;
  const unit = named === null ? own : named[2];
  return row(eventOf(named === null ? name : named[1]), cell.value, unit, {
    isShare: unit === '%' ? true : undefined,
    direction: directionOf(unit),
  });
};

const cellsOf = (line: string): string[] => {
  const bare = line.trim();
  const [from, to] = [bare.startsWith('|') ? 1 : 0, bare.length - (bare.endsWith('|') ? 1 : 0)];
  return bare
    .slice(from, to)
    .split('|')
    .map((cell) => cell.trim());
};

const changeHead = /^(?:delta|change|diff(?:erence)?|Δ|%|speed-?up|improvement|gain|ratio)\b|%|Δ/i;
const ruler = /^[\s|:+=-]+$/;

/** The columns of a head: which hold the sides and which the author's change. */
interface Columns {
  readonly before: number;
  readonly after: number;
  readonly change: number | null;
}

const columnsOf = (head: readonly string[]): Columns | null => {
  if (head.length < 3 || head.length > 6) return null;
  const sides = head.map((name) => sideOfLabel(name));
  const change = head.findIndex((name, k) => k > 1 && changeHead.test(name));
  const [before, after] = [sides.indexOf('before', 1), sides.indexOf('after', 1)];
  if (before > 0 && after > 0) return {before, after, change: change < 0 ? null : change};
  // Two columns of values and the change after them: the first is the base.
  return change === 3 ? {before: 1, after: 2, change} : null;
};

const readRow = (cells: readonly string[], {before, after, change}: Columns): Row | null => {
  const [a, b] = [readCell(cells[before] ?? ''), readCell(cells[after] ?? '')];
  if (a === null || b === null || !/[A-Za-z]/.test(cells[0] ?? '')) return null;
  return {
    name: nameIn(cells[0]),
    before: a,
    after: b,
    percent: percentOf(change === null ? '' : (cells[change] ?? '')),
  };
};

/** `startsWithSides`: the first column may have no name. */
interface Head {
  readonly names: readonly string[];
  readonly columns: Columns | null;
  readonly startsWithSides: boolean;
}

const headOf = (names: readonly string[]): Head => {
  const first = names.slice(0, 2).map((name) => sideOfLabel(name));
  const startsWithSides = first.includes('before') && first.includes('after');
  return {names, columns: columnsOf(names), startsWithSides};
};

/** How cells are told apart, and a head that is. */
interface Layout {
  readonly split: (line: string) => string[];
  readonly head: (line: string) => Head;
}

const newLayout = (split: Layout['split']): Layout => ({
  split,
  head: remembered((line) => headOf(split(line))),
});
const byBars = newLayout(cellsOf);
/** Two and more. */
const byBlanks = newLayout((line) => line.trim().split(/\s{2,}|\t/));

/** The cells of the first line below the head that is not a ruler. */
const rowBelow = (lines: Lines, head: number, {split}: Layout): readonly string[] => {
  const below = [1, 2].map((k) => shortLine(lines, head + k)).find((line) => !ruler.test(line));
  return split(below ?? '');
};

const readTable = (
  lines: Lines,
  head: number,
  layout: Layout,
): (Omit<Found, 'table'> & {rows: Row[]; names: [string, string]}) | null => {
  const title = layout.head(shortLine(lines, head));
  // An empty cell at the beginning passes for a quote mark.
  const isUnnamed =
    title.startsWithSides && rowBelow(lines, head, layout).length > title.names.length;
  const {names, columns} = isUnnamed ? headOf(['', ...title.names]) : title;
  if (columns === null) return null;
  const rows: Row[] = [];
  const unread: number[] = [];
  let last = head;
  for (let i = head + 1; i < lines.numbers.length; i++) {
    const line = shortLine(lines, i);
    if (ruler.test(line) && /[-=]/.test(line)) {
      last = i;
      continue;
    }
    const cells = layout.split(line);
    if (cells.length < 3) break;
    const one = readRow(cells, columns);
    if (one !== null) rows.push(one);
    else if (columnsOf(cells) !== null || unread.length > 2 * rows.length + 2) break;
    else if (/\d/.test(line)) unread.push(i);
    last = i;
  }
  const isTable = rows.length > 0 && rows.length >= unread.length;
  return isTable
    ? {first: head, last, unread, rows, names: [names[columns.before], names[columns.after]]}
    : null;
};

const arrow = new RegExp(
  String.raw`^\s*[*-]?\s*([A-Za-z][^\n|]{0,78}?)\s*[:|]?\s+(\S+(?: [A-Za-z%/µ]+)?)\s*` +
    String.raw`(?:->|→|=>|⇒)\s*(\S+(?: [A-Za-z%/µ]+)?)((?:\s*[([]?\s*[+−–-]?\s*\d[\d.]*\s*%` +
    String.raw`\s*[)\]]?)?)\s*$`,
);

/** Lines `NAME 12.00 -> 17.40 +45 %`, at least one with a per cent. */
const readArrows = (lines: Lines): (Omit<Found, 'table'> & {rows: Row[]})[] => {
  const found: (Omit<Found, 'table'> & {rows: Row[]; last: number})[] = [];
  for (const sign of ['->', '→', '=>', '⇒']) {
    for (const i of linesWith(lines, sign)) {
      const match = arrow.exec(shortLine(lines, i));
      if (match === null) continue;
      const [a, b] = [readCell(match[2]), readCell(match[3])];
      if (a === null || b === null) continue;
      const one = {
        name: match[1].replace(/\s+/g, ' '),
        before: a,
        after: b,
        percent: percentOf(match[4].replace(/[([]|([+−–-])\s+/g, '$1')),
      };
      const block = found.at(-1);
      if (block !== undefined && block.last === i - 1) {
        block.rows.push(one);
        block.last = i;
      } else found.push({first: i, last: i, rows: [one]});
    }
  }
  return found.filter(({rows}) => rows.some((one) => one.percent !== null));
};

export const twoColumn: Reader = {
  name: 'two-column table',
  toldBy:
    '`Metric | Before | After | Delta` (bars, or columns two blanks apart), or `12.00 -> 17.40 +45 %`',
  gives:
    "both sides of each row; the author's per cent is only checked; a row of iterations " +
    'gives counts per iteration',
  sniff: (text) =>
    ['|', '->', '→', '=>', '⇒'].some((word) => holdsWord(text, word)) || hasSidesInLine(text),
  read: (lines) => {
    const nameOf = newNamer(lines);
    const found: Found[] = [];
    let pair = 0;
    const add = (one: Omit<Found, 'table'> & {rows: Row[]; names?: [string, string]}): void => {
      const {first, last, unread, rows, names = ['before', 'after']} = one;
      const [before, after] = tablesOf(rows, names, nameOf(first, last), pair++);
      found.push({first, last, table: before, unread}, {first, last, table: after});
    };
    let end = -1;
    for (const i of linesWith(lines, '|')) {
      if (i <= end) continue;
      const one = readTable(lines, i, byBars);
      if (one === null) continue;
      add(one);
      end = one.last;
    }
    end = -1;
    for (const i of plainHeads(lines)) {
      if (i <= end) continue;
      const one = readTable(lines, i, byBlanks);
      if (one === null) continue;
      add(one);
      end = one.last;
    }
    readArrows(lines).forEach(add);
    return claimAll(lines, found);
  },
  example: [
    'Metric          | Baseline      | Patched       | Delta',
    '----------------|---------------|---------------|----------',
    'Iterations      | 5000          | 5100          | +2.00%',
    'Instructions    | 1.500 T       | 1.400 T       | -6.67%',
  ].join('\n'),
};

/** Lines whose words, two blanks apart, name both sides. */
const plainHead = /^\s*(?:\S.{0,60}?\s{2,})?\S.{0,40}?\s{2,}\S[^\d]{0,60}$/;

/** What `plainHead` asks of the end of a line, seen from there: two blanks and a word, no digit. */
const hasWordsApart = ({text, starts}: Lines, i: number): boolean => {
  const end = starts[i + 1] - 1;
  let p = end;
  while (p > starts[i] && !isDigit(text.charCodeAt(p - 1))) p--;
  return end - p > 2 && /\s\s\S/.test(text.slice(p, end));
};

const plainHeads = function* (lines: Lines): Generator<number> {
  for (let i = 0; i + 1 < lines.numbers.length; i++) {
    const length = lines.starts[i + 1] - lines.starts[i];
    if (length < 12 || length > 120 || !hasWordsApart(lines, i)) continue;
    const line = shortLine(lines, i);
    if (line.includes('|') || !plainHead.test(line)) continue;
    const names = byBlanks.split(line);
    if (names.length < 2 || names.length > 5) continue;
    const sides = names.map((name) => (name.length <= 30 ? sideOfLabel(name) : null));
    if (sides.includes('before') && sides.includes('after')) yield i;
  }
};
