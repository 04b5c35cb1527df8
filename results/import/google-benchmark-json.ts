// What google-benchmark writes as JSON: runs, aggregates, or both.
import type {ImportRow, ImportTable} from '../types.ts';
import type {Fields} from './json-fields.ts';
import {meanRow, number, percent, row, words} from './json-fields.ts';

/**
 * google-benchmark: one table a name; repetitions become samples, aggregates (`mean`, `stddev`) are
 * left to the runs where those are.
 */
export const googleBenchmark = (entries: readonly Fields[]): ImportTable[] => {
  const byName = new Map<string, Fields[]>();
  const names = new Set(entries.map((entry) => words(entry['name'])));
  for (const entry of entries) {
    const own = words(entry['run_name']) ?? words(entry['name']);
    if (own === null) continue;
    // Before 1.5 only the name showed an aggregate.
    const old = entry['run_type'] === undefined ? /^(.+)_(mean|median|stddev|cv)$/.exec(own) : null;
    const isOld = old !== null && names.has(old[1]);
    const name = isOld ? old[1] : own;
    const group = byName.get(name) ?? [];
    group.push(isOld ? {...entry, run_type: 'aggregate', aggregate_name: old[2]} : entry);
    byName.set(name, group);
  }
  return [...byName].flatMap(([name, group]) => {
    const measured = group.filter((entry) => entry['run_type'] !== 'aggregate');
    const runs = measured.filter((entry) => entry['error_occurred'] !== true);
    const table =
      runs.length > 0
        ? fromRuns(name, runs)
        : measured.length > 0
          ? failed(name)
          : fromAggregates(name, group);
    if (table === null) return [];
    const failures = measured.filter((entry) => entry['error_occurred'] === true);
    const reason = failures
      .map((entry) => words(entry['error_message']))
      .find((message) => message !== null && message !== undefined);
    return failures.length === 0
      ? [table]
      : [
          {
            ...table,
            warnings: [
              ...table.warnings,
              {
                code: 'failed-runs',
                text:
                  `${failures.length} of ${measured.length} runs of ${name} ` +
                  `failed${reason == null ? '' : `: ${reason}`}`,
                data: {runs: failures.length},
              },
            ],
          },
        ];
  });
};

const failed = (name: string): ImportTable => ({
  command: name,
  label: null,
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
  [
    'real_time',
    'cpu_time',
    ...Object.keys(entry).filter((key) => !notMeasures.has(key) && number(entry[key]) !== null),
  ].filter((key) => number(entry[key]) !== null);
const unitOf = (key: string, entry: Fields): string =>
  key === 'real_time' || key === 'cpu_time' ? (words(entry['time_unit']) ?? 'ns') : '';

/** Of the user's counters only rates say by their name which way is better. */
const directed = (one: ImportRow): ImportRow =>
  one.event === 'real_time' || one.event === 'cpu_time'
    ? {...one, direction: 'lower'}
    : one.event.endsWith('_per_second')
      ? {...one, direction: 'higher'}
      : one;

const fromRuns = (name: string, runs: readonly Fields[]): ImportTable => {
  const keys = measuresOf(runs[0]);
  const series = keys.map((event) => ({
    event,
    unit: unitOf(event, runs[0]),
    values: runs.map((run) => number(run[event])),
  }));
  return {
    command: name,
    label: null,
    runs: runs.length > 1 ? runs.length : null,
    kind: 'benchmark',
    elapsed: null,
    warnings: [],
    rows: series.map(({event, unit, values}) => directed(meanRow(event, unit, values))),
    samples: runs.length > 1 ? series : [],
  };
};

const fromAggregates = (name: string, group: readonly Fields[]): ImportTable | null => {
  const aggregate = (wanted: string): Fields | undefined =>
    group.find((entry) => entry['aggregate_name'] === wanted);
  const mean = aggregate('mean') ?? aggregate('median');
  if (mean === undefined) return null;
  const runs = number(mean['repetitions']) ?? number(mean['iterations']) ?? 0;
  const isMedian = mean['aggregate_name'] === 'median';
  const sd = isMedian ? undefined : aggregate('stddev');
  return {
    command: name,
    label: null,
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
