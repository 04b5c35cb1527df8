// Outputs of benchmarks: Go, google-benchmark, hyperfine.
import {describe, expect, test} from 'vitest';
import {importText} from './index.ts';

const table = (text: string) => importText(text, 'x').tables[0];

describe('foreign benchmarks', () => {
  test('Go: lines of one name are runs', () => {
    const {tables} = importText(
      'goos: linux\nBenchmarkX-8   \t 1000\t 100.0 ns/op\t 16 B/op\n' +
        'BenchmarkX-8   \t 1000\t 300.0 ns/op\t 16 B/op\nPASS\n',
      'x',
    );
    expect(
      tables.map((one) => [
        one.command,
        one.runs,
        one.rows.map((row) => [row.event, row.value, row.unit, row.sem]),
      ]),
    ).toEqual([
      [
        'BenchmarkX-8',
        2,
        [
          ['time', 200, 'ns', 50],
          ['B/op', 16, '', 0],
        ],
      ],
    ]);
    expect(tables[0].samples[0].values).toEqual([100, 300]);
  });
  test.each([
    [
      'broken over lines',
      'BenchmarkX-8               22894290\n   53.1 ns/op\n       0 B/op              2 allocs/op\n',
    ],
    [
      'with line breaks lost',
      'goos: linux pkg: a/b BenchmarkX-8 22894290 53.1 ns/op 0 B/op 2 allocs/op PASS ok a/b 1.2s\n',
    ],
    ['in a comment', '// BenchmarkX-8  22894290  53.1 ns/op  0 B/op  2 allocs/op\n'],
  ])('Go: %s', (_, text) =>
    expect(table(text).rows.map((row) => [row.event, row.value])).toEqual([
      ['time', 53.1],
      ['B/op', 0],
      ['allocs/op', 2],
    ]),
  );
  test('Google: of medians alone the table says so', () => {
    const {tables} = importText(
      JSON.stringify({
        benchmarks: [
          {
            name: 'BM_a_median',
            run_name: 'BM_a',
            run_type: 'aggregate',
            aggregate_name: 'median',
            repetitions: 5,
            iterations: 5,
            real_time: 99,
            cpu_time: 89,
            time_unit: 'ns',
          },
        ],
      }),
      'x',
    );
    expect(
      tables.map((one) => [one.rows[0].value, one.rows[0].sem, one.warnings.map(({code}) => code)]),
    ).toEqual([[99, null, ['median']]]);
  });
  test.each([
    ['in a fence', '```json\n', '\n```\n'],
    ['after words', 'My results:\n', ''],
    ['with a byte order mark', '\ufeff', ''],
  ])('hyperfine %s', (_, before, after) => {
    const text = JSON.stringify({
      results: [{command: 'sleep 0.1', mean: 0.104, stddev: 0.002, times: [0.102, 0.106]}],
    });
    expect(
      importText(before + text + after, 'x').tables.map((one) => [
        one.command,
        one.runs,
        one.elapsed?.seconds,
      ]),
    ).toEqual([['sleep 0.1', 2, 0.104]]);
  });
  test('hyperfine 2: the wall clock is the elapsed time', () => {
    const run = (seconds: number) => ({
      time_wall_clock: {value: seconds, unit: 'second'},
      time_user: {value: seconds / 2, unit: 'second'},
      exit_code: 0,
    });
    const [one] = importText(
      JSON.stringify({
        schema_version: 2,
        results: [{command: 'a', measurements: [run(1), run(3)]}],
      }),
      'x',
    ).tables;
    expect([
      one.elapsed,
      one.rows.map((row) => [row.event, row.value, row.unit]),
      one.samples[0].values,
    ]).toEqual([{seconds: 2, sem: 50}, [['time_user', 1, 'sec']], [1, 3]]);
  });
  test('Go: one name in two packages is two benchmarks', () => {
    const {tables} = importText(
      'pkg: a/b\nBenchmarkX-8 10 100 ns/op\npkg: a/c\nBenchmarkX-8 10 300 ns/op\n',
      'x',
    );
    expect(tables.map((one) => [one.command, one.rows[0].value])).toEqual([
      ['BenchmarkX-8', 100],
      ['BenchmarkX-8', 300],
    ]);
  });
  test('Google: counters that are not numbers do not lose the rest', () => {
    const {tables} = importText(
      '{"benchmarks": [{"name": "BM_a", "run_name": "BM_a", "run_type": "iteration", ' +
        '"iterations": 10, "real_time": 1.5, "cpu_time": 1, "time_unit": "us", "ratio": ' +
        'NaN}]}',
      'x',
    );
    expect(tables[0].rows[0].value).toBe(1.5);
  });
  test('Google: repetitions are runs, aggregates are left', () => {
    const run = (real: number, index: number) => ({
      name: 'BM_a',
      run_name: 'BM_a',
      run_type: 'iteration',
      repetitions: 2,
      repetition_index: index,
      iterations: 10,
      real_time: real,
      cpu_time: real,
      time_unit: 'us',
    });
    const text = JSON.stringify({
      context: {},
      benchmarks: [
        run(1, 0),
        run(3, 1),
        {...run(2, 0), run_type: 'aggregate', aggregate_name: 'mean'},
      ],
    });
    expect(
      importText(text, 'x').tables.map((one) => [
        one.command,
        one.runs,
        one.rows[0].event,
        one.rows[0].value,
        one.rows[0].unit,
      ]),
    ).toEqual([['BM_a', 2, 'real_time', 2, 'us']]);
  });
});
