// Conclusions from printed tables: the three questions of the mailing list thread, other shapes of
// paste, and damaged ones.
import {describe, expect, test} from 'vitest';
import {
  table,
  tailcallsWithout,
  tailcallsWith,
  flowWithout,
  flowWith,
  flowAgain,
  found,
  verdict,
} from '../../testdata/thread.ts';
import type {ImportTable} from '../../types.ts';
import {compareTables} from './tables.ts';

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
      new RegExp(
        String.raw`\+6\.45 % task-clock = \+6\.26 % clock period ` +
          String.raw`\(3\.554 to 3\.345 GHz\) x \+2\.11 % instructions x -1\.90 %`,
      ),
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

  test('the rerun executes a different instruction stream', () => {
    expect(
      found(compareTables(flowWithout, flowAgain), 'different-instruction-stream')?.text,
    ).toContain('-10.09 %');
    expect(found(compareTables(flowWith, flowAgain), 'different-instruction-stream')).toBeDefined();
    expect(found(flow, 'different-instruction-stream')).toBeUndefined();
  });

  test('wider intervals and multiplexing are reported', () => {
    expect(flow.design).toBe('summary');
    expect(found(flow, 'blocked-design')).toBeDefined();
    expect(found(flow, 'multiplexed')?.data).toMatchObject({smallest: 0.3068});
    const row = flow.rows.find((candidate) => candidate.event === 'task-clock')!;
    // The printed errors alone would give +-0.13 %.
    expect(row.change!.high! - row.change!.low!).toBeGreaterThan(0.01);
    expect(verdict(flow, 'branches')).not.toBe('more');
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

  test('waiting is distinguished from running', () => {
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
