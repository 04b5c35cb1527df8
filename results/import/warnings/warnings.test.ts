// The doubts a table's own numbers raise: each against outputs where the defect is known, and
// silent if there is not one.
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {importText} from '../index.ts';

const shared = new URL('../../../../shared/fixtures/perf-stat/', import.meta.url);
const local = new URL('../../testdata/perf-stat/', import.meta.url);
const isHere = existsSync(shared);

const codes = (text: string): string[][] =>
  importText(text, 'x').tables.map((table) => table.warnings.map((warning) => warning.code));

describe('what perf -r prints, from the per-run lines of six versions', () => {
  const expected: Readonly<Record<string, string | null>> = {
    '5.10.0': null,
    '5.17.0': 'repeat-prints-last-run',
    '6.1.192': 'repeat-prints-last-run',
    '6.3.8': 'repeat-prints-sum',
    '6.8.1': null,
    '6.18.2': null,
  };
  for (const name of readdirSync(local).filter((file) => file.startsWith('r5-'))) {
    const version = /perf([\d.]+)\.\w+$/.exec(name)?.[1] ?? '';
    const text = readFileSync(new URL(name, local), 'utf8');
    const repeats = (found: string[]): string | null =>
      found.find((code) => code.startsWith('repeat-')) ?? null;
    test(name, () => {
      expect(repeats(codes(text)[0])).toBe(expected[version]);
      const {samples} = importText(text, 'x').tables[0];
      expect(
        samples
          .filter((series) => series.event !== 'elapsed')
          .map((series) => [series.event, series.values.length]),
      ).toEqual([
        ['task-clock', 5],
        ['page-faults', 5],
        ['cs', 5],
      ]);
    });
    // Without the runs the rates alone must tell the same.
    test(`${name}, the table alone`, () => {
      const alone = text
        .split('\n')
        .filter((line) => !/^\S+: \d+ \d+ \d+$|^\[ perf/.test(line))
        .join('\n');
      expect(repeats(codes(alone)[0])).toBe(expected[version]);
    });
  }
});

describe.skipIf(!isHere)('outputs by others (skipped if the shared fixtures are absent)', () => {
  const read = (prefix: string): string =>
    readFileSync(
      new URL(
        readdirSync(shared).find(
          (name) => name.startsWith(prefix) && !name.endsWith('.expected.json'),
        ) ?? '',
        shared,
      ),
      'utf8',
    );
  const rows: readonly (readonly [string, readonly number[]])[] = [
    // code, fixtures that must show it; every other fixture must not.
    ['repeat-prints-last-run', [2, 3, 4, 5, 6]],
    ['repeat-prints-sum', []],
    ['clock-unit', [75, 76, 93]],
    ['ratio-above-100', [1, 5, 6, 24, 84, 100, 101]],
    ['low-running', [51, 66, 72, 104]],
    ['sem-above-100', []],
  ];
  const all = (isHere ? readdirSync(shared) : [])
    .map((name) => /^(\d{3})-.*(?<!expected\.json)$/.exec(name)?.[1])
    .filter((prefix) => prefix !== undefined);
  for (const [code, expected] of rows) {
    test(code, () => {
      const found = [...new Set(all)]
        .filter((prefix) => codes(read(prefix)).flat().includes(code))
        .map(Number);
      expect(found).toEqual(expected);
    });
  }
  test('user-only and multiplexed', () => {
    expect(codes(read('073'))).toEqual([['multiplexed', 'user-only']]);
    expect(codes(read('038'))).toEqual([[], []]);
  });
});

test('rates a million times too big are not taken for the last run', () => {
  const text = [
    " Performance counter stats for 'x' (5 runs):",
    '',
    '   66,895.00 msec task-clock   #  2.886 CPUs utilized   ( +-  0.10% )',
    '   1,312,687      context-switches  # 19623.389 M/sec   ( +-  0.10% )',
  ].join('\n');
  expect(codes(text)).toEqual([['clock-unit']]);
});

test('a standard error above 100 %', () => {
  expect(
    codes(
      "Performance counter stats for 'x' (2 runs):\n\n  12,345 ns   duration_time   ( +-131.40% )\n",
    ),
  ).toEqual([['sem-above-100']]);
});
