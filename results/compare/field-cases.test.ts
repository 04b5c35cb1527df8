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

/** Two files of one case, the k-th table of each. */
const compareFiles = (name: string, before: string, after: string, k: number): Comparison =>
  compareTables(readCase(name, before).tables[k], readCase(name, after).tables[k]);

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

  test('the sentence has the figure of the table, and none mentions intervals', () => {
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
      new RegExp(
        String.raw`^clock, not code: \+10\.00 % task-clock = \+10\.00 % clock period ` +
          String.raw`\(3\.000 to 2\.727 GHz\) x \+0\.00 % instructions x ` +
          String.raw`\+0\.00 % cycles per instruction`,
      ),
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
    '-20.00 % cycles per instruction goes with 23.0 points less tma_bad_speculation (25.0 ' +
      'to 2.0 % of the slots)',
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
    'context-switches scatters on both sides: one run varies by 796 around 690 before and ' +
      'by 890 around 670 after',
    'cpu-migrations scatters on both sides: one run varies by 14.4 around 8 before and by ' +
      '12.7 around 9 after',
  ]);
});

test('the printed error includes the cost of scaling (19)', () => {
  const comparison = compareCase('19-multiplex-error');
  expect(text(comparison, 'multiplexed')).toBe(
    '2 events were counted for 50 to 66.7 % of the time and scaled up; ' +
      'the errors of the runs already include that (one run varies by at most 0.09 %)',
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

describe('benchmarks', () => {
  test('bench of the selftests (01): a slow iteration makes no claim, and is named', () => {
    const comparison = compareCase('01-bpf-bench-summary');
    expect(rowOf(comparison, 'hits')).toMatchObject({verdict: 'unsettled', direction: 'higher'});
    expect(text(comparison, 'odd-run')).toBe(
      'hits, before: run 2 of 5 (6.61) stands out from the others (7.388 to 7.411); ' +
        'without it the medians differ by +2.02 %',
    );
  });

  test('bench of fixed time next to perf stat (03): counts per hit', () => {
    const comparison = compareCase('03-bench-beside-perf-stat');
    expect(percent(rowOf(comparison, 'hits'))).toBe('10.00');
    expect(percent(rowOf(comparison, 'cycles/hit'))).toBe('-9.13');
    expect(percent(rowOf(comparison, 'instructions/hit'))).toBe('-7.18');
    expect(comparison.rows.map(({event}) => event)).not.toContain('elapsed');
  });

  test('a table of iterations next to perf stat (15): instructions per iteration', () => {
    const comparison = compareCase('15-iterations-table');
    const row = rowOf(comparison, 'instructions/iteration');
    expect(percent(row)).toBe('-8.50');
    expect([row.before.mean, row.after.mean]).toEqual([300e6, expect.closeTo(274.51e6, -4)]);
    expect(text(comparison, 'per-operation')).toContain('instructions -6.67 %');
  });

  test('hyperfine (25): Welch from the standard deviations', () => {
    const row = rowOf(compareCase('25-hyperfine-text'), 'elapsed');
    expect(percent(row)).toBe('-10.00');
    expect(50 * (row.change!.high! - row.change!.low!)).toBeCloseTo(2.6, 1);
  });

  test('mmtests (27): worse either way, and only if the source says so', () => {
    const comparison = compareCase('27-mmtests');
    expect(rowOf(comparison, 'Hmean 64')).toMatchObject({verdict: 'less', direction: 'higher'});
    expect(rowOf(comparison, 'Amean latency-8')).toMatchObject({
      verdict: 'unsettled',
      direction: 'lower',
    });
  });

  test.each([
    ['28-test-bpf', '#829 ALU64_MOV_K: all immediate value magnitudes', '-4.76'],
    ['29-perf-bench-beside-stat', 'usecs/op', '-10.00'],
  ])('%s: one run a side', (name, event, change) => {
    const row = rowOf(compareCase(name), event);
    expect(percent(row)).toBe(change);
    expect(row).toMatchObject({verdict: 'unsettled', reason: 'one run a side, no interval'});
  });

  test('bpftool prog show (31): a mean without a spread, and exact bytes', () => {
    const comparison = compareCase('31-bpftool-show');
    expect(rowOf(comparison, 'time per run')).toMatchObject({
      before: {mean: 30},
      after: {mean: 27},
      verdict: 'unsettled',
      reason: 'no spread is printed, no interval',
    });
    expect(rowOf(comparison, 'jited bytes')).toMatchObject({kind: 'exact', verdict: 'less'});
    expect(percent(rowOf(comparison, 'jited bytes'))).toBe('-5.41');
  });

  test('benchstat (32) and criterion (33): what they state', () => {
    const sec = compareCase('32-benchstat-text');
    expect(rowOf(sec, 'Lookup-8')).toMatchObject({verdict: 'less', change: {low: null}});
    expect(rowOf(sec, 'Update-8').verdict).toBe('unsettled');
    const time = rowOf(compareCase('33-criterion-text'), 'time');
    expect(time.verdict).toBe('more');
    expect(time.change).toMatchObject({
      ratio: expect.closeTo(1.057, 6),
      low: expect.closeTo(1.039, 6),
      high: expect.closeTo(1.075, 6),
    });
  });

  test('poop (34): cycles per instruction, instructions equal', () => {
    const comparison = compareCase('34-poop-text');
    expect(rowOf(comparison, 'instructions').verdict).toBe('equal');
    expect(text(comparison, 'cycles-alone')).toContain('-10.00 % cycles per instruction');
  });
});

describe('reports', () => {
  test('the test robot (04): small spreads are shown, large ones not', () => {
    const comparison = compareCase('04-lkp-report');
    expect(rowOf(comparison, 'will-it-scale.per_process_ops').verdict).toBe('less');
    expect(rowOf(comparison, 'numa-meminfo.node0.Shmem').verdict).toBe('unsettled');
    expect(rowOf(comparison, 'mpstat.cpu.all.soft%').points?.value).toBeCloseTo(1.9, 9);
    expect(text(comparison, 'assumed-runs')).toContain('assume 3');
  });

  test('veristat (07): exact counts', () => {
    const {tables} = readCase('07-veristat-compare');
    const verdicts = pairTables(tables).flatMap(({before, after}) =>
      compareTables(tables[before], tables[after]).rows.map(({kind, verdict}) => [kind, verdict]),
    );
    expect(verdicts).toEqual([
      ['exact', 'less'],
      ['exact', 'less'],
      ['exact', 'more'],
      ['exact', 'more'],
    ]);
  });

  test('veristat, two files (08): a failure is not a gain, and one duration is not a verdict', () => {
    const egress = compareFiles('08-veristat-csv', 'before.csv', 'after.csv', 1);
    expect(text(egress, 'outcome-changed')).toContain('smaller counts are not a gain');
    expect(rowOf(egress, 'duration').verdict).toBe('unsettled');
  });

  test('perf diff (26): points, and a warning that they are shares', () => {
    const comparison = compareCase('26-perf-diff');
    expect(comparison.rows.map(({points}) => points?.value.toFixed(1))).toEqual([
      '-3.0',
      '1.4',
      '0.9',
    ]);
    expect(comparison.warnings.map(({text: words}) => words).join()).toContain('not times');
  });
});
