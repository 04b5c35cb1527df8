// Captures of perf 6.1 on an emulated PMU: lines about counters that cannot be read are between
// the runs of -v.
import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {importText} from './index.ts';

const capture = (name: string): string =>
  readFileSync(
    new URL(`../testdata/perf-emulated/${name}-perf6.1.192.txt`, import.meta.url),
    'utf8',
  );

test.each([
  ['ddd-r3-v-emulated-pmu', 3, 6],
  ['r3-v-multiplexed-emulated-pmu', 3, 10],
] as const)(
  '%s: %i runs of %i events, and what perf prints is the last run',
  (name, runs, events) => {
    for (const text of [capture(name), capture(name).replace(/^/gm, '> ')]) {
      const {tables, warnings} = importText(text, name);
      expect(tables.length).toBe(1);
      expect(tables[0].runs).toBe(runs);
      expect(tables[0].samples.map(({values}) => values.length)).toEqual(
        Array.from({length: events}, () => runs),
      );
      expect(tables[0].samples.every(({values}) => values.every((value) => value !== null))).toBe(
        true,
      );
      expect(tables[0].warnings.map(({code}) => code)).toContain('repeat-prints-last-run');
      expect(warnings).toEqual([]);
    }
  },
);

test('runs that do ever more work are not sums: each has the page faults of a start', () => {
  let run = -1;
  const text = capture('ddd-r3-v-emulated-pmu').replaceAll(
    /^([a-z-]+): (\d+) (\d+) (\d+)$/gm,
    (_line, event: string, ...counts: string[]) => {
      if (event === 'task-clock') run++;
      if (event === 'page-faults') counts[0] = String(Number(counts[0]) + run);
      const [value, enabled, running] = counts
        .slice(0, 3)
        .map(Number)
        .map((count) => (count < 1000 ? count : Math.round(count * [0.125, 0.5, 1][run])));
      return `${event}: ${value} ${enabled} ${running}`;
    },
  );
  const [{samples, warnings}] = importText(text, 'x').tables;
  const {values} = samples.find(({event}) => event === 'instructions')!;
  expect(values.map((value) => Math.round(value! / 1e6))).toEqual([2, 9, 18]);
  expect(warnings.map(({code}) => code)).toContain('repeat-prints-last-run');
});

test('sums stay sums if one run is printed twice', () => {
  const runs = [1, 2, 2, 4, 5].map(
    (sum, k) =>
      `[ perf stat: executing run #${k + 1} ... ]\npage-faults: ${400 * sum} ${sum} ${sum}\n` +
      `instructions: ${1000 * sum} ${sum} ${sum}\n`,
  );
  const text =
    `${runs.join('')}\n Performance counter stats for './a' (5 runs):\n\n` +
    '       1,200      page-faults\n       3,000      instructions\n';
  const [{samples}] = importText(text, 'x').tables;
  expect(samples.find(({event}) => event === 'instructions')?.values).toEqual([
    1000,
    1000,
    null,
    2000,
    1000,
  ]);
});

test('without -v nothing shows the runs', () => {
  const {tables} = importText(capture('r5-emulated-pmu'), 'x');
  expect([tables.length, tables[0].runs, tables[0].samples.length]).toEqual([1, 5, 0]);
});
