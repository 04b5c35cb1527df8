// benchstat text, new and old form: both sides of every benchmark with benchstat's own intervals of
// the median.
import type {ImportRow, ImportTable} from '../../types.ts';
import type {Lines} from '../lines.ts';
import type {Found, Reader} from './reader.ts';
import {claimAll, linesWith, row, scaled, shortLine, table} from './reader.ts';

/** SI and IEC prefixes of figures. */
// prettier-ignore
const prefixes: Readonly<Record<string, number>> = {
  n: 1e-9, µ: 1e-6, μ: 1e-6, u: 1e-6, m: 1e-3, k: 1e3, K: 1e3, M: 1e6, G: 1e9, T: 1e12,
  Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3, Ti: 1024 ** 4,
};
const scale = (digits: string, prefix: string | undefined): number =>
  scaled(Number(digits), prefix === undefined || prefix === '' ? 1 : prefixes[prefix]);

const directionOf = (unit: string): 'higher' | 'lower' =>
  /\/s(?:ec)?$/.test(unit) ? 'higher' : 'lower';

interface Figure {
  readonly value: number;
  readonly percent: number | null;
}
interface Row {
  readonly name: string;
  readonly before: Figure;
  readonly after: Figure | null;
  readonly shown: boolean | null;
  readonly p: number | null;
  readonly runs: readonly [number, number] | null;
}

const figure =
  String.raw`(\d[\d.]*)([nµμumkKMGT]i?|)` +
  String.raw`(?:\s*(?:±|\+-)\s*(\d+|∞)%?)?(?:\s*[¹²³⁴⁵⁶⁷⁸⁹⁰]+)?`;
const verdict = String.raw`(~|[+-]?\d[\d.]*%|\?)\s*\(p=(\d[\d.]*)\s+n=(\d+)(?:\+(\d+))?\)`;
const newRow = new RegExp(String.raw`^\s*(\S+)\s+${figure}(?:\s+${figure}\s+${verdict}.*)?\s*$`);
const unitsLine = /^\s*[│|]?\s*(\S+\/\S+|\S+)\s*[│|]\s*\1\s+vs base\s*[│|]?\s*$/;
const singleUnits = /^\s*[│|]?\s*(sec\/op|B\/op|allocs\/op|B\/s|\S+\/(?:op|s))\s*[│|]?\s*$/;

const percentOf = (text: string | undefined): number | null =>
  text === undefined || text === '∞' ? null : Number(text);

const readNew = (line: string): Row | null => {
  const match = newRow.exec(line);
  if (match === null || match[1] === 'geomean' || /^[│|]/.test(match[1])) return null;
  const [, name, a, aPrefix, aPercent, b, bPrefix, bPercent, change, p, n, m] = match;
  return {
    name,
    before: {value: scale(a, aPrefix), percent: percentOf(aPercent)},
    after: b === undefined ? null : {value: scale(b, bPrefix), percent: percentOf(bPercent)},
    shown: change === undefined ? null : change !== '~' && change !== '?',
    p: p === undefined ? null : Number(p),
    runs: n === undefined ? null : [Number(n), Number(m ?? n)],
  };
};

const oldHead = /^\s*name\s+old (\S+)\s+new \S+\s+delta\s*$/;
const oldFigure = String.raw`(\d[\d.]*)\s*([nµμumkKMGT]?)(s|B|ns|B\/s|)(?:\s*(?:±|\+-)\s*(\d+)%)?`;
const oldRow = new RegExp(String.raw`^\s*(\S+)\s+${oldFigure}\s+${oldFigure}\s+${verdict}.*$`);

