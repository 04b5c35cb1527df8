// What the field cases conclude: pastes as people send them, compared as a reader would.
import {describe, expect, test} from 'vitest';
import {tableRatios} from '../events/ratios.ts';
import {pairTables} from '../import/pairs.ts';
import {readCase} from '../testdata/field-case.ts';
import type {Comparison, ComparisonRow} from '../types.ts';
import {compareTables} from './summary/tables.ts';

const compareCase = (name: string): Comparison => {
  const {tables} = readCase(name);
  const [pair] = pairTables(tables);
  return compareTables(tables[pair.before], tables[pair.after]);
};

const rowOf = ({rows}: Comparison, event: string): ComparisonRow => {
  const row = rows.find((one) => one.event === event);
  if (row === undefined) throw new Error(`no row ${event}`);
  return row;
};

const text = ({findings}: Comparison, code: string): string | undefined =>
  findings.find((finding) => finding.code === code)?.text;

const percent = (row: ComparisonRow): string =>
  (100 * ((row.change?.ratio ?? Number.NaN) - 1)).toFixed(2);

describe('one run a side (09)', () => {
  const comparison = compareCase('09-one-run-pair');

  test.each([
    ['task-clock', '-50.00'],
    ['cycles', '-50.00'],
    ['instructions', '-50.00'],
    ['elapsed', '-49.99'],
  ])('%s changes by %s %%, without an interval', (event, change) => {
    const row = rowOf(comparison, event);
    expect(percent(row)).toBe(change);
    expect(row).toMatchObject({
      verdict: 'unsettled',
      reason: 'one run a side, no interval',
      change: {low: null, high: null},
      needs: null,
    });
  });

  test('the sentence has the figure of the table, and none speaks of intervals', () => {
    expect(text(comparison, 'mostly-instructions')).toContain(
      '-50.00 % task-clock = -50.00 % instructions',
    );
    expect(text(comparison, 'blocked-design')).toBeUndefined();
    expect(text(comparison, 'one-run')).toMatch(/^one run a side, no interval/);
  });
});

describe('the clock', () => {
  test('pinned to one kind of core (11): clock, not code, and no warning about adding kinds', () => {
    const comparison = compareCase('11-hybrid-pinned-clock');
    expect(text(comparison, 'clock-not-code')).toMatch(
      /^clock, not code: \+10\.00 % task-clock = \+10\.00 % clock period \(3\.000 to 2\.727 GHz\) x \+0\.00 % instructions x \+0\.00 % cycles per instruction/,
    );
    expect(comparison.decomposition).toMatchObject({
      clock: expect.closeTo(0.0953, 4),
      instructions: 0,
      cpi: 0,
    });
    expect(comparison.warnings).toEqual([]);
  });

  test('a modifier that leaves nothing out (12)', () => {
    const {decomposition, ...comparison} = compareCase('12-host-guest-modifier');
    expect(decomposition.clock).toBeCloseTo(0, 6);
    expect(decomposition.cpi).toBeCloseTo(0.0426, 4);
    expect(decomposition.instructions).toBeCloseTo(0.0344, 4);
    expect(text({...comparison, decomposition}, 'mostly-cpi')).toContain(
      '+8.00 % task-clock:HG = +4.35 % cycles per instruction x +3.50 % instructions x +0.00 % clock period',
    );
  });

  test.each([
    ['13-ns-clock', 3],
    ['36-round-milliseconds', 1.725],
  ])('%s has %f GHz', (name, ghz) => {
    const [table] = readCase(name).tables;
    const clock = tableRatios(table).find(({info}) => info.name === 'clock');
    expect(clock?.value).toBeCloseTo(ghz, 3);
  });

  test('zero decimals are milliseconds, not nanoseconds (36)', () => {
    const [table] = readCase('36-round-milliseconds').tables;
    const {rows} = compareTables(table, table);
    expect(rows[0]).toMatchObject({event: 'task-clock', unit: 'msec', before: {mean: 2400}});
    expect(table.warnings.map(({code}) => code)).not.toContain('clock-unit');
  });
});

test('metrics of TopdownL1 are compared in points and explain the cycles (14)', () => {
  const comparison = compareCase('14-topdown-compare');
  for (const [event, before, after] of [
    ['tma_bad_speculation', 25, 2],
    ['tma_frontend_bound', 16, 20],
    ['tma_backend_bound', 24, 30],
    ['tma_retiring', 35, 48],
  ] as const)
    expect(rowOf(comparison, event)).toMatchObject({
      unit: '%',
      before: {mean: before},
      after: {mean: after},
      change: null,
      points: {value: after - before, low: null, high: null},
      verdict: 'unsettled',
      reason: 'no spread is printed, no interval',
    });
  expect(text(comparison, 'cpi-and-slots')).toBe(
    '-20.00 % cycles per instruction goes with 23.0 points less tma_bad_speculation (25.0 to 2.0 % of the slots)',
  );
});

test('two benchmarks of one file are one side (16)', () => {
  const {tables} = readCase('16-one-sided-go');
  expect(tables.map((table) => table.command)).toEqual(['BenchmarkPush-8', 'BenchmarkPop-8']);
  expect(pairTables(tables)).toEqual([]);
});

test('a count that scatters on both sides is not one unlucky run (18)', () => {
  const comparison = compareCase('18-spike-of-many');
  expect(text(comparison, 'one-run-spike')).toBeUndefined();
  const scattered = comparison.findings.filter(({code}) => code === 'scatters');
  expect(scattered.map((finding) => finding.text)).toEqual([
    'context-switches scatters on both sides: one run varies by 796 around 690 before and by 890 around 670 after',
    'cpu-migrations scatters on both sides: one run varies by 14.4 around 8 before and by 12.7 around 9 after',
  ]);
});

test('the printed error holds what scaling costs (19)', () => {
  const comparison = compareCase('19-multiplex-error');
  expect(text(comparison, 'multiplexed')).toBe(
    '2 events were counted for 50 to 66.7 % of the time and scaled up; what that costs is inside the errors of the runs (one run varies by at most 0.09 %)',
  );
});

test('after first, two commands: labels and equal commands make the pairs (20)', () => {
  const {tables} = readCase('20-after-first-two-commands');
  expect(pairTables(tables).map(({before, after}) => [before + 1, after + 1])).toEqual([
    [3, 1],
    [4, 2],
  ]);
});

test('printed sums are divided by the runs and have no interval (24)', () => {
  const comparison = compareCase('24-printed-sums');
  for (const [event, before, after] of [
    ['task-clock', 7000, 5250],
    ['cycles', 18e9, 13.5e9],
    ['instructions', 800e6, 200e6],
  ] as const)
    expect(rowOf(comparison, event)).toMatchObject({
      before: {mean: before, sem: null},
      after: {mean: after, sem: null},
      change: {ratio: after / before, low: null, high: null},
      verdict: 'unsettled',
    });
  expect(rowOf(comparison, 'elapsed').verdict).toBe('less');
  expect(text(comparison, 'printed-sums')).toContain('divided by 3');
});
