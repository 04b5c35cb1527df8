// benchstat text, new and old form: both sides of every benchmark with benchstat's own intervals of
// the median.
import type {ImportRow, ImportTable} from '../../types.ts';
import type {Lines} from '../lines.ts';
import {holdsWord} from '../lines.ts';
import {remembered} from '../repeated-words.ts';
import type {Found, Reader} from './reader.ts';
import {claimAll, linesWith, prefixes, row, scaled, shortLine, table} from './reader.ts';

const scale = (digits: string, prefix: string | undefined): number =>
  scaled(Number(digits), prefix === undefined || prefix === '' ? 1 : prefixes[prefix]);

const directionOf = remembered((unit): 'higher' | 'lower' =>
  /\/s(?:ec)?$/.test(unit) ? 'higher' : 'lower',
);

interface Figure {
  readonly value: number;
  readonly percent: number | null;
}
/** A file next to the base, with the verdict. */
interface Other extends Figure {
  readonly shown: boolean;
  readonly p: number;
  readonly runs: readonly [number, number];
}
/** `others`: the columns after the base, none if the benchmark is in one file only. */
interface Row {
  readonly name: string;
  readonly before: Figure;
  readonly others: readonly Other[];
  /** What follows the last verdict where line breaks were lost. */
  readonly rest: string;
}

const figure =
  String.raw`(\d[\d.]*)([nµμumkKMGT]i?|)` +
  String.raw`(?:\s*(?:±|\+-)\s*(\d+|∞)%?)?(?:\s*[¹²³⁴⁵⁶⁷⁸⁹⁰]+)?`;
const verdict = String.raw`(~|[+-]?\d[\d.]*%|\?)\s*\(p=(\d[\d.]*)\s+n=(\d+)(?:\+(\d+))?\)`;
const newRow = new RegExp(
  String.raw`^\s*(\S+)\s+${figure}((?:\s+${figure}\s+${verdict}(?:\s*[¹²³⁴⁵⁶⁷⁸⁹⁰]+)?)*)(.*)$`,
);
const otherColumns = new RegExp(String.raw`\s+${figure}\s+${verdict}`, 'g');
const unitsLine = /^\s*[│|]?\s*(\S+\/\S+|\S+)\s*(?:[│|]\s*\1\s+vs base\s*)+[│|]?\s*$/;
const singleUnits = /^\s*[│|]?\s*(sec\/op|B\/op|allocs\/op|B\/s|\S+\/(?:op|s))\s*[│|]?\s*$/;

const percentOf = (text: string | undefined): number | null =>
  text === undefined || text === '∞' ? null : Number(text);

/** From the match's groups from `k` on. */
const otherOf = (value: number, match: readonly (string | undefined)[], k: number): Other => {
  const [change, n] = [match[k + 1], match[k + 3]];
  return {
    value,
    percent: percentOf(match[k]),
    shown: change !== '~' && change !== '?',
    p: Number(match[k + 2]),
    runs: [Number(n), Number(match[k + 4] ?? n)],
  };
};

const isBar = (character: string): boolean => character === '│' || character === '|';

const readNew = (line: string): Row | null => {
  const match = newRow.exec(line);
  if (match === null || match[1] === 'geomean' || isBar(match[1].charAt(0))) return null;
  const [, name, value, prefix, percent, columns] = match;
  const rest = (match.at(-1) ?? '').trim();
  if (columns === '' && rest !== '') return null;
  const others: Other[] = [];
  // Of one column the row's own groups tell all.
  if (columns !== '' && columns.indexOf('(p=') === columns.lastIndexOf('(p='))
    others.push(otherOf(scale(match[6], match[7]), match, 8));
  else
    for (const one of columns.matchAll(otherColumns))
      others.push(otherOf(scale(one[1], one[2]), one, 3));
  return {
    name,
    before: {value: scale(value, prefix), percent: percentOf(percent)},
    others,
    rest,
  };
};

const oldHead = /^\s*name\s+old (\S+)\s+new \S+\s+delta\s*$/;
const oldFigure = String.raw`(\d[\d.]*)\s*([nµμumkKMGT]?)(s|B|ns|B\/s|)(?:\s*(?:±|\+-)\s*(\d+)%)?`;
const oldRow = new RegExp(String.raw`^\s*(\S+)\s+${oldFigure}\s+${oldFigure}\s+${verdict}(.*)$`);

