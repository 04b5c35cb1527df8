// Runs of `-v` among tables: whose they are, and taken apart if perf added them up.
import {describe, expect, test} from 'vitest';
import {importText} from './index.ts';

describe('-v runs', () => {
  const runs = (values: readonly number[]): string =>
    values
      .map((value, k) => `[ perf stat: executing run #${k + 1} ... ]\ncycles: ${value} 10 10\n`)
      .join('');
  const output = (values: readonly number[], printed: number): string =>
    `${runs(values)}\n Performance counter stats for 'x' (${values.length} runs):\n\n` +
    `   ${printed}      cycles   ( +- 10.00% )\n\n` +
    '   1.0 +- 0.1 seconds time elapsed  ( +- 10.00% )\n\n';
  test('each output gets its own', () => {
    const {tables} = importText(output([100, 90], 95) + output([300, 200, 250], 250), 'x');
    expect(tables.map((one) => one.samples.map((series) => series.values))).toEqual([
      [[100, 90]],
      [[300, 200, 250]],
    ]);
    expect(tables.flatMap((one) => one.warnings)).toEqual([]);
  });
  test('runs whose table is lost are a table of their own', () => {
    const {tables} = importText(runs([100, 90]), 'x');
    expect(tables.map((one) => [one.runs, one.rows, one.samples[0].values])).toEqual([
      [2, [], [100, 90]],
    ]);
  });
});

describe.each([
  ['quoted', '> > '],
  ['after a tab', '\t'],
  ['after blanks', '      '],
  ['in a comment', '// '],
])('-v runs %s', (_, mark) => {
  const output =
    '[ perf stat: executing run #1 ... ]\ncycles:u: 399150620 3866604490 3866604490\n' +
    '[ perf stat: executing run #2 ... ]\ncycles:u: 795910540 7700776638 7700776638\n\n' +
    " Performance counter stats for 'x' (2 runs):\n\n" +
    '   795,910,540      cycles:u   ( +- 19.18% )\n\n';
  test('are taken apart', () => {
    const {tables} = importText(output.replace(/^(?=.)/gm, mark), 'x');
    expect(tables.map((one) => [one.samples, one.warnings.map(({code}) => code)])).toEqual([
      [
        [{event: 'cycles:u', unit: '', values: [399150620, 396759920]}],
        ['repeat-prints-sum', 'user-only'],
      ],
    ]);
  });
  test('and with line breaks lost', () =>
    expect(
      importText(output.replace(/\s+/g, ' '), 'x').tables.map((one) => one.samples[0]?.values),
    ).toEqual([[399150620, 396759920]]));
});
