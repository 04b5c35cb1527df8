// The registry: every format besides perf stat's own text, in the order they are tried. A new format
// is one file and one row here; docs/formats.md is made from these rows.
import {readBenchmarks} from '../benchmarks.ts';
import {readCsv} from '../csv.ts';
import {readJsonLines} from '../json-lines.ts';
import {readOwnTables} from '../own-tables.ts';
import type {ImportRow} from '../../types.ts';
import type {PlacedTable} from '../raw-table.ts';
import {holdsWord} from '../lines.ts';
import {benchstat} from './benchstat.ts';
import {bpfBench} from './bpf-bench.ts';
import {bpfBenchShort} from './bpf-bench-short.ts';
import {bpftoolProfile, bpftoolShow} from './bpftool.ts';
import {criterion} from './criterion.ts';
import {googleBenchmarkText} from './google-benchmark.ts';
import {hyperfineCsv} from './hyperfine-csv.ts';
import {hyperfineText} from './hyperfine-text.ts';
import {columnRow, metricOnly} from './metric-only.ts';
import {mmtests} from './mmtests.ts';
import {perfBench} from './perf-bench.ts';
import {perfDiff} from './perf-diff.ts';
import {poop} from './poop.ts';
import type {Reader} from './reader.ts';
import {robotReport} from './robot-report.ts';
import {testBpf} from './test-bpf.ts';
import {twoColumn} from './two-column.ts';
import {veristat} from './veristat.ts';

const ownTables: Reader = {
  name: 'jitstat table',
  toldBy: 'the column heads of `mail`, `lkp` and `markdown`',
  gives: 'both sides, as rounded there',
  sniff: (text) => ['verdict', '%stddev', '+-sem'].some((word) => holdsWord(text, word)),
  read: readOwnTables,
  example: [
    'event        before    after   change  +-95%  verdict',
    'cycles       1000      900     -10.0%  +-0.5  less',
  ].join('\n'),
};

const goBenchmarks: Reader = {
  name: 'Go benchmarks',
  toldBy: '`BenchmarkName N value unit`, also benchfmt',
  gives: 'a row a unit; lines of one name are runs',
  sniff: (text) => holdsWord(text, 'Benchmark'),
  read: readBenchmarks,
  example: 'BenchmarkPush-8     1000000    101.0 ns/op\nBenchmarkPush-8     1000000    101.4 ns/op',
};

/** The columns of `-j --metric-only` as those of the text: a row a metric, with its value. */
const withColumns = (placed: PlacedTable): PlacedTable =>
  placed.table.rows.some(({group}) => group === true)
    ? {...placed, table: {...placed.table, rows: placed.table.rows.map(asColumn)}}
    : placed;

const asColumn = (row: ImportRow): ImportRow => {
  const {group, metricUnit, metric, time, aggregate} = row;
  const isColumn = group === true && metricUnit?.replace(/^%\s*/, '') === row.event;
  return isColumn ? columnRow(metricUnit ?? '', metric, time ?? null, aggregate ?? null) : row;
};

const perfJson: Reader = {
  name: 'perf stat -j',
  toldBy: '`"counter-value"`, `"metric-value"`',
  gives: 'rows, also from the versions that print broken JSON, and of `--metric-only`',
  sniff: (text) => holdsWord(text, '{'),
  read: (lines) => {
    const found = readJsonLines(lines);
    return {...found, tables: found.tables.map(withColumns)};
  },
  example:
    '{"counter-value" : "1000.0", "unit" : "", "event" : "cycles", "event-runtime" : 10, ' +
    '"pcnt-running" : 100.00}',
};

const perfCsv: Reader = {
  name: 'perf stat -x',
  toldBy:
    'value, unit, event, running time and percent in a line; `value,event` of perf 2.6.38 to 3.x',
  gives: 'rows; any separator but blanks',
  sniff: () => true,
  read: readCsv,
  example: '1000,,cycles,10000,100.00,,\n2000,,instructions,10000,100.00,2.00,insn per cycle',
};

/** In order: what an earlier reader takes, a later one does not see. */
export const readers: readonly Reader[] = [
  robotReport,
  ownTables,
  goBenchmarks,
  googleBenchmarkText,
  bpfBench,
  hyperfineText,
  hyperfineCsv,
  poop,
  criterion,
  veristat,
  mmtests,
  testBpf,
  bpftoolShow,
  bpftoolProfile,
  benchstat,
  perfDiff,
  perfBench,
  bpfBenchShort,
  metricOnly,
  perfJson,
  perfCsv,
  twoColumn,
];
