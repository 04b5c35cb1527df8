// Rows of other sources than perf stat: rates, exact counts, spreads of one run, stated changes,
// and counts per operation.
import {describe, expect, test} from 'vitest';
import type {ComparisonRow, ImportRow, ImportTable} from '../../types.ts';
import {compareTables} from './tables.ts';

const row = (event: string, value: number, more: Partial<ImportRow> = {}): ImportRow => ({
  event,
  value,
  unit: '',
  sem: null,
  running: null,
  metric: null,
  metricUnit: null,
  status: 'ok',
  ...more,
});

const table = (rows: readonly ImportRow[], more: Partial<ImportTable> = {}): ImportTable => ({
  command: null,
  label: null,
  runs: null,
  elapsed: null,
  rows,
  samples: [],
  warnings: [],
  ...more,
});

const compare = (before: ImportTable, after: ImportTable) => {
  const comparison = compareTables(before, after);
  const of = (event: string): ComparisonRow | undefined =>
    comparison.rows.find((one) => one.event === event);
  const text = (code: string) => comparison.findings.find((one) => one.code === code)?.text;
  return {comparison, of, text};
};

test('exact counts: every difference is a fact, without an interval', () => {
  const insns = (value: number) => table([row('insns', value, {exact: true, direction: 'lower'})]);
  expect(compare(insns(4000), insns(3600)).of('insns')).toMatchObject({
    kind: 'exact',
    change: {ratio: 0.9, low: 0.9, high: 0.9},
    verdict: 'less',
    direction: 'lower',
  });
  expect(compare(insns(4000), insns(4000)).of('insns')).toMatchObject({verdict: 'equal'});
});

test('a failure with smaller counts is not a gain', () => {
  const program = (value: number, outcome: string) =>
    table([row('total_insns', value, {exact: true})], {outcome});
  const {text} = compare(program(1500, 'success'), program(120, 'failure'));
  expect(text('outcome-changed')).toBe(
    'it ended in success before and in failure after: smaller counts are not a gain',
  );
});

describe('standard deviations of one run', () => {
  test('with the number of runs they make an interval', () => {
    const time = (value: number, sd: number, runs: number) =>
      table([], {runs, elapsed: {seconds: value, sem: null, sdSeconds: sd}});
    const {of} = compare(time(0.54, 0.02, 10), time(0.486, 0.011, 13));
    const change = of('elapsed')?.change;
    expect(change?.ratio).toBeCloseTo(0.9, 6);
    // Welch alone gives +-2.6 points; the error between sessions adds a little.
    expect(((change?.high ?? 0) - (change?.low ?? 0)) / 2).toBeGreaterThan(0.026);
    expect(((change?.high ?? 0) - (change?.low ?? 0)) / 2).toBeLessThan(0.03);
    expect(of('elapsed')).toMatchObject({verdict: 'less', before: {n: 10, sd: 0.02}});
  });
  test('without it the change and both spreads are shown, and no interval', () => {
    const rate = (value: number, sd: number) => table([row('hits', value, {unit: 'M/s', sd})]);
    expect(compare(rate(10, 0.1), rate(11, 0.2)).of('hits')).toMatchObject({
      change: {ratio: 1.1, low: null, high: null},
      before: {n: null, sd: 0.1},
      verdict: 'unsettled',
      reason: 'the number of runs is not printed, no interval',
      direction: 'higher',
    });
  });
  test('the test robot makes at least three runs and leaves small spreads out', () => {
    const report = (shmem: number, sd: number, ops: number) =>
      table(
        [
          row('Shmem', shmem, {sd}),
          row('per_process_ops', ops, {sdAtMost: 0.02 * ops}),
          row('soft%', sd / 1e4, {isShare: true, unit: '%', sdAtMost: 0.01}),
        ],
        {format: 'robot report'},
      );
    const {of, text} = compare(report(21_000, 8400, 62_500), report(31_500, 7875, 56_250));
    expect(of('Shmem')).toMatchObject({verdict: 'unsettled', change: {ratio: 1.5}});
    expect(of('per_process_ops')).toMatchObject({verdict: 'less', change: {ratio: 0.9}});
    expect(of('soft%')?.points?.value).toBeCloseTo(-0.0525, 6);
    expect(text('assumed-runs')).toContain('intervals assume 3');
  });
});

