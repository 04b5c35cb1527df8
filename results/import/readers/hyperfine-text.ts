// hyperfine on the terminal, and its Markdown export: mean and standard deviation of one run.
import type {ImportTable, Warning} from '../../types.ts';
import type {Lines} from '../lines.ts';
import {holdsWord} from '../lines.ts';
import type {Found, Reader, Unfinished} from './reader.ts';
import {
  claimAll,
  linesWith,
  newNamer,
  scaled,
  secondsIn,
  semPercent,
  shortLine,
  table,
} from './reader.ts';

const figure = String.raw`(\d[\d.]{0,30})\s*(ns|µs|μs|us|ms|s|min|h)`;
const timeLine = new RegExp(
  String.raw`^\s*Time\s+\((?:mean|abs)[^)]{0,20}\):\s+${figure}(?:\s*(?:±|\+-|\+\/-)\s*` +
    String.raw`${figure})?(?:\s*\[User:\s*${figure},\s*System:\s*${figure}\])?`,
);
const rangeLine = new RegExp(
  String.raw`^\s*Range\s+\(min[^)]{0,20}\):\s+${figure}\s*(?:…|\.{2,3})\s*${figure}\s+(\d{1,9}) runs`,
);
const restLine = /^\s*(?:\[User:|System:|[\d.]+ \S+,? System:|[\d.]+ \S+\])/;
const headLine = /^\s*Benchmark\s+#?\d{1,6}:\s+(.+?)\s*$/;
const warningLine = /^\s*Warning:\s+(.+?)\s*$/;
const cells = new RegExp(
  String.raw`^\s*\|?\s*\x60([^\x60]{1,400})\x60\s*\|\s*([\d.]+)\s*(?:±|\+-)\s*([\d.]+)` +
    String.raw`\s*\|\s*([\d.]+)\s*\|\s*([\d.]+)\s*\|\s*[\d.]+`,
);
const markdownHead = /Command\s*\|\s*Mean \[(ns|µs|μs|us|ms|s)\]\s*\|\s*Min \[/;

const seconds = (value: string, unit: string): number => scaled(Number(value), secondsIn[unit]);

/** Lines below the time: the range, blank lines and warnings. */
const mostBelow = 8;

const format = 'hyperfine text';

const readBlock = (
  lines: Lines,
  at: number,
): (Omit<Found, 'table'> & {table: Unfinished<ImportTable>}) | null => {
  const line = shortLine(lines, at);
  const own = timeLine.exec(line);
  if (own === null) return null;
  // A mail program broke the line before the last of its times.
  const below = shortLine(lines, at + 1);
  const hasRest = restLine.test(below);
  const time = (hasRest ? timeLine.exec(`${line} ${below}`) : null) ?? own;
  const near = headLine.exec(shortLine(lines, at - 1));
  const head = near ?? headLine.exec(shortLine(lines, at - 2));
  const first = head === null ? at : near === null ? at - 2 : at - 1;
  let last = hasRest ? at + 1 : at;
  let range: RegExpExecArray | null = null;
  const warnings: Warning[] = [];
  for (let i = last + 1; i <= at + mostBelow; i++) {
    const next = shortLine(lines, i);
    if (next.trim() === '') continue;
    if (range === null && (range = rangeLine.exec(next)) !== null) {
      last = i;
      continue;
    }
    const warned = warningLine.exec(next);
    if (warned === null) break;
    const code = warned[1].includes('non-zero exit code') ? 'failed-runs' : 'outliers';
    warnings.push({code, text: `hyperfine: ${warned[1]}`});
    last = i;
  }
  const mean = seconds(time[1], time[2]);
  const sd = time[3] === undefined ? null : seconds(time[3], time[4]);
  const runs = range === null ? null : Number(range[5]);
  const elapsed =
    range === null
      ? elapsedOf(mean, sd, runs)
      : elapsedOf(mean, sd, runs, seconds(range[1], range[2]), seconds(range[3], range[4]));
  const [user, sys] =
    time[5] === undefined ? [] : [seconds(time[5], time[6]), seconds(time[7], time[8])];
  const command = head?.[1] ?? null;
  const more = {user, sys, runs: runs !== null && runs > 1 ? runs : null, warnings};
  return {first, last, table: timed(format, command, elapsed, more)};
};

type Elapsed = NonNullable<ImportTable['elapsed']>;

/** All in seconds; runs null = not known. */
export const elapsedOf = (
  seconds: number,
  sd: number | null,
  runs: number | null,
  min?: number,
  max?: number,
): Elapsed => {
  const one: Unfinished<Elapsed> = {seconds, sem: semPercent(sd, seconds, runs)};
  if (sd !== null) one.sdSeconds = sd;
  if (min !== undefined) one.min = min;
  if (max !== undefined) one.max = max;
  return one;
};

export const timed = (
  format: string,
  command: string | null,
  elapsed: Elapsed,
  {runs, user, sys, warnings}: Partial<ImportTable> = {},
): Unfinished<ImportTable> =>
  table(format, {command, kind: 'command', runs, elapsed, user, sys, warnings});

/** The table `--export-markdown` writes: a row a command, the number of runs is not in it. */
const readMarkdown = (lines: Lines, head: number): Found[] => {
  const unit = markdownHead.exec(shortLine(lines, head))![1];
  const found: Found[] = [];
  for (let i = head + 1; i < lines.numbers.length; i++) {
    const line = shortLine(lines, i);
    const match = cells.exec(line);
    if (match === null) {
      if (/^[\s|:-]+$/.test(line)) continue;
      break;
    }
    const [mean, sd, min, max] = match.slice(2, 6).map((cell) => seconds(cell, unit));
    found.push({
      first: found.length === 0 ? head : i,
      last: i,
      table: timed(format, match[1], elapsedOf(mean, sd, null, min, max)),
    });
  }
  return found;
};

/** What hyperfine prints below its benchmarks: it adds nothing to them. */
const summaryLine =
  /^\s*(?:Summary|.{1,400} ran|[\d.]+ (?:(?:±|\+-) [\d.]+ )?times (?:faster|slower) than .{1,400})\s*$/;

export const hyperfineText: Reader = {
  name: format,
  toldBy: '`Time (mean ± σ):`, or the head of `--export-markdown`',
  gives: 'elapsed with sd, runs, min and max; user and sys; one table a command',
  sniff: (text) => holdsWord(text, 'Time (') || holdsWord(text, '| Mean ['),
  read: (lines) => {
    const nameOf = newNamer(lines);
    const found: Found[] = [];
    for (const at of linesWith(lines, 'Time (')) {
      const block = readBlock(lines, at);
      if (block === null) continue;
      const label = nameOf(block.first, block.last);
      // The command line of hyperfine itself names both benchmarks, not the first.
      if (label !== null && !/^hyperfine\s/.test(label)) block.table.label = label;
      found.push(block);
    }
    for (const at of linesWith(lines, '| Mean ['))
      if (markdownHead.test(shortLine(lines, at))) found.push(...readMarkdown(lines, at));
    const read = claimAll(lines, found);
    const end = found.reduce((most, {last}) => Math.max(most, last), -1);
    for (let i = end + 1; read.claimed !== null && i <= end + 12; i++)
      if (summaryLine.test(shortLine(lines, i))) read.claimed[i] = 1;
    return read;
  },
  example: [
    'Benchmark 1: ./tool --old',
    '  Time (mean ± σ):     540.0 ms ±  20.0 ms    [User: 616.2 ms, System: 58.8 ms]',
    '  Range (min … max):   521.0 ms … 577.9 ms    10 runs',
  ].join('\n'),
};
