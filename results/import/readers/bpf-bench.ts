// `bench` of the BPF selftests, full output: iterations as runs, and the summary with the standard
// deviation of one iteration.
import type {ImportRow, ImportTable} from '../../types.ts';
import type {Lines} from '../lines.ts';
import {firstCode, holdsWord} from '../lines.ts';
import {wordAt} from '../repeated-words.ts';
import type {Found, Reader} from './reader.ts';
import {claimAll, newNamer, row, semPercent, shortLine, table} from './reader.ts';

const iterLine = /^\s*Iter \s*(\d{1,6})\s+\(\s*-?[\d.]+\s*us\):\s+(.+)$/;
const summaryLine = /^\s*Summary:\s+(.+)$/;
const setupLine = /^\s*(?:Setting up benchmark '([^']+)'|Benchmark '([^']+)' started)/;
/** `hits 7.241 ± 0.353M/s`, `latency 5.037 ns/op`, `memory usage 2.07 ± 0.01MiB`. */
const measure = new RegExp(
  String.raw`([A-Za-z_][\w-]*(?: [a-z_][\w-]*)*)\s+(-?\d+(?:\.\d+)?)(?:\s*(?:±|\+-|\+\/-)` +
    String.raw`\s*(\d+(?:\.\d+)?))?\s*([kKMG]?\s?(?:ops)?\/s|[num]?s\/op|[KMG]i?B` +
    String.raw`|[a-z]+\/[a-z]+)(?![\w/])`,
  'g',
);

interface Measure {
  readonly event: string;
  readonly value: number;
  readonly sd: number | null;
  readonly unit: string;
}

/** The measures of a line; what a producer did of it (`7.402M/prod`) is said once already. */
const measuresOf = (line: string): Measure[] => {
  const found: Measure[] = [];
  const rest = line.includes('/prod)') ? line.replace(/\([^()]*\/prod\)/g, '') : line;
  measure.lastIndex = 0;
  for (let match; (match = measure.exec(rest)) !== null;) {
    const [, event, value, sd, unit] = match;
    found.push({
      event: wordAt(event, 0, event.length),
      value: Number(value),
      sd: sd === undefined ? null : Number(sd),
      unit: unit.trim(),
    });
  }
  return found;
};

const isBetterLower = /^(?:drops|memory usage|peak memory usage|.*latency)$/;
export const directionOf = ({event, unit}: {event: string; unit: string}): 'higher' | 'lower' =>
  isBetterLower.test(event) || unit.endsWith('s/op') ? 'lower' : 'higher';

/** The measure that says how much was done in the fixed time. */
const throughput = /^(?:hits|throughput|hits throughput|per-prod-op|creates)$/;
const factors: Readonly<Record<string, number>> = {k: 1e3, K: 1e3, M: 1e6, G: 1e9};

/** What counts of the same time are divided by. */
const operationsOf = (
  measures: readonly {event: string; value: number; unit: string}[],
): Pick<ImportTable, 'about' | 'operations'> => {
  const main = measures.find(({event, unit}) => throughput.test(event) && unit.endsWith('/s'));
  if (main === undefined || main.value <= 0) return {};
  const count = main.value * (factors[main.unit[0]] ?? 1);
  return {about: main.event, operations: {count, of: 'hit', isRate: true}};
};

/** Iterations in order, each with its measures. */
type Iterations = readonly (readonly Measure[])[];

/**
 * The first iterations are warm-up (`-w`, 1 by default) and not in the summary: as many
 * as make the mean of the rest the one printed.
 */
const withoutWarmup = (iterations: Iterations, summary: readonly Measure[]): Iterations => {
  const meanFrom = (from: number): number => {
    let sum = 0;
    for (let i = from; i < iterations.length; i++) sum += iterations[i][0]?.value ?? 0;
    return sum / (iterations.length - from);
  };
  const printed = summary[0]?.value ?? NaN;
  const fits = (from: number): boolean =>
    from < iterations.length && Math.abs(meanFrom(from) - printed) <= 0.0015;
  const likely = [1, 2, 3, 0, 4, 5, 6, 8, 10];
  return iterations.slice(likely.find(fits) ?? 1);
};

/** Names of a series in the iterations and in the summary are not always the same. */
const sameMeasure = (summary: string, iteration: string): boolean =>
  summary === iteration ||
  (iteration === 'hits' && /^(?:throughput|hits throughput)$/.test(summary)) ||
  summary === `${iteration} throughput`;

const tableOf = (
  command: string | null,
  label: string | null,
  summary: readonly Measure[] | null,
  all: Iterations,
): ImportTable => {
  const iterations = summary === null ? all.slice(1) : withoutWarmup(all, summary);
  const runs = iterations.length > 1 ? iterations.length : null;
  const shown = summary ?? meansOf(iterations);
  const rows: ImportRow[] = [];
  const samples: ImportTable['samples'][number][] = [];
  for (const {event, value, sd, unit} of shown) {
    const sem = semPercent(sd, value, runs);
    const direction = directionOf({event, unit});
    rows.push(row(event, value, unit, {sem, sd: sd ?? undefined, direction}));
    const values = iterations.map(
      (measures) => measures.find((one) => sameMeasure(event, one.event))?.value ?? null,
    );
    if (values.length > 0 && !values.includes(null)) samples.push({event, unit, values});
  }
  const {about, operations} = operationsOf(shown);
  const more = {command, label, runs, rows, samples, about, fixedTime: true, operations} as const;
  return table('bpf bench', more);
};

/** Where the summary was left out of the paste. */
const meansOf = (iterations: Iterations): Measure[] =>
  (iterations[0] ?? []).map(({event, unit}, k) => {
    const values = iterations.map((measures) => measures[k]?.value ?? NaN);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const sd = values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : null;
    return {event, unit, value: mean, sd};
  });

/** Lines of other text that may be between two lines of one benchmark. */
const mostInside = 3;

/** One benchmark while its lines are read. */
interface Open {
  readonly first: number;
  last: number;
  name: string | null;
  readonly iterations: Measure[][];
}

const readAll = (lines: Lines): Found[] => {
  const nameOf = newNamer(lines);
  const found: Found[] = [];
  let open: Open | null = null;
  const close = (summary: readonly Measure[] | null): void => {
    if (open !== null && (summary !== null || open.iterations.length > 1)) {
      const {first, last, name, iterations} = open;
      found.push({first, last, table: tableOf(name, nameOf(first, last), summary, iterations)});
    }
    open = null;
  };
  const at = (i: number): Open => {
    if (open !== null && i > open.last + mostInside + 1) close(null);
    open ??= {first: i, last: i, name: null, iterations: []};
    open.last = i;
    return open;
  };
  for (const i of linesOfBench(lines)) {
    const line = shortLine(lines, i);
    const setup = setupLine.exec(line);
    const iteration = iterLine.exec(line);
    const summary = setup === null && iteration === null ? summaryLine.exec(line) : null;
    if (setup !== null) {
      if (setup[1] !== undefined) close(null);
      at(i).name = setup[1] ?? setup[2];
    } else if (iteration !== null) {
      if (Number(iteration[1]) === 0 && open !== null && (open as Open).iterations.length > 0)
        close(null);
      at(i).iterations.push(measuresOf(iteration[2]));
    } else if (summary !== null) {
      const measures = measuresOf(summary[1]);
      if (measures.length === 0) continue;
      at(i);
      close(measures);
    }
  }
  close(null);
  return found;
};

/** What the lines begin with: Benchmark, Iter, Setting or Summary. */
const starts = new Set([...'BIS'].map((letter) => letter.charCodeAt(0)));

/** Other characters may be blanks. */
const linesOfBench = function* (lines: Lines): Generator<number> {
  for (let i = 0; i < lines.numbers.length; i++) {
    const code = firstCode(lines, i);
    if (starts.has(code) || code < 32 || code > 126) yield i;
  }
};

export const bpfBench: Reader = {
  name: 'bpf bench',
  toldBy: '`Iter N (…us):` and `Summary: hits … M/s` (BPF selftests)',
  gives:
    'throughput (higher is better) with the sd of one iteration, iterations as runs, warm-up left ' +
    'out; next to a perf table its counts per hit',
  sniff: (text) => holdsWord(text, 'Summary:') || holdsWord(text, 'Iter '),
  read: (lines) => claimAll(lines, readAll(lines)),
  example: [
    "Setting up benchmark 'map-lookup'...",
    "Benchmark 'map-lookup' started.",
    'Iter   0 (210.100us): hits    7.310M/s (  7.310M/prod), drops    0.000M/s, total operations    7.310M/s',
    'Iter   1 (-12.400us): hits    7.402M/s (  7.402M/prod), drops    0.000M/s, total operations    7.402M/s',
    'Iter   2 (  4.800us): hits    7.398M/s (  7.398M/prod), drops    0.000M/s, total operations    7.398M/s',
    'Summary: hits    7.400 ± 0.003M/s (  7.400M/prod), drops    0.000 ± 0.000M/s, total ' +
      'operations    7.400 ± 0.003M/s',
  ].join('\n'),
};