const readOld = (line: string): Row | null => {
  const match = oldRow.exec(line);
  if (match === null || /^\[?[Gg]eo/.test(match[1])) return null;
  const [, name, a, aPrefix, , aPercent, b, bPrefix] = match;
  return {
    name,
    before: {value: scale(a, aPrefix), percent: percentOf(aPercent)},
    others: [otherOf(scale(b, bPrefix), match, 9)],
    rest: (match.at(-1) ?? '').trim(),
  };
};

/** One benchmark in one column; column 0 is the base. */
const rowOf = ({name, before, others}: Row, unit: string, column: number): ImportRow => {
  const {value, percent} = column === 0 ? before : others[column - 1];
  const other = others.length === 0 ? null : others[Math.max(0, column - 1)];
  const half = percent === null ? null : (value * percent) / 100;
  return row(name, value, unit, {
    direction: directionOf(unit),
    runs: other?.runs[column === 0 ? 0 : 1],
    interval:
      half === null
        ? undefined
        : {of: 'median', low: value - half, high: value + half, level: 0.95},
    stated:
      column === 0 || other === null
        ? undefined
        : {
            ratio: before.value === 0 ? null : value / before.value,
            p: other.p,
            shown: other.shown,
          },
  });
};

interface Block {
  readonly first: number;
  readonly last: number;
  readonly unit: string;
  /** Of the files, one a column. */
  readonly names: readonly string[];
  readonly rows: readonly Row[];
  /** Lines with figures of both files that are no row. */
  readonly unread: readonly number[];
}

/** Rows from line `at` on. */
const rowsFrom = (
  lines: Lines,
  at: number,
  read: (line: string) => Row | null,
): {rows: Row[]; last: number; unread: number[]} => {
  const rows: Row[] = [];
  const unread: number[] = [];
  let last = at - 1;
  for (let i = at; i < lines.numbers.length; i++) {
    const line = shortLine(lines, i);
    const one = read(line);
    if (one !== null) {
      rows.push(one);
      if (one.rest !== '') unread.push(i);
    } else if (line.includes('(p=')) unread.push(i);
    else if (!/^\s*\[?[Gg]eo ?mean/.test(line)) break;
    last = i;
  }
  return {rows, last, unread};
};

const unitIn = remembered((line) => unitsLine.exec(line)?.[1] ?? null);
const filesIn = remembered((line) =>
  line
    .split(/[│|]/)
    .map((name) => name.trim())
    .filter((name) => name !== ''),
);

/** `lost`: rows of blocks none of whose rows was understood. */
const readBlocks = (lines: Lines): {found: Found[]; lost: readonly number[]} => {
  const found: Found[] = [];
  const lost: number[] = [];
  let pair = 0;
  const add = (block: Block): void => {
    const {first, last, names, rows, unread} = block;
    if (rows.length === 0) {
      lost.push(...unread);
      return;
    }
    names.forEach((_name, column) => {
      const table = tableOf(block, column, pair);
      found.push({first, last, table, unread: column === 0 ? unread : undefined});
    });
    pair++;
  };
  for (const at of linesWith(lines, 'vs base')) {
    const unit = unitIn(shortLine(lines, at));
    if (unit === null) continue;
    const files = filesIn(shortLine(lines, at - 1));
    const {rows, last, unread} = rowsFrom(lines, at + 1, readNew);
    const columns = 1 + rows.reduce((most, {others}) => Math.max(most, others.length), 0);
    const names =
      files.length === columns
        ? files
        : Array.from({length: columns}, (_one, k) => files[k] ?? (k === 0 ? 'old' : 'new'));
    add({first: at - 1, last, unit, names, rows, unread});
  }
  for (const at of linesWith(lines, 'old ')) {
    const head = oldHead.exec(shortLine(lines, at));
    if (head === null) continue;
    const {rows, last, unread} = rowsFrom(lines, at + 1, readOld);
    // `time/op` in seconds, `alloc/op` in bytes, `speed` in bytes a second.
    const unit = head[1]
      .replace('time/', 'sec/')
      .replace(/^alloc\//, 'B/')
      .replace(/^speed$/, 'B/s');
    add({first: at, last, unit, names: ['old', 'new'], rows, unread});
  }
  return {found, lost};
};

/** One file alone: a column of figures under its unit. */
const singles = (lines: Lines): Found[] => {
  const found: Found[] = [];
  for (const at of linesWith(lines, '/op')) {
    const units = singleUnits.exec(shortLine(lines, at));
    if (units === null) continue;
    const {rows, last} = rowsFrom(lines, at + 1, readNew);
    if (rows.length === 0 || rows.some(({others}) => others.length > 0)) continue;
    const label = shortLine(lines, at - 1)
      .replace(/[│|]/g, '')
      .trim();
    found.push({
      first: at - 1,
      last,
      table: tableOf({unit: units[1], names: [label], rows}, 0),
    });
  }
  return found;
};

const tableOf = (
  {unit, names, rows}: Pick<Block, 'unit' | 'names' | 'rows'>,
  column: number,
  pair?: number,
): ImportTable =>
  table('benchstat', {
    command: unit,
    label: names[column],
    rows: rows.filter(({others}) => others.length >= column).map((one) => rowOf(one, unit, column)),
    side: pair === undefined ? undefined : column === 0 ? 'before' : 'after',
    pair,
  });

export const benchstat: Reader = {
  name: 'benchstat',
  toldBy: '`sec/op  …  vs base` under two file names, or `old time/op  new time/op  delta`',
  gives:
    'both sides with n; ± is the half width of the interval of the median, p and ~ stay as ' +
    '`stated`; geomean is left out',
  sniff: (text) => holdsWord(text, 'vs base') || holdsWord(text, '/op'),
  read: (lines) => {
    const {found, lost} = readBlocks(lines);
    return claimAll(lines, found.length > 0 ? found : singles(lines), lost);
  },
  example: [
    '           │   old.txt   │              new.txt               │',
    '           │   sec/op    │   sec/op     vs base               │',
    'Lookup-8     50.00n ± 1%   45.00n ± 2%  -10.00% (p=0.000 n=10)',
    'Update-8     80.00n ± 2%   80.40n ± 1%        ~ (p=0.372 n=10)',
    'geomean      63.25n        60.15n        -4.90%',
  ].join('\n'),
};
