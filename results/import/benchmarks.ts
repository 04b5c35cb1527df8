// Reads Go benchmark text, jitstat's benchfmt among it: `BenchmarkName-8 1000 123.4 ns/op 0 B/op`.
import type {ImportTable} from '../types.ts';
import {meanRow} from './json-fields.ts';
import type {Lines} from './lines.ts';
import {firstCode, lineAt} from './lines.ts';
import {isSideAlone} from './pairs.ts';
import type {ReadTables} from './raw-table.ts';
import {linesWith} from './readers/reader.ts';
import {holdsTable} from './vocabulary.ts';

const line = new RegExp(
  String.raw`^\s*(?:(?:\/\/|[#*])\s*)?(Benchmark[^\s]{0,200})\s+(\d{1,15})` +
    String.raw`((?:\s+-?\d[\d.]{0,30}(?:e[+-]?\d{1,3})?\s+[^\s\d][^\s]{0,120})+)\s*$`,
);
/** Where line breaks were lost other words may follow. */
const joined = new RegExp(line.source.replace('\\s*$', '(?!\\S)'));
/**
 * What a mail program broke off a line: further measures alone, each with a unit per operation or
 * second.
 */
const continued =
  /^\s*(?:-?\d[\d.]{0,30}(?:e[+-]?\d{1,3})?\s+[^\s\d][^\s/]{0,60}\/[^\s]{1,60}\s*)+$/;
const mostContinued = 6;
const measure = /(-?\d[\d.]{0,30}(?:e[+-]?\d{1,3})?)\s+([^\s\d][^\s]{0,120})/g;
/** Where another benchmark begins. */
const next = /\s+(?=Benchmark\S*\s+\d+\s+-?\d)/;
/** What all rows hold and few other lines with the word do. */
const counted = /Benchmark\S{0,200}\s+\d+(?:\s+-?\d|\s*$)/;

/** All lines of one name, package and side. */
interface Entry {
  readonly name: string;
  readonly inPackage: string;
  readonly side: string | null;
  readonly line: number;
  readonly units: Map<string, number[]>;
  lines: number;
}

/**
 * One table a benchmark name and package, in order of first appearance: a row a unit with the mean
 * over its lines, the lines as samples.
 */
export const readBenchmarks = (lines: Lines): ReadTables => {
  const {numbers} = lines;
  const claimed = new Uint8Array(numbers.length);
  const [packageAt, sideOf, entries] = [newPackages(lines), newSides(lines), newEntries()];
  for (const i of linesWith(lines, 'Benchmark')) {
    const side = sideOf(i);
    const own = lineAt(lines, i);
    if (!counted.test(own)) continue;
    const last = lastOf(lines, i);
    const whole = last === i ? own : lines.text.slice(lines.starts[i], lines.starts[last + 1] - 1);
    const parts = partsOf(whole.replaceAll('\n', ' '));
    const isOwn = !holdsTable(whole);
    for (const part of parts) {
      const match = (parts.length > 1 ? joined : line).exec(part);
      if (match === null) continue;
      if (isOwn) claimed.fill(1, i, last + 1);
      const entry = entries.of(match[1], packageAt(i), side, numbers[i]);
      entry.lines++;
      addMeasures(entry.units, match[3]);
    }
  }
  const tables = entries.all().map((entry) => ({
    line: entry.line,
    doubtful: [],
    table: tableOf(entry),
  }));
  return {tables, claimed};
};

/** The package of the benchmark in line `i`: the last one named in that line or above. */
const newPackages = (lines: Lines): ((i: number) => string) => {
  const heads = linesWith(lines, 'pkg:');
  let head = heads.next();
  let inPackage = '';
  return (i) => {
    for (; head.done !== true && head.value <= i; head = heads.next())
      inPackage = /^\s*pkg:\s*(\S+)/.exec(lineAt(lines, head.value))?.[1] ?? inPackage;
    return inPackage;
  };
};

const newEntries = (): {
  of: (name: string, inPackage: string, side: string | null, line: number) => Entry;
  all: () => Entry[];
} => {
  const found = new Map<string, Entry>();
  let last: Entry | null = null;
  return {
    of: (name, inPackage, side, line) => {
      // Lines of one name follow each other.
      if (last?.name === name && last.inPackage === inPackage && last.side === side) return last;
      const key = `${name} ${inPackage} ${side ?? ''}`;
      last = found.get(key) ?? {name, inPackage, side, line, units: new Map(), lines: 0};
      found.set(key, last);
      return last;
    },
    all: () => [...found.values()],
  };
};

/** The last of the lines that a mail program made of line `i`. */
const lastOf = (lines: Lines, i: number): number => {
  let last = i;
  while (
    last - i < mostContinued &&
    last + 1 < lines.numbers.length &&
    firstCode(lines, last + 1) !== capitalB &&
    continued.test(lineAt(lines, last + 1))
  )
    last++;
  return last;
};
const capitalB = 66;

const partsOf = (words: string): string[] =>
  words.startsWith('Benchmark') && !words.includes('Benchmark', 1) ? [words] : words.split(next);

const addMeasures = (units: Map<string, number[]>, words: string): void => {
  measure.lastIndex = 0;
  for (let match; (match = measure.exec(words)) !== null;) {
    const [, value, unit] = match;
    const values = units.get(unit);
    if (values === undefined) units.set(unit, [Number(value)]);
    else values.push(Number(value));
  }
};
/** Words further above than this many lines name something else. */
const mostAbove = 12;
/** Longer lines say more than the name of a side. */
const mostOfSide = 60;

/**
 * The side of the benchmark in line `i`, asked in order: what the lines above it name, else the
 * side of the benchmark before it.
 */
const newSides = (lines: Lines): ((i: number) => string | null) => {
  let side: string | null = null;
  let near = -1;
  return (i) => {
    const top = Math.max(near + 1, i - mostAbove);
    if (top > near + 1) side = null;
    for (let k = top; k < i; k++) side = sideAlone(lines, k) ?? side;
    near = i;
    return side;
  };
};

/** The words of a line that names a side and nothing else: `old:`, `With the patch`. */
const sideAlone = ({text, starts}: Lines, i: number): string | null => {
  const words = text.slice(starts[i], Math.min(starts[i + 1] - 1, starts[i] + mostOfSide)).trim();
  return isSideAlone(words) ? words.replace(/:$/, '') : null;
};

const tableOf = ({name, side: heading, lines: runs, units}: Entry): ImportTable => {
  const side = /\/side=([^/]+)/.exec(name)?.[1];
  const series = [...units].map(([unit, values]) => ({...named(unit), values}));
  return {
    format: 'Go benchmarks',
    command: name.replace(/\/side=[^/]+/, ''),
    label: side ?? heading,
    runs: runs > 1 ? runs : null,
    elapsed: null,
    kind: 'benchmark',
    rows: series.map(({event, unit, values}) => meanRow(event, unit, values)),
    samples: runs > 1 ? series : [],
    warnings: [],
  };
};

/**
 * `ns/op` of our own files is task-clock; `instructions/op` is instructions; Go's own units stay as
 * they are.
 */
const named = (unit: string): {event: string; unit: string} => {
  if (unit === 'ns/op') return {event: 'time', unit: 'ns'};
  const own = /^(.+?)(?:-(msec|ns|sec))?\/op$/.exec(unit);
  if (own === null || /^(?:B|allocs|MB)$/.test(own[1])) return {event: unit, unit: ''};
  return {event: own[1], unit: own[2] ?? ''};
};
