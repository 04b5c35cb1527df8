// What google-benchmark writes as JSON: runs, aggregates, or both.
import type {ImportRow, ImportTable} from '../types.ts';
import type {Fields} from './json-fields.ts';
import {meanRow, number, percent, row, words} from './json-fields.ts';
import type {Unfinished} from './readers/reader.ts';

/** The names of aggregates, which all end in one of two letters. */
const aggregate = /^(.+)_(mean|median|stddev|cv)$/;

/** What an aggregate is of, and which it is, by its name; null if it is not one. */
export const aggregateOf = (name: string): {of: string; which: string} | null => {
  const match = name.endsWith('n') || name.endsWith('v') ? aggregate.exec(name) : null;
  return match === null ? null : {of: match[1], which: match[2]};
};

/** Where the tables come from. */
interface Source {
  readonly format?: string;
  readonly label: string | null;
}

/**
 * google-benchmark: one table a name; repetitions become samples, aggregates (`mean`, `stddev`) are
 * left to the runs where those are.
 */
export const googleBenchmark = (
  entries: readonly Fields[],
  source: Source = {label: null},
): ImportTable[] => {
  const byName = new Map<string, Fields[]>();
  const names = new Set(entries.map((entry) => words(entry['name'])));
  for (const entry of entries) {
    const own = words(entry['run_name']) ?? words(entry['name']);
    if (own === null) continue;
    // Before 1.5 only the name showed an aggregate.
    const old = entry['run_type'] === undefined ? aggregateOf(own) : null;
    const isOld = old !== null && names.has(old.of);
    const name = isOld ? old.of : own;
    const group = byName.get(name);
    const one = isOld ? {...entry, run_type: 'aggregate', aggregate_name: old.which} : entry;
    if (group === undefined) byName.set(name, [one]);
    else group.push(one);
  }
  const tables: ImportTable[] = [];
  for (const [name, group] of byName) {
    const table = tableOf(name, group, source);
    if (table !== null) tables.push(table);
  }
  return tables;
};

const tableOf = (name: string, group: readonly Fields[], source: Source): ImportTable | null => {
  const measured = group.filter((entry) => entry['run_type'] !== 'aggregate');
  const runs = measured.filter((entry) => entry['error_occurred'] !== true);
  const table =
    runs.length > 0
      ? fromRuns(name, runs, source)
      : measured.length > 0
        ? failed(name, source)
        : fromAggregates(name, group, source);
  if (table === null || runs.length === measured.length) return table;
  const reason = measured
    .filter((entry) => entry['error_occurred'] === true)
    .map((entry) => words(entry['error_message']))
    .find((message) => message !== null);
  const failures = measured.length - runs.length;
  const text =
    `${failures} of ${measured.length} runs of ${name} failed` +
    (reason === undefined ? '' : `: ${reason}`);
  return {
    ...table,
    warnings: [...table.warnings, {code: 'failed-runs', text, data: {runs: failures}}],
  };
};

const failed = (command: string, {format, label}: Source): ImportTable => ({
  format,
  command,
  label,
  runs: null,
  kind: 'benchmark',
  elapsed: null,
  rows: [],
  samples: [],
  warnings: [],
});

const notMeasures = new Set([
  'family_index',
  'per_family_instance_index',
  'repetitions',
  'repetition_index',
  'threads',
  'iterations',
  'real_time',
  'cpu_time',
]);

const measuresOf = (entry: Fields): string[] =>
  ['real_time', 'cpu_time', ...Object.keys(entry).filter((key) => !notMeasures.has(key))].filter(
    (key) => number(entry[key]) !== null,
  );
const unitOf = (key: string, entry: Fields): string =>
  key === 'real_time' || key === 'cpu_time' ? (words(entry['time_unit']) ?? 'ns') : '';

/** Of the user's counters only rates say by their name which way is better. */
const directed = (one: Unfinished<ImportRow>): ImportRow => {
  if (one.event === 'real_time' || one.event === 'cpu_time') one.direction = 'lower';
  else if (one.event.endsWith('_per_second')) one.direction = 'higher';
  return one;
};

const none: readonly never[] = [];

const fromRuns = (
  command: string,
  runs: readonly Fields[],
  {format, label}: Source,
): ImportTable => {
  const series = measuresOf(runs[0]).map((event) => ({
    event,
    unit: unitOf(event, runs[0]),
    values: runs.map((run) => number(run[event])),
  }));
  return {
    format,
    command,
    label,
    runs: runs.length > 1 ? runs.length : null,
    kind: 'benchmark',
    elapsed: null,
    warnings: none,
    rows: series.map(({event, unit, values}) => directed(meanRow(event, unit, values))),
    samples: runs.length > 1 ? series : none,
  };
};

const fromAggregates = (
  name: string,
  group: readonly Fields[],
  {format, label}: Source,
): ImportTable | null => {
  const find = (wanted: string): Fields | undefined =>
    group.find((entry) => entry['aggregate_name'] === wanted);
  const mean = find('mean') ?? find('median');
  if (mean === undefined) return null;
  const runs = number(mean['repetitions']) ?? number(mean['iterations']) ?? 0;
  const isMedian = mean['aggregate_name'] === 'median';
  const sd = isMedian ? undefined : find('stddev');
  return {
    format,
    command: name,
    label,
    runs: runs > 1 ? runs : null,
    kind: 'benchmark',
    elapsed: null,
    samples: [],
    warnings: isMedian
      ? [
          {
            code: 'median',
            text: `${name} gives medians, no means and no runs: they have no standard error`,
          },
        ]
      : [],
    rows: measuresOf(mean).map((key) =>
      directed(
        row(
          key,
          unitOf(key, mean),
          number(mean[key]) ?? 0,
          percent(number(sd?.[key]), number(mean[key]) ?? 0, runs),
        ),
      ),
    ),
  };
};
