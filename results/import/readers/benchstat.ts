// benchstat text, new and old form: both sides of every benchmark with benchstat's own intervals of
// the median.
import type {ImportRow, ImportTable} from '../../types.ts';
import type {Lines} from '../lines.ts';
import {holdsWord} from '../lines.ts';
import type {Found, Reader} from './reader.ts';
import {
  claimAll,
  linesWith,
  prefixes,
  row,
  scaled,
  shortLine,
  table,
  withFields,
} from './reader.ts';

const scale = (digits: string, prefix: string | undefined): number =>
  scaled(Number(digits), prefix === undefined || prefix === '' ? 1 : prefixes[prefix]);

const directionOf = (unit: string): 'higher' | 'lower' =>
  /\/s(?:ec)?$/.test(unit) ? 'higher' : 'lower';

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

const otherOf = (value: number, match: readonly (string | undefined)[]): Other => {
  const [percent, change, p, n, m] = match;
  return {
    value,
    percent: percentOf(percent),
    shown: change !== '~' && change !== '?',
    p: Number(p),
    runs: [Number(n), Number(m ?? n)],
  };
};

const readNew = (line: string): Row | null => {
  const match = newRow.exec(line);
  if (match === null || match[1] === 'geomean' || /^[│|]/.test(match[1])) return null;
  const [, name, value, prefix, percent, columns] = match;
  const rest = (match.at(-1) ?? '').trim();
  if (columns === '' && rest !== '') return null;
  return {
    name,
    before: {value: scale(value, prefix), percent: percentOf(percent)},
    others: [...columns.matchAll(otherColumns)].map(([, digits, unit, ...more]) =>
      otherOf(scale(digits, unit), more),
    ),
    rest,
  };
};

const oldHead = /^\s*name\s+old (\S+)\s+new \S+\s+delta\s*$/;
const oldFigure = String.raw`(\d[\d.]*)\s*([nµμumkKMGT]?)(s|B|ns|B\/s|)(?:\s*(?:±|\+-)\s*(\d+)%)?`;
const oldRow = new RegExp(String.raw`^\s*(\S+)\s+${oldFigure}\s+${oldFigure}\s+${verdict}(.*)$`);

const readOld = (line: string): Row | null => {
  const match = oldRow.exec(line);
  if (match === null || /^\[?[Gg]eo/.test(match[1])) return null;
  const [, name, a, aPrefix, , aPercent, b, bPrefix, , ...more] = match;
  return {
    name,
    before: {value: scale(a, aPrefix), percent: percentOf(aPercent)},
    others: [otherOf(scale(b, bPrefix), more)],
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
    ...(other === null ? {} : {runs: other.runs[column === 0 ? 0 : 1]}),
    ...(half === null
      ? {}
      : {interval: {of: 'median' as const, low: value - half, high: value + half, level: 0.95}}),
    ...(column === 0 || other === null
      ? {}
      : {
          stated: {
            ratio: before.value === 0 ? null : value / before.value,
            p: other.p,
            shown: other.shown,
          },
        }),
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

/** `lost`: rows of blocks none of whose rows was understood. */
const blocksOf = (lines: Lines): {blocks: Block[]; lost: readonly number[]} => {
  const blocks: Block[] = [];
  const lost: number[] = [];
  const add = (block: Block): void =>
    void (block.rows.length > 0 ? blocks.push(block) : lost.push(...block.unread));
  for (const at of linesWith(lines, 'vs base')) {
    const units = unitsLine.exec(shortLine(lines, at));
    if (units === null) continue;
    const files = shortLine(lines, at - 1)
      .split(/[│|]/)
      .map((name) => name.trim())
      .filter((name) => name !== '');
    const {rows, last, unread} = rowsFrom(lines, at + 1, readNew);
    const columns = 1 + Math.max(0, ...rows.map(({others}) => others.length));
    const names = Array.from({length: columns}, (_one, k) => files[k] ?? (k === 0 ? 'old' : 'new'));
    add({first: at - 1, last, unit: units[1], names, rows, unread});
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
  return {blocks, lost};
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
): ImportTable =>
  table('benchstat', {
    command: unit,
    label: names[column],
    rows: rows.filter(({others}) => others.length >= column).map((one) => rowOf(one, unit, column)),
  });

export const benchstat: Reader = {
  name: 'benchstat',
  toldBy: '`sec/op  …  vs base` under two file names, or `old time/op  new time/op  delta`',
  gives:
    'both sides with n; ± is the half width of the interval of the median, p and ~ stay as ' +
    '`stated`; geomean is left out',
  sniff: (text) => holdsWord(text, 'vs base') || holdsWord(text, '/op'),
  read: (lines) => {
    const {blocks, lost} = blocksOf(lines);
    const pairs = blocks.flatMap((block, pair): Found[] =>
      block.names.map((_name, column) => ({
        first: block.first,
        last: block.last,
        table: withFields(tableOf(block, column), {side: column === 0 ? 'before' : 'after', pair}),
        ...(column === 0 ? {unread: block.unread} : {}),
      })),
    );
    return claimAll(lines, [...pairs, ...(pairs.length > 0 ? [] : singles(lines))], lost);
  },
  example: [
    '           │   old.txt   │              new.txt               │',
    '           │   sec/op    │   sec/op     vs base               │',
    'Lookup-8     50.00n ± 1%   45.00n ± 2%  -10.00% (p=0.000 n=10)',
    'Update-8     80.00n ± 2%   80.40n ± 1%        ~ (p=0.372 n=10)',
    'geomean      63.25n        60.15n        -4.90%',
  ].join('\n'),
};
