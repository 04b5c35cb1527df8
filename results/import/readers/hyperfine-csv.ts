// What hyperfine exports as CSV, and `jitstat ab --export-csv`: a line a command, in seconds; the
// number of runs is not in it.
import type {Lines} from '../lines.ts';
import {holdsWord} from '../lines.ts';
import {elapsedOf, timed} from './hyperfine-text.ts';
import type {Found, Reader} from './reader.ts';
import {claimAll, linesWith, shortLine} from './reader.ts';

const head = 'command,mean,stddev,median,user,system,min,max';
const headLine = /^command,mean,stddev,median,user,system,min,max(?:,parameter_[^,]*)*$/;

/** The command may be quoted (RFC 4180); values of parameters follow the times. */
const row = /^("(?:[^"]|"")*"|[^,"]*),(.*)$/;
const figures = head.split(',').length - 1;

const unquoted = (cell: string): string =>
  cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;

const numberOf = (cell: string): number | null => {
  const value = cell === '' ? NaN : Number(cell);
  return Number.isFinite(value) ? value : null;
};

const readRow = (line: string): Found['table'] | null => {
  const match = row.exec(line);
  const cells = match?.[2].split(',') ?? [];
  if (match === null || cells.length < figures) return null;
  const [mean, sd, , user, sys, min, max] = cells.map(numberOf);
  if (mean === null || min === null || max === null) return null;
  return timed('hyperfine CSV', unquoted(match[1]), elapsedOf(mean, sd, null, min, max), {
    user: user ?? undefined,
    sys: sys ?? undefined,
  });
};

const readTables = (lines: Lines, at: number): Found[] => {
  const found: Found[] = [];
  for (let i = at + 1; i < lines.numbers.length; i++) {
    const table = readRow(shortLine(lines, i).trim());
    if (table === null) break;
    found.push({first: found.length === 0 ? at : i, last: i, table});
  }
  return found;
};

export const hyperfineCsv: Reader = {
  name: 'hyperfine CSV',
  toldBy: 'the head of `--export-csv`, of hyperfine and of `jitstat ab`',
  gives: 'elapsed with sd, min and max; user and sys; one table a command',
  sniff: (text) => holdsWord(text, head),
  read: (lines) => {
    const found: Found[] = [];
    for (const at of linesWith(lines, head))
      if (headLine.test(shortLine(lines, at).trim())) found.push(...readTables(lines, at));
    return claimAll(lines, found);
  },
  example: [
    'command,mean,stddev,median,user,system,min,max',
    './tool --old,0.540,0.020,0.539,0.6162,0.0588,0.521,0.5779',
  ].join('\n'),
};
