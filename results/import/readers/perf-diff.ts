// perf diff: shares of the samples by symbol, before and after. They are shares, not times.
import type {ImportTable, Warning} from '../../types.ts';
import type {Found, Reader} from './reader.ts';
import {claimAll, linesWith, newNamer, row, scaled, shortLine, table} from './reader.ts';
import {holdsWord} from '../lines.ts';

const headLine = /^\s*#?\s*Baseline\s+(?:Delta(?:\s+Abs)?)\s+/;
const eventLine = /^\s*#?\s*Event '([^']{1,100})'/;
const rowLine =
  /^\s*(?:(\d+(?:\.\d+)?)%)?\s+(?:([+-]\d+(?:\.\d+)?)%)?\s+(?:(\S.*?)\s+)?(?:\[([kgGuH.])\]\s+)?(\S.*?)\s*$/;
const skipped = /^[\s#.]*$/;

interface Symbol {
  readonly name: string;
  readonly object: string | null;
  readonly before: number;
  readonly after: number;
}

const readRow = (line: string): Symbol | null => {
  const match = rowLine.exec(line);
  if (match === null || (match[1] === undefined && match[2] === undefined)) return null;
  const before = Number(match[1] ?? 0);
  // Without a difference the symbol has no samples in the new file.
  const after = match[2] === undefined ? 0 : scaled(before + Number(match[2]), 1);
  return {name: match[5], object: match[3] ?? null, before: rounded(before), after: rounded(after)};
};

/** To six decimals: most have fewer, which is seen sooner than they are printed. */
const rounded = (share: number): number =>
  Math.round(share * 1e6) / 1e6 === share ? share : Number(share.toFixed(6));

/** The names of rows: with their objects if several have a symbol of one name. */
const eventsOf = (symbols: readonly Symbol[]): string[] => {
  const count = new Map<string, number>();
  for (const {name} of symbols) count.set(name, (count.get(name) ?? 0) + 1);
  return symbols.map(({name, object}) =>
    (count.get(name) ?? 0) > 1 && object !== null ? `${name} (${object})` : name,
  );
};

const warnings: readonly Warning[] = [
  {
    code: 'shares',
    text: 'perf diff gives shares of the samples, not times: the whole may have changed too',
  },
];

/** Lines above the head that name the event. */
const mostAbove = 4;

export const perfDiff: Reader = {
  name: 'perf diff',
  toldBy: '`# Baseline  Delta Abs  Shared Object  Symbol`',
  gives:
    'shares of the samples by symbol as a pair of tables; a symbol without a baseline starts at 0',
  sniff: (text) => holdsWord(text, 'Baseline') && holdsWord(text, 'Delta'),
  read: (lines) => {
    const nameOf = newNamer(lines);
    const found: Found[] = [];
    let pair = 0;
    for (const head of linesWith(lines, 'Baseline')) {
      if (!headLine.test(shortLine(lines, head))) continue;
      let first = head;
      let event: string | null = null;
      for (let i = head - 1; i >= Math.max(0, head - mostAbove) && event === null; i--) {
        const line = shortLine(lines, i);
        event = eventLine.exec(line)?.[1] ?? null;
        if (event !== null || skipped.test(line)) first = i;
        else break;
      }
      const symbols: Symbol[] = [];
      let last = head;
      for (let i = head + 1; i < lines.numbers.length; i++) {
        const line = shortLine(lines, i);
        const one = readRow(line);
        if (one !== null) symbols.push(one);
        else if (symbols.length > 0 || !skipped.test(line)) break;
        last = i;
      }
      if (symbols.length === 0) continue;
      const title = nameOf(first, last);
      const events = eventsOf(symbols);
      for (const side of ['before', 'after'] as const) {
        const one: ImportTable = table('perf diff', {
          command: event ?? title,
          label: side,
          rows: symbols.map((symbol, k) => row(events[k], symbol[side], '%', {isShare: true})),
          side,
          pair,
          warnings,
        });
        found.push({first, last, table: one});
      }
      pair++;
    }
    return claimAll(lines, found);
  },
  example: [
    "# Event 'cycles:P'",
    '#',
    '# Baseline  Delta Abs  Shared Object         Symbol',
    '# ........  .........  ....................  ..........................',
    '#',
    '     4.30%     -3.00%  [kernel.kallsyms]     [k] store_page',
    '               +0.90%  [kernel.kallsyms]     [k] new_helper',
  ].join('\n'),
};