describe('changes that the source states', () => {
  const pair = (value: number, stated: ImportRow['stated']) =>
    compare(
      table([row('time', 50, {unit: 'ns'})]),
      table([row('time', value, {unit: 'ns', stated})]),
    ).of('time');
  test('its interval is used', () =>
    expect(pair(52.85, {ratio: 1.057, low: 1.039, high: 1.075, p: 0})).toMatchObject({
      change: {ratio: expect.closeTo(1.057, 9), low: expect.closeTo(1.039, 9)},
      verdict: 'more',
    }));
  test('its p without an interval', () =>
    expect(pair(45, {ratio: 0.9, p: 0, shown: true})).toMatchObject({
      verdict: 'less',
      change: {low: null},
    }));
  test('no difference is not a verdict of equality', () =>
    expect(pair(50.25, {ratio: 1.005, p: 0.372, shown: false})).toMatchObject({
      verdict: 'unsettled',
      reason: 'the source calls it no difference',
    }));
  test('a difference without a p', () =>
    expect(pair(45, {ratio: 0.9, shown: true})).toMatchObject({
      verdict: 'less',
      reason: 'the source calls it a difference',
    }));
});

test('a benchmark of fixed time: counts per operation, and no elapsed row', () => {
  const bench = (hits: number, cycles: number, instructions: number) =>
    table(
      [
        row('cycles', cycles, {sem: 0.12}),
        row('instructions', instructions, {sem: 0.03}),
        row('hits', hits / 1e6, {unit: 'M/s', direction: 'higher', sd: 0.1}),
      ],
      {
        runs: 5,
        elapsed: {seconds: 7.011, sem: 0.03},
        fixedTime: true,
        operations: {count: hits, of: 'hit', isRate: true},
      },
    );
  const {of, text} = compare(
    bench(60e6, 9_312_400_100, 20_612_330_004),
    bench(66e6, 9_308_110_220, 21_044_120_900),
  );
  expect(of('hits')).toMatchObject({change: {ratio: 1.1}, direction: 'higher'});
  expect(of('elapsed')).toBeUndefined();
  expect(of('cycles/hit')).toMatchObject({
    verdict: 'less',
    change: {ratio: expect.closeTo(0.9087, 4)},
  });
  expect(of('instructions/hit')).toMatchObject({
    verdict: 'less',
    change: {ratio: expect.closeTo(0.9281, 4)},
  });
  expect(text('per-operation')).toBe(
    'counts are given per hit (the benchmark runs for a fixed time; hits +10.00 %): as ' +
      'printed they changed by cycles -0.05 %, instructions +2.09 %',
  );
});

test('intervals of a source are as it states them: no word of ours about wider ones', () => {
  const time = (value: number, more: Partial<ImportRow>) => table([row('time', value, more)]);
  const {comparison, of} = compare(
    time(100, {}),
    time(90, {stated: {ratio: 0.9, low: 0.88, high: 0.92, p: 0.001, shown: true}}),
  );
  expect(of('time')?.verdict).toBe('less');
  expect(comparison.findings.map(({code}) => code)).not.toContain('blocked-design');
  const own = compare(time(100, {sem: 0.1, runs: 10}), time(90, {sem: 0.1, runs: 10}));
  expect(own.comparison.findings.map(({code}) => code)).toContain('blocked-design');
});

test('the row a source is about is the primary one', () => {
  const side = (a: number, b: number) =>
    table([row('x.cs', a, {sem: 1, runs: 5}), row('x.ops', b, {sem: 1, runs: 5})], {
      about: 'x.ops',
    });
  expect(compare(side(10, 20), side(10, 30)).of('x.ops')?.primary).toBe(true);
});

test('parts of the cycles of one kind of core are called so', () => {
  const both = (cycles: number, instructions: number) =>
    table([
      row('task-clock', cycles / 2e6, {unit: 'msec'}),
      ...['cpu_atom', 'cpu_core'].flatMap((core) => [
        row(`${core}/cycles/`, cycles),
        row(`${core}/instructions/`, instructions),
      ]),
    ]);
  const {text} = compare(both(1e9, 2e9), both(9e8, 2e9));
  expect(text('cycles-alone')).toMatch(/^cpu_atom\/cycles\/ -10\.00 % = -10\.00 % cycles per/);
});
