// Whole JSON documents: hyperfine, google-benchmark, and jitstat's own `jitstat/import/1`.
import type {ImportDocument, ImportRow, ImportTable} from '../types.ts';
import type {Lines} from './lines.ts';
import {lineAt, lineIndex} from './lines.ts';
import type {PlacedTable} from './raw-table.ts';
import {holdsTable} from './vocabulary.ts';

/** Tables of the document, or null if it is not one of these. */
export const readJsonDocument = (text: string): readonly ImportTable[] | null => {
  const start = text.trimStart();
  if (!start.startsWith('{')) return null;
  let parsed: unknown;
  try {
    // google-benchmark writes counters that are not numbers as bare words.
    parsed = JSON.parse(
      text.includes('"benchmarks"')
        ? text.replace(/(":\s*)-?(?:NaN|Infinity)(?=\s*[,}])/g, '$1null')
        : text,
    );
  } catch {
    return null;
  }
  if (!isObject(parsed)) return null;
  if (parsed['schema'] === 'jitstat/import/1') return isImport(parsed) ? parsed.tables : null;
  if (Array.isArray(parsed['results']))
    return parsed['results']
      .filter(isObject)
      .map(hyperfine)
      .filter((table) => table !== null);
  if (Array.isArray(parsed['benchmarks']))
    return googleBenchmark(parsed['benchmarks'].filter(isObject));
  return null;
};

/**
 * The same where it is in a fence, a quoted mail or a page: from the first line that opens an
 * object to the last bracket.
 */
export const embeddedDocument = (
  lines: Lines,
): {tables: readonly PlacedTable[]; claimed: Uint8Array} | null => {
  const {text, numbers} = lines;
  if (!text.includes('"benchmarks"') && !text.includes('"results"')) return null;
  const start = /^[ \t]*\{/m.exec(text)?.index;
  const end = text.lastIndexOf('}') + 1;
  const tables =
    start === undefined || end <= start ? null : readJsonDocument(text.slice(start, end));
  if (tables === null || start === undefined || tables.length === 0) return null;
  const first = lineIndex(lines, start);
  return {
    tables: tables.map((table) => ({line: numbers[first], table, doubtful: []})),
    claimed: new Uint8Array(numbers.length).fill(
      holdsTable(lineAt(lines, first)) ? 0 : 1,
      first,
      lineIndex(lines, end - 1) + 1,
    ),
  };
};

const isImport = (parsed: object): parsed is ImportDocument =>
  'tables' in parsed &&
  Array.isArray(parsed.tables) &&
  parsed.tables.every(
    (table: unknown) =>
      isObject(table) &&
      ['samples', 'warnings'].every((key) => Array.isArray(table[key])) &&
      Array.isArray(table['rows']) &&
      table['rows'].every((one) => isObject(one) && typeof one['event'] === 'string'),
  );

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const number = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;
const words = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const row = (event: string, unit: string, value: number, sem: number | null): ImportRow => ({
  event,
  value,
  unit,
  sem,
  running: null,
  metric: null,
  metricUnit: null,
  status: 'ok',
});

const percent = (sd: number | null, mean: number, runs: number): number | null =>
  sd === null || runs < 2 || mean === 0 ? null : (100 * sd) / Math.sqrt(runs) / mean;

/**
 * hyperfine: seconds; `stddev` is a standard deviation, so the standard error is divided by the
 * root of the runs here.
 */
const hyperfine = (result: Fields): ImportTable | null => {
  if (Array.isArray(result['measurements']))
    return measured(result, result['measurements'].filter(isObject));
  const mean = number(result['mean']);
  if (mean === null) return null;
  const times = Array.isArray(result['times']) ? result['times'].map(number) : [];
  const runs = times.length;
  const sem = percent(number(result['stddev']), mean, runs);
  const [user, sys] = [number(result['user']), number(result['system'])];
  const codes = Array.isArray(result['exit_codes'])
    ? result['exit_codes'].filter((code) => code !== 0).length
    : 0;
  return {
    command: words(result['command']),
    label: null,
    runs: runs > 1 ? runs : null,
    kind: 'command',
    elapsed: {seconds: mean, sem},
    ...(user === null ? {} : {user}),
    ...(sys === null ? {} : {sys}),
    rows: [],
    samples: runs > 0 ? [{event: 'elapsed', unit: 'sec', values: times}] : [],
    warnings:
      codes === 0
        ? []
        : [
            {
              code: 'failed-runs',
              text: `${codes} of ${runs} runs ended with an exit code other than 0`,
              data: {runs: codes},
            },
          ],
  };
};

/**
 * hyperfine 2: one object a run, each measure with its unit; the wall clock is the elapsed time,
 * the others are rows of means.
 */
const measured = (result: Fields, runs: readonly Fields[]): ImportTable | null => {
  const valuesOf = (name: string): (number | null)[] =>
    runs.map((run) => (isObject(run[name]) ? number(run[name]['value']) : null));
  const unitOfName = (name: string): string =>
    runs
      .map((run) => (isObject(run[name]) ? words(run[name]['unit']) : null))
      .find((unit) => unit !== null) ?? '';
  const names = [
    ...new Set(runs.flatMap((run) => Object.keys(run).filter((name) => isObject(run[name])))),
  ];
  const series = names.map((event) => ({
    event,
    unit: unitOfName(event).replace(/^second$/, 'sec'),
    values: valuesOf(event),
  }));
  const rows = series.map(({event, unit, values}) => meanRow(event, unit, values));
  const elapsed = rows.find(({event}) => event === 'time_wall_clock');
  if (elapsed?.value == null) return null;
  return {
    command: words(result['command']),
    label: words(result['name']),
    runs: runs.length > 1 ? runs.length : null,
    kind: 'command',
    elapsed: {seconds: elapsed.value, sem: elapsed.sem},
    rows: rows.filter((one) => one !== elapsed),
    samples: series.map((one) =>
      one.event === 'time_wall_clock' ? {...one, event: 'elapsed'} : one,
    ),
    warnings: [],
  };
};

/** The mean of the values that are there, with its standard error in percent. */
const meanRow = (event: string, unit: string, values: readonly (number | null)[]): ImportRow => {
  const counted = values.filter((value) => value !== null);
  const mean = counted.reduce((sum, value) => sum + value, 0) / counted.length;
  const sd =
    counted.length < 2
      ? null
      : Math.sqrt(
          counted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (counted.length - 1),
        );
  return row(event, unit, mean, percent(sd, mean, counted.length));
};

/**
 * google-benchmark: one table a name; repetitions become samples, aggregates (`mean`, `stddev`) are
 * left to the runs where those are.
 */
const googleBenchmark = (entries: readonly Fields[]): ImportTable[] => {
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
    rows: series.map(({event, unit, values}) => meanRow(event, unit, values)),
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
      row(
        key,
        unitOf(key, mean),
        number(mean[key]) ?? 0,
        percent(number(sd?.[key]), number(mean[key]) ?? 0, runs),
      ),
    ),
  };
};
