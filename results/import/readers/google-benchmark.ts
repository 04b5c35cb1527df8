// google-benchmark on the terminal: times of one iteration, the user's counters, and aggregates of
// repetitions.
import {aggregateOf, googleBenchmark} from '../google-benchmark-json.ts';
import type {Fields} from '../json-fields.ts';
import type {Lines} from '../lines.ts';
import {holdsWord} from '../lines.ts';
import type {Found, Reader} from './reader.ts';
import {claimAll, linesWith, newNamer, prefixes, scaled, shortLine} from './reader.ts';

const number = String.raw`-?\d[\d.]*(?:e[+-]?\d{1,3})?`;
const time = String.raw`(${number}) (ns|us|ms|s|%)`;
const rowLine = new RegExp(String.raw`^\s*(\S+)\s+${time}\s+${time}\s+(\d{1,18})(?:\s+(.*?))?\s*$`);
/** Names after `Iterations`: counters in columns of their own. */
const headLine =
  /^\s*Benchmark\s+Time\s+CPU\s+Iterations(?:\s+UserCounters\.\.\.|((?:\s+\S+)*))\s*$/;
const errorLine = /^\s*(\S+)\s+ERROR OCCURRED: '(.*)'\s*$/;
/** What the library works out from several sizes is not a measurement. */
const fitLine = /^\s*\S+_(?:BigO|RMS)\s/;
const ruler = /^\s*-{20,}\s*$/;
/** What it prints of the machine, above the head. */
const machineLine = new RegExp(
  String.raw`^\s*(?:-{20,}|Running \S+|Run on \(|CPU Caches:|L\d (?:Data|Instruction|Unified) ` +
    String.raw`|Load Average: |\*{3}WARNING\*{3} |\d{4}-\d\d-\d\d[T ][\d:+-]+$)`,
);
const mostAbove = 16;

const counter = String.raw`(${number})([numkMGT]|[KMGT]i)?(?:\/s)?(?!\S)`;
const namedCounter = new RegExp(String.raw`(\S+?)=${counter}`, 'g');
const bareCounter = new RegExp(counter, 'g');

const valueOf = (digits: string, factor: string | undefined): number =>
  scaled(Number(digits), factor === undefined ? 1 : prefixes[factor]);

/** Counters after the iterations: `name=1.2k/s`, or one below each name of the head. */
const countersOf = (text: string, columns: readonly string[]): Fields => {
  const named = [...text.matchAll(namedCounter)];
  if (named.length > 0)
    return Object.fromEntries(
      named.map(([, name, digits, factor]) => [name, valueOf(digits, factor)]),
    );
  const bare = [...text.matchAll(bareCounter)];
  // A counter that a benchmark does not have leaves its column empty: which one is not known.
  return bare.length !== columns.length
    ? {}
    : Object.fromEntries(
        bare.map(([, digits, factor], k) => [columns[k], valueOf(digits, factor)]),
      );
};

const entryOf = (line: string, columns: readonly string[]): Fields | null => {
  const match = rowLine.exec(line);
  if (match === null) {
    const failed = errorLine.exec(line);
    return failed === null
      ? null
      : {name: failed[1], error_occurred: true, error_message: failed[2]};
  }
  const [, name, real, unit, cpu, , iterations, rest] = match;
  const entry = {
    name,
    real_time: Number(real),
    cpu_time: Number(cpu),
    time_unit: unit,
    iterations: Number(iterations),
  };
  return rest === undefined ? entry : {...entry, ...countersOf(rest, columns)};
};

/** Only their names tell aggregates apart: all of a benchmark's come together. */
const withAggregates = (entries: readonly Fields[]): readonly Fields[] => {
  const names = new Set(entries.map(({name}) => name));
  return entries.map((entry) => {
    const found = aggregateOf(String(entry['name']));
    return found === null || !names.has(`${found.of}_mean`) || !names.has(`${found.of}_stddev`)
      ? entry
      : {...entry, run_name: found.of, run_type: 'aggregate', aggregate_name: found.which};
  });
};

interface Block {
  readonly first: number;
  readonly last: number;
  readonly unread: readonly number[];
  readonly entries: readonly Fields[];
}

const readBlock = (lines: Lines, head: number, columns: readonly string[]): Block | null => {
  let first = head;
  while (head - first < mostAbove && machineLine.test(shortLine(lines, first - 1))) first--;
  const entries: Fields[] = [];
  const unread: number[] = [];
  let last = head;
  for (let i = head + 1; i < lines.numbers.length; i++) {
    const line = shortLine(lines, i);
    const entry = entryOf(line, columns);
    if (entry !== null) entries.push(entry);
    else if (/^\s*\S+\s+\d[\d.]*\s(?:ns|us|ms|s)\b/.test(line)) unread.push(i);
    else if (!ruler.test(line) && !fitLine.test(line)) break;
    last = i;
  }
  return entries.length === 0 ? null : {first, last, unread, entries};
};

const name = 'google-benchmark text';

export const googleBenchmarkText: Reader = {
  name,
  toldBy: '`Benchmark  Time  CPU  Iterations` above its rows',
  gives: 'one table a benchmark; repetitions are runs, aggregates give mean and spread; counters',
  sniff: (text) => holdsWord(text, 'Iterations') && holdsWord(text, 'Benchmark'),
  read: (lines) => {
    const nameOf = newNamer(lines);
    const found: Found[] = [];
    for (const head of linesWith(lines, 'Iterations')) {
      const match = headLine.exec(shortLine(lines, head));
      if (match === null) continue;
      const columns = (match[1] ?? '')
        .trim()
        .split(/\s+/)
        .filter((name) => name !== '');
      const block = readBlock(lines, head, columns);
      if (block === null) continue;
      const {first, last, unread, entries} = block;
      const source = {format: name, label: nameOf(first, last)};
      googleBenchmark(withAggregates(entries), source).forEach((table, k) =>
        found.push({first, last, table, unread: k === 0 ? unread : undefined}),
      );
    }
    return claimAll(lines, found);
  },
  example: [
    '-----------------------------------------------------',
    'Benchmark           Time             CPU   Iterations',
    '-----------------------------------------------------',
    'BM_Push          101.2 ns        100.9 ns      6912311',
    'BM_Pop/64         61.1 ns         61.0 ns     11423377',
  ].join('\n'),
};
