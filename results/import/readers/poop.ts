// poop: counters of several commands, mean and standard deviation of one run; the first command is
// the base.
import type {ImportRow, ImportTable} from '../../types.ts';
import type {Lines} from '../lines.ts';
import {holdsWord} from '../lines.ts';
import type {Found, Reader} from './reader.ts';
import {
  claimAll,
  linesWith,
  row,
  scaled,
  secondsIn,
  semPercent,
  shortLine,
  table,
} from './reader.ts';

const headLine = /^\s*Benchmark (\d{1,4}) \((\d{1,9}) runs\):\s+(.+?)\s*$/;
const figure = String.raw`(-?\d[\d.]*)\s*(ns|µs|μs|us|ms|s|[KMGTkB]?i?B|[KMGTk])?`;
const rowLine = new RegExp(
  String.raw`^\s*([a-z][a-z_]*)\s+${figure}\s*(?:±|\+-)\s*${figure}\s+${figure}\s*(?:…` +
    String.raw`|\.{2,3})\s*${figure}(.*)$`,
);
const factors: Readonly<Record<string, number>> = {
  K: 1e3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
};
/** poop's names of perf's events. */
const events: Readonly<Record<string, string>> = {
  cpu_cycles: 'cycles',
  cache_references: 'cache-references',
  cache_misses: 'cache-misses',
  branch_misses: 'branch-misses',
};

const valueOf = (digits: string, unit: string | undefined): number =>
  scaled(Number(digits), unit === undefined ? 1 : (secondsIn[unit] ?? factors[unit] ?? 1));

interface Measured {
  readonly name: string;
  readonly row: ImportRow;
}

const readRow = (line: string, runs: number): Measured | null => {
  const match = rowLine.exec(line);
  if (match === null) return null;
  const [, name, mean, meanUnit, sd, sdUnit, least, leastUnit, most, mostUnit] = match;
  const value = valueOf(mean, meanUnit);
  const deviation = valueOf(sd, sdUnit);
  const isTime = meanUnit !== undefined && secondsIn[meanUnit] !== undefined;
  const unit = isTime ? 'sec' : meanUnit?.endsWith('B') ? 'B' : '';
  return {
    name,
    row: row(events[name] ?? name, value, unit, {
      sem: semPercent(deviation, value, runs),
      sd: deviation,
      min: valueOf(least, leastUnit),
      max: valueOf(most, mostUnit),
      direction: 'lower',
    }),
  };
};

const tableOf = (
  command: string,
  runs: number,
  measured: readonly Measured[],
  sided: Pick<ImportTable, 'side' | 'pair'>,
): ImportTable => {
  const wall = measured.find(({name}) => name === 'wall_time')?.row;
  return table('poop', {
    command,
    kind: 'command',
    runs: runs > 1 ? runs : null,
    elapsed:
      wall?.value == null
        ? null
        : {seconds: wall.value, sem: wall.sem, sdSeconds: wall.sd, min: wall.min, max: wall.max},
    rows: measured.filter(({name}) => name !== 'wall_time').map((one) => one.row),
    side: sided.side,
    pair: sided.pair,
  });
};

export const poop: Reader = {
  name: 'poop',
  toldBy: '`Benchmark 1 (40 runs): CMD` above `measurement  mean ± σ  min … max`',
  gives: 'elapsed and counts with sd, n, min and max; the first command is the base',
  sniff: (text) => holdsWord(text, 'Benchmark ') && holdsWord(text, ' runs): '),
  read: (lines: Lines) => {
    const found: Found[] = [];
    let pair = -1;
    for (const first of linesWith(lines, 'Benchmark ')) {
      const head = headLine.exec(shortLine(lines, first));
      if (head === null) continue;
      const runs = Number(head[2]);
      const measured: Measured[] = [];
      const unread: number[] = [];
      let last = first;
      for (let i = first + 1; i < lines.numbers.length; i++) {
        const line = shortLine(lines, i);
        const one = readRow(line, runs);
        if (one !== null) measured.push(one);
        else if (/^\s*measurement\s+mean/.test(line)) {
          last = i;
          continue;
        } else if (measured.length > 0 && /^\s*[a-z]+_[a-z_]+\s+\d/.test(line)) unread.push(i);
        else break;
        last = i;
      }
      if (measured.length === 0) continue;
      const isBase = head[1] === '1';
      if (isBase) pair++;
      const sided = {side: isBase ? 'before' : 'after', pair: Math.max(pair, 0)} as const;
      found.push({first, last, unread, table: tableOf(head[3], runs, measured, sided)});
    }
    return claimAll(lines, found);
  },
  example: [
    'Benchmark 1 (40 runs): ./old in.bin',
    '  measurement          mean ± σ            min … max           outliers         delta',
    '  wall_time           150ms ± 6.00ms     145ms …  165ms          4 (12%)        0%',
    '  cpu_cycles          600M  ± 4.00M      588M  …  608M           2 ( 6%)        0%',
  ].join('\n'),
};
