// Tables people make by hand: a metric a row, its value before and after, perhaps the change.
import type {ImportRow, ImportTable, Warning} from '../../types.ts';
import {hasSidesInLine, sideOfLabel} from '../pairs.ts';
import type {Lines} from '../lines.ts';
import {isDigit} from '../perf-tokens.ts';
import {isKnownEvent} from '../vocabulary.ts';
import {holdsWord} from '../lines.ts';
import type {Found, Reader} from './reader.ts';
import type {Cell} from './cells.ts';
import {agrees, percentOf, readCell} from './cells.ts';
import {claimAll, linesWith, newNamer, row, secondsIn, shortLine, table} from './reader.ts';

interface Row {
  readonly name: string;
  readonly before: Cell;
  readonly after: Cell;
  readonly percent: number | null;
}

/** Without Markdown's marks; `_` inside a word is the name's own: `TCP_RR`. */
const withoutEmphasis = (name: string): string => name.replace(/[*`]|\b_+|_+\b/g, '');

/** Names of perf's events are written with capitals in such tables. */
const eventOf = (name: string): string => {
  const bare = withoutEmphasis(name).replace(/:$/, '').trim();
  const small = bare.toLowerCase().replace(/ /g, '-');
  return isKnownEvent(small) ? small : bare;
};

const counted = /^(?:iterations?|operations?|ops|transactions?|requests?|loops?|packets|runs)$/i;

const tablesOf = (
  rows: readonly Row[],
  names: readonly [string, string],
  title: string | null,
  pair: number,
): readonly [ImportTable, ImportTable] => {
  const doubts = rows.flatMap(({name, before, after, percent: stated}): Warning[] => {
    const isOff =
      stated !== null && before.value !== 0 && !agrees(stated, before.value, after.value);
    return [
      ...(isOff
        ? [
            {
              code: 'percent-differs',
              text:
                `${name}: the table says ${stated}%, its values ${before.value} and ` +
                `${after.value} say ${(100 * (after.value / before.value - 1)).toFixed(1)}%`,
            },
          ]
        : []),
      ...(before.hasSpread || after.hasSpread
        ? [
            {
              code: 'unknown-spread',
              text: `${name}: the table does not say what ± means, so it is left out`,
            },
          ]
        : []),
    ];
  });
  const side = (which: 'before' | 'after', k: 0 | 1): ImportTable => {
    const operations = rows.find(({name}) => counted.test(name));
    return table('two-column table', {
      command: title,
      label: names[k],
      side: which,
      pair,
      rows: rows.map((one): ImportRow => rowOf(one, which)),
      ...(operations === undefined
        ? {}
        : {
            operations: {
              count: operations[which].value,
              of: operations.name.toLowerCase().replace(/s$/, ''),
              isRate: false,
            },
          }),
      warnings: which === 'before' ? doubts : [],
    });
  };
  return [side('before', 0), side('after', 1)];
};

const namedUnit =
  /^(.*\S)\s*\((%|[numµ]?s|[num]?secs?|[kKMG]?[bp]ps|[\w.]+\/(?:s|sec|second|op))\)$/;

const rowOf = ({name, before, after}: Row, which: 'before' | 'after'): ImportRow => {
  const cell = which === 'before' ? before : after;
  const own = cell.unit !== '' ? cell.unit : before.unit !== '' ? before.unit : after.unit;
  // `latency (us)`: of other words in brackets it is not known that they are a unit.
  const named = own === '' ? namedUnit.exec(name) : null;
  const unit = named === null ? own : named[2];
  const isTime = secondsIn[unit] !== undefined || /^(?:[num]?secs?|seconds)$/.test(unit);
  const isRate = /(?:\/(?:s|sec|second)|pps|bps)$/.test(unit);
  return row(eventOf(named === null ? name : named[1]), cell.value, unit, {
    ...(unit === '%' ? {isShare: true as const} : {}),
    direction: isTime ? 'lower' : isRate ? 'higher' : null,
  });
};

const cellsOf = (line: string): string[] =>
  line
    .replace(/^\s*\|/, '')
    .replace(/\|\s*$/, '')
    .split('|')
    .map((cell) => cell.trim());

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
    name: withoutEmphasis(cells[0].replace(/^(?:\/\/|[#*;%]|--)\s/, '')).trim(),
    before: a,
    after: b,
    percent: percentOf(change === null ? '' : (cells[change] ?? '')),
  };
};

/** Cells by bars, or by two blanks and more. */
const splitters = {
  bars: cellsOf,
  blanks: (line: string): string[] => line.trim().split(/\s{2,}|\t/),
} as const;

/** The cells of the first line below the head that is not a ruler. */
const rowBelow = (
  lines: Lines,
  head: number,
  split: (line: string) => string[],
): readonly string[] => {
  const below = [1, 2].map((k) => shortLine(lines, head + k)).find((line) => !ruler.test(line));
  return split(below ?? '');
};

const readTable = (
  lines: Lines,
  head: number,
  split: (line: string) => string[],
): (Omit<Found, 'table'> & {rows: Row[]; names: [string, string]}) | null => {
  const title = split(shortLine(lines, head));
  // The first column may have no name, and an empty cell at the beginning passes for a quote mark.
  const first = title.slice(0, 2).map((name) => sideOfLabel(name));
  const isUnnamed =
    first.includes('before') &&
    first.includes('after') &&
    rowBelow(lines, head, split).length > title.length;
  const names = isUnnamed ? ['', ...title] : title;
  const columns = columnsOf(names);
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
    const cells = split(line);
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
      const title = nameOf(one.first, one.last);
      const {first, last, unread, rows} = one;
      const [before, after] = tablesOf(rows, one.names ?? ['before', 'after'], title, pair++);
      found.push({first, last, table: before, ...(unread === undefined ? {} : {unread})});
      found.push({first, last, table: after});
    };
    let end = -1;
    for (const i of linesWith(lines, '|')) {
      if (i <= end) continue;
      const one = readTable(lines, i, splitters.bars);
      if (one === null) continue;
      add(one);
      end = one.last;
    }
    end = -1;
    for (const i of plainHeads(lines)) {
      if (i <= end) continue;
      const one = readTable(lines, i, splitters.blanks);
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
const hasWordsApart = (line: string): boolean => {
  let p = line.length - 1;
  while (p >= 0 && !isDigit(line.charCodeAt(p))) p--;
  return /\s\s\S/.test(line.slice(p + 1));
};

const plainHeads = function* (lines: Lines): Generator<number> {
  for (let i = 0; i + 1 < lines.numbers.length; i++) {
    const length = lines.starts[i + 1] - lines.starts[i];
    if (length < 12 || length > 120) continue;
    const line = shortLine(lines, i);
    if (!hasWordsApart(line) || line.includes('|') || !plainHead.test(line)) continue;
    const names = splitters.blanks(line);
    if (names.length < 2 || names.length > 5) continue;
    const sides = names.map((name) => (name.length <= 30 ? sideOfLabel(name) : null));
    if (sides.includes('before') && sides.includes('after')) yield i;
  }
};
