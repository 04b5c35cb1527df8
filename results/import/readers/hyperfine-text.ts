// hyperfine on the terminal, and its Markdown export: mean and standard deviation of one run.
import type {ImportTable, Warning} from '../../types.ts';
import type {Lines} from '../lines.ts';
import {holdsWord} from '../lines.ts';
import type {Found, Reader} from './reader.ts';
import {
  claimAll,
  linesWith,
  newNamer,
  scaled,
  secondsIn,
  semPercent,
  shortLine,
  table,
  withFields,
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

const readBlock = (lines: Lines, at: number): Omit<Found, 'first'> & {first: number} => {
  // A mail program broke the line before the last of its times.
  const hasRest = restLine.test(shortLine(lines, at + 1));
  const whole = hasRest ? `${shortLine(lines, at)} ${shortLine(lines, at + 1)}` : '';
  const time = timeLine.exec(whole) ?? timeLine.exec(shortLine(lines, at))!;
  const head = headLine.exec(shortLine(lines, at - 1)) ?? headLine.exec(shortLine(lines, at - 2));
  const first = head === null ? at : headLine.test(shortLine(lines, at - 1)) ? at - 1 : at - 2;
  let last = hasRest ? at + 1 : at;
  let range: RegExpExecArray | null = null;
  const warnings: Warning[] = [];
  for (let i = last + 1; i <= at + mostBelow; i++) {
    const line = shortLine(lines, i);
    const warned = warningLine.exec(line);
    if (line.trim() === '') continue;
    if (range === null && (range = rangeLine.exec(line)) !== null) last = i;
    else if (warned !== null) {
      const isFailure = warned[1].includes('non-zero exit code');
      warnings.push({
        code: isFailure ? 'failed-runs' : 'outliers',
        text: `hyperfine: ${warned[1]}`,
      });
      last = i;
    } else break;
  }
  const mean = seconds(time[1], time[2]);
  const sd = time[3] === undefined ? null : seconds(time[3], time[4]);
  const runs = range === null ? null : Number(range[5]);
  const limits =
    range === null ? {} : {min: seconds(range[1], range[2]), max: seconds(range[3], range[4])};
  const cpu =
    time[5] === undefined ? {} : {user: seconds(time[5], time[6]), sys: seconds(time[7], time[8])};
  const elapsed = withFields(elapsedOf(mean, sd, runs), limits);
  return {
    first,
    last,
    table: withFields(timed(head?.[1] ?? null, mean, sd, runs), {elapsed, ...cpu, warnings}),
  };
};

export const elapsedOf = (
  seconds: number,
  sd: number | null,
  runs: number | null,
): NonNullable<ImportTable['elapsed']> => {
  const sem = semPercent(sd, seconds, runs);
  return sd === null ? {seconds, sem} : {seconds, sem, sdSeconds: sd};
};

export const timed = (
  command: string | null,
  mean: number,
  sd: number | null,
  runs: number | null,
): ImportTable =>
  table('hyperfine text', {
    command,
    kind: 'command',
    runs: runs !== null && runs > 1 ? runs : null,
    elapsed: elapsedOf(mean, sd, runs),
  });

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
    const one = timed(match[1], mean, sd, null);
    found.push({
      first: found.length === 0 ? head : i,
      last: i,
      table: {...one, elapsed: withFields(elapsedOf(mean, sd, null), {min, max})},
    });
  }
  return found;
};

/** What hyperfine prints below its benchmarks: it adds nothing to them. */
const summaryLine =
  /^\s*(?:Summary|.{1,400} ran|[\d.]+ (?:(?:±|\+-) [\d.]+ )?times (?:faster|slower) than .{1,400})\s*$/;

export const hyperfineText: Reader = {
  name: 'hyperfine text',
  toldBy: '`Time (mean ± σ):`, or the head of `--export-markdown`',
  gives: 'elapsed with sd, runs, min and max; user and sys; one table a command',
  sniff: (text) => holdsWord(text, 'Time (') || holdsWord(text, '| Mean ['),
  read: (lines) => {
    const nameOf = newNamer(lines);
    const found: Found[] = [];
    for (const at of linesWith(lines, 'Time (')) {
      if (!timeLine.test(shortLine(lines, at))) continue;
      const block = readBlock(lines, at);
      const label = nameOf(block.first, block.last);
      // The command line of hyperfine itself names both benchmarks, not the first.
      const isCall = label !== null && /^hyperfine\s/.test(label);
      found.push({...block, table: {...block.table, label: isCall ? null : label}});
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