const readOld = (line: string): Row | null => {
  const match = oldRow.exec(line);
  if (match === null || /^\[?[Gg]eo/.test(match[1])) return null;
  const [, name, a, aPrefix, , aPercent, b, bPrefix, , bPercent, change, p, n, m] = match;
  return {
    name,
    before: {value: scale(a, aPrefix), percent: percentOf(aPercent)},
    after: {value: scale(b, bPrefix), percent: percentOf(bPercent)},
    shown: change !== '~' && change !== '?',
    p: Number(p),
    runs: [Number(n), Number(m ?? n)],
  };
};

const rowOf = (one: Row, unit: string, side: 'before' | 'after'): ImportRow => {
  const {value, percent} = side === 'before' ? one.before : (one.after ?? one.before);
  const runs = one.runs?.[side === 'before' ? 0 : 1];
  const half = percent === null ? null : (value * percent) / 100;
  return row(one.name, value, unit, {
    direction: directionOf(unit),
    ...(runs === undefined ? {} : {runs}),
    ...(half === null
      ? {}
      : {interval: {of: 'median' as const, low: value - half, high: value + half, level: 0.95}}),
    ...(side === 'before' || one.after === null
      ? {}
      : {
          stated: {
            ratio: one.before.value === 0 ? null : one.after.value / one.before.value,
            ...(one.p === null ? {} : {p: one.p}),
            ...(one.shown === null ? {} : {shown: one.shown}),
          },
        }),
  });
};

interface Block {
  readonly first: number;
  readonly last: number;
  readonly unit: string;
  readonly names: readonly [string, string];
  readonly rows: readonly Row[];
}

/** Rows from line `at` on. */
const rowsFrom = (
  lines: Lines,
  at: number,
  read: (line: string) => Row | null,
): {rows: Row[]; last: number} => {
  const rows: Row[] = [];
  let last = at - 1;
  for (let i = at; i < lines.numbers.length; i++) {
    const line = shortLine(lines, i);
    const one = read(line);
    if (one !== null) rows.push(one);
    else if (!/^\s*\[?[Gg]eo ?mean/.test(line)) break;
    last = i;
  }
  return {rows, last};
};

const blocksOf = (lines: Lines): Block[] => {
  const blocks: Block[] = [];
  for (const at of linesWith(lines, 'vs base')) {
    const units = unitsLine.exec(shortLine(lines, at));
    if (units === null) continue;
    const files = shortLine(lines, at - 1)
      .split(/[│|]/)
      .map((name) => name.trim())
      .filter((name) => name !== '');
    const {rows, last} = rowsFrom(lines, at + 1, readNew);
    if (rows.length === 0) continue;
    const names = [files[0] ?? 'old', files[1] ?? 'new'] as const;
    blocks.push({first: at - 1, last, unit: units[1], names, rows});
  }
  for (const at of linesWith(lines, 'old ')) {
    const head = oldHead.exec(shortLine(lines, at));
    if (head === null) continue;
    const {rows, last} = rowsFrom(lines, at + 1, readOld);
    // `time/op` in seconds, `alloc/op` in bytes, `speed` in bytes a second.
    const unit = head[1]
      .replace('time/', 'sec/')
      .replace(/^alloc\//, 'B/')
      .replace(/^speed$/, 'B/s');
    if (rows.length > 0) blocks.push({first: at, last, unit, names: ['old', 'new'], rows});
  }
  return blocks;
};

/** One file alone: a column of figures under its unit. */
const singles = (lines: Lines): Found[] => {
  const found: Found[] = [];
  for (const at of linesWith(lines, '/op')) {
    const units = singleUnits.exec(shortLine(lines, at));
    if (units === null) continue;
    const {rows, last} = rowsFrom(lines, at + 1, readNew);
    if (rows.length === 0 || rows.some((one) => one.after !== null)) continue;
    const label = shortLine(lines, at - 1)
      .replace(/[│|]/g, '')
      .trim();
    found.push({
      first: at - 1,
      last,
      table: tableOf({first: at, last, unit: units[1], names: [label, label], rows}, 'before'),
    });
  }
  return found;
};

const tableOf = ({unit, names, rows}: Block, side: 'before' | 'after'): ImportTable =>
  table('benchstat', {
    command: unit,
    label: names[side === 'before' ? 0 : 1],
    rows: rows
      .filter((one) => side === 'before' || one.after !== null)
      .map((one) => rowOf(one, unit, side)),
  });

export const benchstat: Reader = {
  name: 'benchstat',
  toldBy: '`sec/op  …  vs base` under two file names, or `old time/op  new time/op  delta`',
  gives:
    'both sides with n; ± is the half width of the interval of the median, p and ~ stay as ' +
    '`stated`; geomean is left out',
  sniff: (text) => text.includes('vs base') || text.includes('/op'),
  read: (lines) => {
    const pairs = blocksOf(lines).flatMap((block, pair): Found[] =>
      (['before', 'after'] as const).map((side) => ({
        first: block.first,
        last: block.last,
        table: {...tableOf(block, side), side, pair},
      })),
    );
    return claimAll(lines, [...pairs, ...(pairs.length > 0 ? [] : singles(lines))]);
  },
  example: [
    '           │   old.txt   │              new.txt               │',
    '           │   sec/op    │   sec/op     vs base               │',
    'Lookup-8     50.00n ± 1%   45.00n ± 2%  -10.00% (p=0.000 n=10)',
    'Update-8     80.00n ± 2%   80.40n ± 1%        ~ (p=0.372 n=10)',
    'geomean      63.25n        60.15n        -4.90%',
  ].join('\n'),
};
