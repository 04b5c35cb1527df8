// Conclusions from printed tables: the three questions of the mailing list thread, other shapes of
// paste, and damaged ones.
import {describe, expect, test} from 'vitest';
import type {Comparison, ImportRow, ImportTable} from '../../types.ts';
import {carriedByFewRuns, countsBehindZero, sharedBase} from './forensics.ts';
import {compareTables} from './tables.ts';

type Line = readonly [
  event: string,
  value: number | null,
  sem?: number | null,
  running?: number | null,
];

const table = (
  runs: number | null,
  lines: readonly Line[],
  elapsed: ImportTable['elapsed'] = null,
): ImportTable => ({
  command: null,
  label: null,
  runs,
  elapsed,
  samples: [],
  warnings: [],
  rows: lines.map(([event, value, sem = null, running = null]): ImportRow => ({
    event,
    value,
    unit: event === 'task-clock' ? 'msec' : '',
    sem,
    running,
    metric: null,
    metricUnit: null,
    status: value === null ? 'not-supported' : 'ok',
  })),
});

/**
 * Figures printed in the thread (1024 runs each; value, +- in percent, share of the time counted in
 * percent).
 */
const tailcallsWithout = table(
  1024,
  [
    ['task-clock', 198.73, 0.13],
    ['cpu-migrations', 0, 22.15],
    ['cycles', 693_910_413, 0.11, 30.26],
    ['instructions', 1_067_635_122, 0.03, 38.16],
    ['branches', 165_308_809, 0.02, 38.46],
    ['iTLB-loads', 2236, 1.28, 30.3],
    ['iTLB-load-misses', 357, 2.1, 30.16],
    ['L1-icache-loads', null],
  ],
  {seconds: 0.199307, sem: 0.13},
);
const tailcallsWith = table(
  1024,
  [
    ['task-clock', 202.48, 0.09],
    ['cpu-migrations', 0, 30],
    ['cycles', 718_001_313, 0.06, 30.12],
    ['instructions', 1_041_618_306, 0.03, 37.96],
    ['branches', 226_386_119, 0.03, 38.35],
    ['iTLB-loads', 4064, 21.43, 30.23],
    ['iTLB-load-misses', 488, 1.95, 30.03],
    ['L1-icache-loads', null],
  ],
  {seconds: 0.203081, sem: 0.09},
);
const flowWithout = table(
  1024,
  [
    ['task-clock', 1340.52, 0.05],
    ['cycles', 4_764_381_512, 0.04, 30.68],
    ['instructions', 7_674_803_496, 0.01, 38.41],
    ['branches', 1_118_346_714, null, 38.46],
    ['iTLB-loads', 2128, 2.06, 30.7],
    ['iTLB-load-misses', 571, 3.1, 30.68],
  ],
  {seconds: 1.358653, sem: 0.05},
);
const flowWith = table(1024, [
  ['task-clock', 1426.95, 0.04],
  ['cycles', 4_772_798_523, 0.03, 30.7],
  ['instructions', 7_837_101_633, null, 38.42],
  ['branches', 1_118_716_987, null, 38.46],
  ['iTLB-loads', 1745, 3.9, 30.7],
  ['iTLB-load-misses', 12_267, 96.08, 30.68],
]);
const flowAgain = table(
  1024,
  [
    ['task-clock', 1321.55, 0.07],
    ['cycles', 4_589_283_427, 0.03, 30.69],
    ['instructions', 6_900_115_113, 0.01, 38.42],
    ['branches', 1_129_942_194, 0.01, 38.47],
    ['iTLB-loads', 2901, 2.96, 30.69],
    ['iTLB-load-misses', 1195, 2.14, 30.66],
  ],
  {seconds: 1.335695, sem: 0.07},
);

const found = (comparison: Comparison, code: string) =>
  comparison.findings.find((finding) => finding.code === code);
const verdict = (comparison: Comparison, event: string) =>
  comparison.rows.find((row) => row.event === event)?.verdict;

