// google-benchmark on the terminal, as libraries and mails show it.
import {expect, test} from 'vitest';
import {importText} from '../index.ts';
import {pairTables} from '../pairs.ts';

const head = (rest = ''): string =>
  `${'-'.repeat(60)}\nBenchmark                Time             CPU   Iterations${rest}\n${'-'.repeat(60)}\n`;
const machine =
  '2026-01-05T10:11:12+00:00\nRunning ./bench\nRun on (8 X 3600 MHz CPU s)\nCPU Caches:\n' +
  '  L1 Data 32 KiB (x4)\n  L2 Unified 256 KiB (x4)\nLoad Average: 0.41, 0.52, 0.60\n' +
  '***WARNING*** CPU scaling is enabled, the benchmark real time measurements may be noisy.\n';

test('two sides below each other: what is printed of the machine names neither', () => {
  const run = (push: number, pop: number): string =>
    `${machine}${head()}BM_Push    ${push} ns    ${push - 1} ns    6912311\n` +
    `BM_Pop/64  ${pop} ns    ${pop - 1} ns    11423377\n`;
  const {tables, warnings} = importText(`Before:\n${run(101, 61)}\nAfter:\n${run(91, 62)}`, 'x');
  expect(tables.map(({label, command}) => [label, command])).toEqual([
    ['Before', 'BM_Push'],
    ['Before', 'BM_Pop/64'],
    ['After', 'BM_Push'],
    ['After', 'BM_Pop/64'],
  ]);
  expect(pairTables(tables).map(({before, after}) => [before, after])).toEqual([
    [0, 2],
    [1, 3],
  ]);
  expect(tables[2].rows.map((row) => [row.event, row.value, row.unit, row.direction])).toEqual([
    ['real_time', 91, 'ns', 'lower'],
    ['cpu_time', 90, 'ns', 'lower'],
  ]);
  expect(warnings).toEqual([]);
});

test('repetitions are runs, with or without the aggregates below them', () => {
  const runs = 'BM_A/8    10.0 us    10.0 us    70\nBM_A/8    12.0 us    11.0 us    70\n';
  const aggregates =
    'BM_A/8_mean      11.0 us    10.5 us    2\nBM_A/8_median    11.0 us    10.5 us    2\n' +
    'BM_A/8_stddev    1.41 us    0.71 us    2\nBM_A/8_cv       12.86 %     6.73 %     2\n';
  for (const text of [head() + runs, head() + runs + aggregates]) {
    const {tables} = importText(text, 'x');
    expect(tables.map(({command, runs: n}) => [command, n])).toEqual([['BM_A/8', 2]]);
    expect(tables[0].samples[0].values).toEqual([10, 12]);
  }
  const [table] = importText(head() + aggregates, 'x').tables;
  expect([table.command, table.runs, table.rows[0].value]).toEqual(['BM_A/8', 2, 11]);
  expect(table.rows[0].sem).toBeCloseTo((100 * 1.41) / Math.sqrt(2) / 11, 9);
});

test('counters by name and in columns, with their prefixes', () => {
  const rows = (text: string) =>
    importText(text, 'x').tables[0].rows.map((row) => [row.event, row.value, row.direction]);
  expect(
    rows(
      `${head(' UserCounters...')}BM_Copy/4096   312 us   311 us   2244 ` +
        'bytes_per_second=12.5Gi/s misses=1.5k 4 KiB pages\n',
    ),
  ).toEqual([
    ['real_time', 312, 'lower'],
    ['cpu_time', 311, 'lower'],
    ['bytes_per_second', 12.5 * 1024 ** 3, 'higher'],
    ['misses', 1500, undefined],
  ]);
  expect(rows(`${head('   Hits   Lost')}BM_Map   1.5 ms   1.4 ms   466   2M/s   3\n`)).toEqual([
    ['real_time', 1.5, 'lower'],
    ['cpu_time', 1.4, 'lower'],
    ['Hits', 2e6, undefined],
    ['Lost', 3, undefined],
  ]);
});

test('an error, a fit of several sizes and a broken row are not figures', () => {
  const {tables, warnings} = importText(
    `${head()}BM_Bad   ERROR OCCURRED: 'no map'\nBM_Good/8   10 ns   10 ns   1000\n` +
      'BM_Good_BigO   1.25 N   1.25 N\nBM_Good_RMS   3 %   3 %\nBM_Cut   11 ns   11\n',
    'x',
  );
  expect(tables.map(({command, rows}) => [command, rows.length])).toEqual([
    ['BM_Bad', 0],
    ['BM_Good/8', 2],
  ]);
  expect(tables[0].warnings.map(({text}) => text)).toEqual([
    '1 of 1 runs of BM_Bad failed: no map',
  ]);
  expect(warnings.map(({data}) => data)).toEqual([{line: 8}]);
});
