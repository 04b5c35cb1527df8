// Per-run lines of six perf versions: the means computed from them are what perf prints, or what
// the known defect makes of it.
import {readdirSync, readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {parseVerboseRuns} from './verbose.ts';

const folder = new URL('../testdata/perf-stat/', import.meta.url);
const captures = readdirSync(folder).filter((name) => name.startsWith('r5-'));

const printedTaskClock = (text: string): number => {
  const found = new RegExp(
    String.raw`^\s*([\d.]+) (?:msec )?\s*task-clock|"counter-value" : "` +
      String.raw`([\d.]+)", "unit" : "(?:msec)?", "event" : "task-clock"|^([\d.]+),` +
      String.raw`(?:msec)?,task-clock`,
    'm',
  ).exec(text)!;
  const value = Number(found[1] ?? found[2] ?? found[3]);
  return value > 1e4 ? value / 1e6 : value;
};

describe('per-run lines of perf stat -v -r 5', () => {
  for (const name of captures) {
    test(name, () => {
      const text = readFileSync(new URL(name, folder), 'utf8');
      const {runs, cumulative} = parseVerboseRuns(text);
      expect(runs.map((run) => run.map((count) => count.event))).toEqual(
        Array(5).fill(['task-clock', 'page-faults', 'cs']),
      );
      const clock = runs.map((run) => run[0].value / 1e6);
      clock.forEach((msec, k) => expect(msec / ((k + 1) * 20)).toBeGreaterThan(0.9));
      clock.forEach((msec, k) => expect(msec / ((k + 1) * 20)).toBeLessThan(1.25));
      const sum = clock.reduce((a, b) => a + b, 0);
      const version = /perf([\d.]+)\./.exec(name)![1];
      const expected = version.startsWith('6.3')
        ? sum
        : version.startsWith('5.17') || version.startsWith('6.1.')
          ? clock[4]
          : sum / 5;
      expect(printedTaskClock(text)).toBeCloseTo(expected, 1);
      expect(cumulative).toBe(version.startsWith('6.3'));
    });
  }
});

const lines = (...text: string[]): string => text.join('\n');

describe('shapes of -v output', () => {
  test('one run has no run line', () => {
    expect(
      parseVerboseRuns(
        lines(
          'Using CPUID X',
          'task-clock: 611 611 611',
          'page-faults: 49 611 611',
          '',
          " Performance counter stats for 'true':",
        ),
      ).runs,
    ).toEqual([
      [
        {event: 'task-clock', value: 611, enabled: 611, running: 611},
        {event: 'page-faults', value: 49, enabled: 611, running: 611},
      ],
    ]);
  });
  test('events with colons, slashes, commas and the same name twice', () => {
    const {runs} = parseVerboseRuns(
      lines(
        '[ perf stat: executing run #1 ... ]',
        'cycles:u: 5 9 3',
        'syscalls:sys_enter_write: 1 9 9',
        'cpu/event=0xc8,umask=0/: 2 9 9',
        'cycles:u: 6 9 3',
      ),
    );
    expect(runs[0].map((count) => [count.event, count.value])).toEqual([
      ['cycles:u', 5],
      ['syscalls:sys_enter_write', 1],
      ['cpu/event=0xc8,umask=0/', 2],
      ['cycles:u', 6],
    ]);
  });
  test('running 0 stays, and refused events are named once', () => {
    const text = lines(
      'Warning:',
      'cycles event is not supported by the kernel.',
      'LLC-loads: 0 100 0',
      'failed to read counter cycles',
      '   <not supported>      branches',
    );
    const {runs, unsupported} = parseVerboseRuns(text);
    expect(runs).toEqual([[{event: 'LLC-loads', value: 0, enabled: 100, running: 0}]]);
    expect(unsupported).toEqual(['cycles', 'branches']);
  });
  test('two outputs in one text: the second is not a continuation', () => {
    const one = lines(
      '[ perf stat: executing run #1 ... ]',
      'a: 10 1 1',
      '[ perf stat: executing run #2 ... ]',
      'a: 9 1 1',
      " Performance counter stats for 'x' (2 runs):",
      '',
    );
    expect(parseVerboseRuns(one + one).runs.map((run) => run[0].value)).toEqual([10, 9, 10, 9]);
  });
  test('runs that only happen to grow are not taken apart', () => {
    const text = lines(
      '[ perf stat: executing run #1 ... ]',
      'a: 100 100 100',
      '[ perf stat: executing run #2 ... ]',
      'a: 103 103 103',
    );
    expect(parseVerboseRuns(text).cumulative).toBe(false);
    expect(parseVerboseRuns(text, {cumulative: true}).runs[1][0].value).toBe(3);
  });
  test('duration_time against elapsed decides where both readings are possible', () => {
    const text = (elapsed: string): string =>
      lines(
        '[ perf stat: executing run #1 ... ]',
        'duration_time: 1000000000 1 1',
        '[ perf stat: executing run #2 ... ]',
        'duration_time: 2100000000 2 2',
        " Performance counter stats for 'x' (2 runs):",
        `  ${elapsed} +- 0.1 seconds time elapsed  ( +- 1% )`,
      );
    expect(parseVerboseRuns(text('1.05')).cumulative).toBe(true);
    expect(parseVerboseRuns(text('1.55')).cumulative).toBe(false);
  });
});