describe('the thread', () => {
  const executions = 12e6;
  const flow = compareTables(flowWithout, flowWith, {
    before: {label: 'Without', executions},
    after: {label: 'With', executions},
  });

  test('"are you saying the patches add ~6% overhead?" No: the clock', () => {
    const {time, instructions, cpi, clock} = flow.decomposition;
    expect([time, instructions, cpi, clock].map((part) => (100 * part!).toFixed(2))).toEqual([
      '6.25',
      '2.09',
      '-1.92',
      '6.07',
    ]);
    expect(time).toBeCloseTo(instructions! + cpi! + clock!, 12);
    expect(found(flow, 'clock-not-code')?.text).toMatch(
      /\+6\.45 % task-clock = \+6\.26 % clock period \(3\.554 to 3\.345 GHz\) x \+2\.11 % instructions x -1\.90 %/,
    );
    expect(verdict(flow, 'cycles')).toBe('equal');
  });

  test('"the number of iTLB misses jumps": one run, one miss per program execution, none of the time', () => {
    const spike = found(flow, 'one-run-spike');
    const data = spike?.data as {
      runs: number;
      size: number;
      base: number;
      perExecution: number;
      timeShare: number;
    };
    expect(data.runs).toBe(1);
    expect(data.size / 1e6).toBeCloseTo(12.07, 2);
    expect(data.base).toBeCloseTo(481, 0);
    expect(data.perExecution).toBeCloseTo(1.006, 3);
    expect(spike?.text).toContain('1.006 per program execution');
    expect(spike?.text).toContain('0.0 % of the time');
    expect(verdict(flow, 'iTLB-load-misses')).toBe('unsettled');
    expect(found(flow, 'impossible-ratio')?.data).toMatchObject({
      misses: 'iTLB-load-misses',
      loads: 'iTLB-loads',
    });
  });

  test('figures per program execution', () => {
    const row = flow.rows.find((candidate) => candidate.event === 'instructions')!;
    expect(row.perExecution!.before).toBeCloseTo(639.57, 2);
    expect(row.perExecution!.after).toBeCloseTo(653.09, 2);
  });

  test('tailcalls: 3.4 % more cycles hidden behind a faster clock', () => {
    const comparison = compareTables(tailcallsWithout, tailcallsWith);
    const {instructions, cpi, clock} = comparison.decomposition;
    expect(100 * (instructions! + cpi!)).toBeCloseTo(3.41, 2);
    expect(100 * clock!).toBeCloseTo(-1.54, 2);
    expect(found(comparison, 'hidden-by-clock')?.text).toContain('faster clock');
    expect(verdict(comparison, 'cycles')).toBe('more');
    expect(found(comparison, 'few-runs-spike')?.data).toMatchObject({
      event: 'iTLB-loads',
      side: 'after',
      runs: 5,
    });
    expect(comparison.decomposition.utilisation).toBeCloseTo(0, 3);
    expect(comparison.notCounted).toEqual([
      {
        event: 'L1-icache-loads',
        status: 'not-supported',
        reason: expect.stringContaining('not supported'),
      },
    ]);
  });

  test('the rerun executes another instruction stream', () => {
    expect(
      found(compareTables(flowWithout, flowAgain), 'different-instruction-stream')?.text,
    ).toContain('-10.09 %');
    expect(found(compareTables(flowWith, flowAgain), 'different-instruction-stream')).toBeDefined();
    expect(found(flow, 'different-instruction-stream')).toBeUndefined();
  });

  test('wider claims and multiplexing are said', () => {
    expect(flow.design).toBe('summary');
    expect(found(flow, 'blocked-design')).toBeDefined();
    expect(found(flow, 'multiplexed')?.data).toMatchObject({smallest: 0.3068});
    const row = flow.rows.find((candidate) => candidate.event === 'task-clock')!;
    // The printed errors alone would give +-0.13 %.
    expect(row.change!.high! - row.change!.low!).toBeGreaterThan(0.01);
    expect(verdict(flow, 'branches')).not.toBe('more');
  });
});

describe('forensics', () => {
  test.each([
    ['one spike', 1000, 50, 1, 400_000],
    ['three spikes', 1000, 50, 3, 100_000],
    ['one of ten runs', 10, 5000, 1, 200_000],
    ['two of 200 over a quiet base', 200, 490, 2, 3_000_000],
    ['five of 200 over a quiet base', 200, 490, 5, 2_000_000],
  ])('%s comes out of its own mean and error', (_, n, base, k, size) => {
    const values = Array.from({length: n}, (__, i) => (i < k ? base + size : base));
    const mean = values.reduce((sum, value) => sum + value, 0) / n;
    const sem = Math.sqrt(
      values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1) / n,
    );
    const result = carriedByFewRuns(mean, sem, n, {mean: base * 1.02, sem: base * 0.01});
    expect(result?.solutions[0].runs).toBe(k);
    expect(result!.solutions[0].size / size).toBeCloseTo(1, 6);
    expect(result!.solutions[0].base / mean).toBeLessThan(1);
  });

  test('two unequal spikes', () => {
    const n = 1024;
    const values = Array.from({length: n}, (_, i) => 500 + (i === 0 ? 9e6 : i === 1 ? 2e6 : 0));
    const mean = values.reduce((sum, value) => sum + value, 0) / n;
    const sem = Math.sqrt(
      values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1) / n,
    );
    const {solutions, unequal} = carriedByFewRuns(mean, sem, n, {mean: 500, sem: 5})!;
    expect(solutions).toEqual([]);
    expect(unequal!.larger / 9e6).toBeCloseTo(1, 6);
    expect(unequal!.smaller / 2e6).toBeCloseTo(1, 6);
  });

  test('seven spikes of different sizes: at least six', () => {
    const values = Array.from({length: 200}, (_, i) => 500 + (i < 7 ? 5e5 * (i + 1) : 0));
    const mean = values.reduce((sum, value) => sum + value, 0) / 200;
    const sem = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 199 / 200);
    expect(carriedByFewRuns(mean, sem, 200, {mean: 500, sem: 5})).toMatchObject({
      solutions: [],
      unequal: null,
      fewest: {runs: 6, base: 500},
    });
  });

  test.each([
    ['ordinary noise', 1000, 10, 100],
    ['a printed small count', 2, 1, 10],
    ['no error at all', 100, 0, 10],
    ['a mean of zero', 0, 1, 10],
  ])('%s is no spike', (_, mean, sem, n) =>
    expect(carriedByFewRuns(mean, sem, n, {mean, sem: 1})).toBeNull(),
  );

  test('the base is taken from another paste of the workload', () => {
    expect(
      sharedBase([
        {mean: 12_267, sem: 11_786, n: 1024},
        {mean: 571, sem: 17.7, n: 1024},
      ]),
    ).toMatchObject({mean: 571});
    expect(sharedBase([{mean: 12_267, sem: 11_786, n: 1024}])).toBeNull();
    const spiky = table(1024, [['iTLB-load-misses', 20_000, 98]]);
    const both = compareTables(spiky, flowWith, {others: [flowWithout]});
    expect(both.findings.filter((finding) => finding.code === 'one-run-spike')).toHaveLength(2);
  });

  test('counts behind a printed zero', () => {
    expect(countsBehindZero(22.15)).toBeCloseTo(20.4, 1);
    expect(
      found(compareTables(tailcallsWithout, tailcallsWith), 'recovered-count')?.text,
    ).toContain('about 20.4 in all 1024 runs before and about 11.1 in all 1024 after');
  });
});

