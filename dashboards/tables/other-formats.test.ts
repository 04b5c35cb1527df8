// Formats other than the mail: what they show is read back, and every format takes every comparison.
import {expect, test} from 'vitest';
import {importText} from '../../results/import/index.ts';
import {testSamples, testSession} from '../../results/testdata/session.ts';
import {base, wide} from '../testdata/comparisons.ts';
import {mailWidth} from './ascii.ts';
import {short} from './figures.ts';
import {formatComparison, formatSide} from './index.ts';
import {tableFormats} from './format-names.ts';

for (const format of ['lkp', 'markdown', 'mail'] as const) {
  test(`${format} reads back to what it shows`, () => {
    const {tables} = importText(formatComparison(base, format), 'x');
    const shown = (side: 'before' | 'after') =>
      base.rows.map((one) => `${one.event} ${short(one[side].median)}`).sort();
    expect(
      tables.map((table) => table.rows.map((one) => `${one.event} ${short(one.value)}`).sort()),
    ).toEqual([shown('before'), shown('after')]);
  });
}

test('diff reads back as two tables', () => {
  const {tables} = importText(formatComparison(base, 'diff'), 'x');
  expect(tables.map((table) => table.label)).toEqual(['before', 'after']);
  expect(tables.map((table) => table.rows.find((one) => one.event === 'task-clock'))).toMatchObject(
    [
      {value: 1340.52, unit: 'msec', sem: 0.1},
      {value: 1426.95, unit: 'msec', sem: 0.1},
    ],
  );
  expect(tables.map((table) => table.rows.length)).toEqual([5, 5]);
});

test('benchfmt: a line a run, and benchmark lines only', () => {
  const samples = testSamples();
  const session = testSession({}, samples);
  const text = formatComparison(session.comparison ?? base, 'benchfmt', {session, samples});
  const lines = text.split('\n').filter((line) => line.startsWith('Benchmark'));
  expect(lines.length).toBe([...samples.warmup].filter((mark) => mark === 0).length);
  for (const line of lines)
    expect(line).toMatch(/^BenchmarkTailcall1\/side=(?:before|after) 1(?: [\d.]+ \S+)+$/);
  const {tables} = importText(text, 'x');
  expect(tables.map((table) => [table.label, table.runs]).sort()).toEqual([
    ['after', lines.length / 2],
    ['before', lines.length / 2],
  ]);
});

test('csv has a field for each column', () => {
  const lines = formatComparison(base, 'csv').split('\n');
  expect(new Set(lines.map((line) => line.split(',').length))).toEqual(new Set([29]));
});

test('commit message: ten lines, permanent facts first', () => {
  const session = testSession();
  const lines = formatComparison(base, 'commit-message', {session}).split('\n');
  expect(lines.length).toBeLessThanOrEqual(10);
  expect(lines[0]).toBe('Test CPU, Linux 6.1.0, perf 6.1.0');
  expect(lines[1]).toMatch(/^jitstat ab tailcall1 --before v58 --after rfc1/);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(mailWidth);
});

test('every format takes the widest comparison', () => {
  for (const format of tableFormats)
    expect(formatComparison(wide, format).length).toBeGreaterThan(100);
});

test('one side', () => {
  for (const line of formatSide(testSession({kind: 'run', comparison: null})).split('\n'))
    expect(line.length).toBeLessThanOrEqual(mailWidth);
});
