// Reads Go benchmark text, jitstat's benchfmt among it: `BenchmarkName-8 1000 123.4 ns/op 0 B/op`.
import type {ImportTable} from '../types.ts';
import {meanRow} from './json-fields.ts';
import type {Lines} from './lines.ts';
import {lineAt, newFinder} from './lines.ts';
import {isSideAlone} from './pairs.ts';
import type {ReadTables} from './raw-table.ts';
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

/**
 * One table a benchmark name and package, in order of first appearance: a row a unit with the mean
 * over its lines, the lines as samples.
 */
export const readBenchmarks = (lines: Lines): ReadTables => {
  const {text, starts, numbers} = lines;
  if (!text.includes('Benchmark')) return {tables: [], claimed: null};
  const claimed = new Uint8Array(numbers.length);
  const names = newFinder(text, 'Benchmark');
  const packages = newFinder(text, 'pkg:');
  let inPackage = '';
  const sideOf = newSides(lines);
  const found = new Map<
    string,
    {name: string; side: string | null; line: number; units: Map<string, number[]>; lines: number}
  >();
  numbers.forEach((number, i) => {
    const end = starts[i + 1] - 1;
    if (packages.within(starts[i], end))
      inPackage = /^\s*pkg:\s*(\S+)/.exec(text.slice(starts[i], end))?.[1] ?? inPackage;
    if (!names.within(starts[i], end)) return;
    const side = sideOf(i);
    let last = i;
    while (
      last - i < mostContinued &&
      last + 1 < numbers.length &&
      continued.test(lineAt(lines, last + 1))
    )
      last++;
    const parts = Array.from({length: last - i + 1}, (_one, k) => lineAt(lines, i + k))
      .join(' ')
      .split(/\s+(?=Benchmark\S*\s+\d+\s+-?\d)/);
    const isOwn = !parts.some(holdsTable);
    for (const part of parts) {
      const match = (parts.length > 1 ? joined : line).exec(part);
      if (match === null) continue;
      if (isOwn) claimed.fill(1, i, last + 1);
      const key = `${match[1]} ${inPackage} ${side ?? ''}`;
      const entry = found.get(key) ?? {
        name: match[1],
        side,
        line: number,
        units: new Map<string, number[]>(),
        lines: 0,
      };
      entry.lines++;
      for (const [, value, unit] of match[3].matchAll(measure)) {
        const values = entry.units.get(unit);
        if (values === undefined) entry.units.set(unit, [Number(value)]);
        else values.push(Number(value));
      }
      found.set(key, entry);
    }
  });
  const tables = [...found.values()].map((entry) => ({
    line: entry.line,
    doubtful: [],
    table: tableOf(entry.name, entry.side, entry.lines, entry.units),
  }));
  return {tables, claimed};
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

const tableOf = (
  name: string,
  heading: string | null,
  runs: number,
  units: ReadonlyMap<string, readonly number[]>,
): ImportTable => {
  const side = /\/side=([^/]+)/.exec(name)?.[1];
  const series = [...units].map(([unit, values]) => ({
    ...named(unit),
    values: values.map((value) => value * named(unit).scale),
  }));
  return {
    command: name.replace(/\/side=[^/]+/, ''),
    label: side ?? heading,
    runs: runs > 1 ? runs : null,
    elapsed: null,
    kind: 'benchmark',
    rows: series.map(({event, unit, values}) => meanRow(event, unit, values)),
    samples: runs > 1 ? series.map(({event, unit, values}) => ({event, unit, values})) : [],
    warnings: [],
  };
};

/**
 * `ns/op` of our own files is task-clock; `instructions/op` is instructions; Go's own units stay as
 * they are.
 */
const named = (unit: string): {event: string; unit: string; scale: number} => {
  if (unit === 'ns/op') return {event: 'time', unit: 'ns', scale: 1};
  const own = /^(.+?)(?:-(msec|ns|sec))?\/op$/.exec(unit);
  if (own === null || /^(?:B|allocs|MB)$/.test(own[1])) return {event: unit, unit: '', scale: 1};
  return {event: own[1], unit: own[2] ?? '', scale: 1};
};