describe('other pastes', () => {
  test('one run a side: parts and reasons, but no verdict', () => {
    const strip = (from: ImportTable): ImportTable => ({
      ...from,
      runs: null,
      rows: from.rows.map((row) => ({...row, sem: null})),
      elapsed: null,
    });
    const comparison = compareTables(strip(flowWithout), strip(flowWith));
    for (const row of comparison.rows)
      expect(row).toMatchObject({
        verdict: 'unsettled',
        change: {low: null, high: null},
        reason: 'one run a side, no interval',
      });
    expect(comparison.rows[0].change?.ratio).toBeCloseTo(1426.95 / 1340.52, 12);
    expect(comparison.decomposition.clock).toBeCloseTo(0.0607, 4);
    expect(found(comparison, 'clock-not-code')).toBeDefined();
  });

  test('nanoseconds on one side and milliseconds on the other', () => {
    const ns = {
      ...flowWith,
      rows: flowWith.rows.map((row) =>
        row.event === 'task-clock' ? {...row, unit: '', value: 1_426_950_000} : row,
      ),
    };
    expect(compareTables(flowWithout, ns).decomposition.time).toBeCloseTo(0.0625, 4);
  });

  test('waiting is told from running', () => {
    const comparison = compareTables(
      table(
        100,
        [
          ['task-clock', 200, 0.1],
          ['cycles', 7e8, 0.1],
        ],
        {seconds: 0.2004, sem: 0.1},
      ),
      table(
        100,
        [
          ['task-clock', 201, 0.1],
          ['cycles', 7.03e8, 0.1],
        ],
        {seconds: 0.3, sem: 0.2},
      ),
    );
    expect(found(comparison, 'waiting-not-running')?.text).toContain('0.670 after');
  });

  test('a perf that prints the last run gets no verdicts', () => {
    const warned = {...flowWith, warnings: [{code: 'last-run', text: 'perf printed the last run'}]};
    const comparison = compareTables(flowWithout, warned);
    expect(comparison.rows.every((row) => row.verdict === 'unsettled')).toBe(true);
    expect(found(comparison, 'printed-wrong')).toBeDefined();
  });

  test('events of one table only are listed, not compared', () => {
    const comparison = compareTables(
      table(10, [['cycles', 100, 1]]),
      table(10, [['instructions', 100, 1]]),
    );
    expect(comparison.rows).toEqual([]);
    expect(comparison.notCounted.map(({event}) => event)).toEqual(['cycles', 'instructions']);
  });

  test('user-mode cycles give no clock', () => {
    const user = (cycles: number): ImportTable =>
      table(10, [
        ['task-clock', 100, 0.1],
        ['cycles:u', cycles, 0.1],
        ['instructions:u', 2e8, 0.1],
      ]);
    expect(compareTables(user(1e8), user(1.1e8)).decomposition).toMatchObject({
      clock: null,
      cpi: expect.closeTo(0.0953, 4),
    });
  });

  test('runs of both tables are compared run by run', () => {
    const withRuns = (level: number): ImportTable => ({
      ...table(20, [['task-clock', level, 1]]),
      samples: [
        {
          event: 'task-clock',
          unit: 'msec',
          values: Array.from({length: 20}, (_, i) => level * (1 + 0.001 * ((i * 7) % 5))),
        },
      ],
    });
    const comparison = compareTables(withRuns(100), withRuns(120));
    expect(comparison.design).toBe('blocked');
    expect(comparison.rows[0]).toMatchObject({verdict: 'more', before: {n: 20}});
  });
});
