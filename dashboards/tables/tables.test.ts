// The promises of the text tables: 72 columns of ASCII in a mail, one header line, all rows, and a
// way back through import.
import {describe, expect, test} from 'vitest';
import {importText} from '../../results/import/index.ts';
import {testSamples, testSession} from '../../results/testdata/session.ts';
import type {Comparison, ComparisonRow} from '../../results/types.ts';
import {base, quoteTwice, rewrap, row, wide} from '../testdata/comparisons.ts';
import {answerWords} from './answer.ts';
import {mailWidth} from './ascii.ts';
import {compareTables} from '../../results/compare/summary/tables.ts';
import {pairTables} from '../../results/import/pairs.ts';
import {readCase} from '../../results/testdata/field-case.ts';
import {titleOf} from './facts.ts';
import {changeCell, figurePair, intervalCell, short} from './figures.ts';
import {verdictWord} from './words.ts';
import {formatComparison} from './index.ts';

/** What import should read out of a table: the figures as printed. */
const figures = (comparison: Comparison, side: 'before' | 'after'): [string, string][] =>
  comparison.rows.map((one) => [one.event, short(one[side].median)]);

describe('mail', () => {
  for (const [name, comparison] of [
    ['thread', base],
    ['forty long names', wide],
    ['session', testSession({}, testSamples()).comparison ?? base],
  ] as const) {
    test(`${name}: 72 columns, ASCII`, () => {
      for (const line of formatComparison(comparison, 'mail').split('\n')) {
        expect(line.length).toBeLessThanOrEqual(mailWidth);
        expect(line).toMatch(/^[\x20-\x7e]*$/);
      }
    });
  }
  test('quoted twice and re-wrapped it still imports', () => {
    const text = formatComparison(base, 'mail');
    for (const changed of [text, rewrap(quoteTwice(text)), quoteTwice(text).replace(/\s+/g, ' ')]) {
      const {tables, warnings} = importText(changed, 'x');
      expect(tables.map((table) => [table.command, table.label, table.runs])).toEqual([
        ['flow_dissector', 'v58', 512],
        ['flow_dissector', 'rfc1', 512],
      ]);
      tables.forEach((table, i) =>
        expect(table.rows.map((one) => [one.event, short(one.value)]).sort()).toEqual(
          figures(base, i === 0 ? 'before' : 'after').sort(),
        ),
      );
      expect(warnings).toEqual([]);
    }
  });
  test('a table of version 0.1 is read as before', () => {
    const old = [
      'flow_dissector: v58 -> rfc1',
      'n 512+512, ABBA 128 quads, clock -5.89%, mux 31%, A/A 0/16',
      'event                        before     after   change   +-95% verdict',
      'task-clock (msec)           1340.52   1426.95   +6.45%  +-0.16 more',
      'iTLB-load-misses                571     12267    x21.5  +-3.22 unsettled',
      'LLC-loads                         -         -        -       - unsettled',
      'simulated, not measured:',
      'callgrind/instructions/              123456    123456   +0.00% equal',
      'before, after: medians of the runs, moved apart by the change; +-95%:',
      '  half-width of the 95 % confidence interval',
    ].join('\n');
    for (const text of [old, quoteTwice(old).replace(/\s+/g, ' ')])
      expect(
        importText(text, 'x').tables.map(({command, label, runs, rows}) => [
          [command, label, runs],
          rows.map(({event, unit, value}) => [event, unit, value]),
        ]),
      ).toEqual([
        [
          ['flow_dissector', 'v58', 512],
          [
            ['task-clock', 'msec', 1340.52],
            ['iTLB-load-misses', '', 571],
            ['LLC-loads', '', null],
            ['callgrind/instructions/', '', 123456],
          ],
        ],
        [
          ['flow_dissector', 'rfc1', 512],
          [
            ['task-clock', 'msec', 1426.95],
            ['iTLB-load-misses', '', 12267],
            ['LLC-loads', '', null],
            ['callgrind/instructions/', '', 123456],
          ],
        ],
      ]);
  });
  test('elapsed time, units in names and small counts come back as they were', () => {
    const comparison: Comparison = {
      ...base,
      rows: [
        row('duration_time', 12_409_000, 5_498_200, {unit: 'ns', primary: true, verdict: 'less'}),
        row('slices/ns-per-execution/', 9.5219, 9.1062, {unit: 'ns'}),
        row('context-switches', 1.62, 1.27, {kind: 'rare'}),
        row('cpu-migrations', 0, 0, {kind: 'rare', verdict: 'equal'}),
      ],
      decomposition: {time: null, instructions: null, cpi: null, clock: null, utilisation: null},
      findings: [],
    };
    const text = formatComparison(comparison, 'mail');
    expect(text).toContain('elapsed (msec)              12.409   5.4982  -55.7%');
    expect(text).toContain('context-switches              1.62     1.27   -0.35');
    for (const format of ['mail', 'lkp', 'markdown'] as const) {
      const {tables} = importText(formatComparison(comparison, format), 'x');
      expect(
        tables.map(({rows}) => rows.map(({event, unit, value}) => [event, unit, value])),
        format,
      ).toEqual([
        [
          ['duration_time', 'ns', 12_409_000],
          ['slices/ns-per-execution/', 'ns', 9.5219],
          ['context-switches', '', 1.62],
          ['cpu-migrations', '', 0],
        ],
        [
          ['duration_time', 'ns', 5_498_200],
          ['slices/ns-per-execution/', 'ns', 9.1062],
          ['context-switches', '', 1.27],
          ['cpu-migrations', '', 0],
        ],
      ]);
    }
  });
  test.each(answerWords)('a title that ends with `%s …` still names its sides', (word) => {
    const [, ...rest] = formatComparison(base, 'mail').split('\n');
    const text = [`flow_dissector: v58 -> rfc1: ${word}, and so on`, ...rest].join(' ');
    expect(importText(text, 'x').tables.map(({label}) => label)).toEqual(['v58', 'rfc1']);
  });
  test('the whole text', () => {
    expect(formatComparison(base, 'mail', {session: testSession()})).toBe(
      [
        'flow_dissector: v58 -> rfc1: slower, task-clock +6.45% (+6.34..+6.66)',
        '512 runs a side in 128 interleaved quads; clock -5.89%; counters shared,',
        '  each event counted 31 % of the time or more; control: no change in 16',
        '  rows',
        'Test CPU, 2 cores, Linux 6.1.0',
        '',
        'event                       before    after  change       95% CI verdict',
        'task-clock (msec)          1340.52  1426.95  +6.45% +6.34..+6.66 more',
        'instructions               7.6748G  7.8371G  +2.11% +2.01..+2.32 more',
        'iTLB-load-misses               571    12267   x21.5 x21.5..x21.5 1)',
        'LLC-loads                        -        -       -            - 1)',
        'counted in a simulator, not measured:',
        'callgrind/instructions/     123456   123456  +0.00%        exact equal',
        '1) unsettled: the interval holds 0; about 900 runs a side, 20 min of',
        '   measuring, would settle iTLB-load-misses',
        'before, after: a typical run, in step with the change',
        'not counted: L1-icache-loads, L1-dcache-prefetches (the CPU does not',
        '  count it)',
        'spikes: iTLB-load-misses, after: 1 of 512 runs (run 317: 12.069M,',
        '  x25127, with page-faults)',
        '',
        '- clock, not code: +6.25 % time = +6.07 % clock period - 1.92 % cycles',
        '  per instruction +- nothing',
        '! a doubt',
      ].join('\n'),
    );
  });
  test('what else ran is printed next to the host', () => {
    const load = {
      seconds: 9,
      others: 1.26,
      stolen: 0.021,
      waited: null,
      average: 3,
      cpus: 2,
      blocks: [],
    };
    const text = formatComparison({...base, load}, 'mail', {session: testSession()});
    expect(text.replaceAll(/\n\s+/g, ' ')).toContain(
      'Test CPU, 2 cores, Linux 6.1.0; others used 1.3 CPUs, the hypervisor took 2.1 %',
    );
  });
  test('an interval that says nothing is not printed, and zeros have no change', () => {
    const cells = (one: ComparisonRow) => [changeCell(one), intervalCell(one)];
    const change = {ratio: 4.58, low: 0.1, high: 4e8, level: 0.95};
    expect(cells(row('elapsed', 0.2, 0.77, {unit: 'sec', change}))).toEqual(['+358%', '-']);
    expect(cells(row('cpu-migrations', 0, 0, {kind: 'rare'}))).toEqual(['-', '-']);
    expect(cells(row('context-switches', 3, 2, {kind: 'rare'}))[0]).toBe('-1');
    expect(cells(row('x', 1, 20, {change: {...change, ratio: 20, high: 142, low: 3.26}}))).toEqual([
      'x20.0',
      'x3.26..x142',
    ]);
    const interval = (low: number, high: number): string =>
      intervalCell(row('x', 1, 20, {change: {...change, ratio: 20, low, high}}));
    expect([interval(0.182, 1210), interval(1.82, 1210)]).toEqual(['-', 'x1.82..x1210']);
  });
  test('at most five findings, those about the method last', () => {
    const codes = ['no-counters', 'a', 'b', 'c', 'd', 'e', 'f'];
    const findings = codes.map((code) => ({code, text: `finding ${code}`}));
    const lines = formatComparison({...base, findings}, 'mail').split('\n');
    expect(lines.filter((line) => line.startsWith('- '))).toEqual([
      ...['a', 'b', 'c', 'd', 'e'].map((code) => `- finding ${code}`),
      '- 2 more, on the page and with --format markdown',
    ]);
  });
});

test.each([
  ['22-shared-heading', './ring_old -n 1000 -> ./ring_new -n 1000 (arm64)'],
  ['23-nested-headings', './solve: Step 3 - one copy less -> Step 4 - fused loops'],
  ['25-hyperfine-text', './tool --old -> ./tool --new'],
  ['09-one-run-pair', './convert: Before -> After'],
])('the title of %s', (name, title) => {
  const {tables} = readCase(name);
  const [pair] = pairTables(tables);
  const comparison = compareTables(tables[pair.before], tables[pair.after]);
  expect(formatComparison(comparison, 'mail').split('\n')[0]).toMatch(
    new RegExp(`^${title.replaceAll(/[.()]/g, '\\$&')}:`),
  );
});

test('names that are too long leave out the words that both start with', () => {
  const title = (before: string, after: string): string =>
    titleOf({
      ...base,
      before: {label: before, command: './x'},
      after: {label: after, command: './x'},
    });
  expect(title('With retpolines, without the patch', 'With retpolines, with the patch')).toBe(
    './x, With retpolines: without the patch -> with the patch',
  );
  expect(title('a'.repeat(80), `${'a'.repeat(79)}b`)).toMatch(/^\.\/x: a+\.\.\.a+ -> a+\.\.\.a+b$/);
  expect(title('v1 old', 'v1 new')).toBe('./x: v1 old -> v1 new');
});

test('figures that are equal in five digits get more digits if the row is a claim', () => {
  const near = row('cycles', 6_001_500_000, 6_001_500_900, {verdict: 'more'});
  const [before, after] = figurePair(near);
  expect(before).not.toBe(after);
  expect(figurePair({...near, verdict: 'equal'})).toEqual(['6.0015G', '6.0015G']);
});

test('words: times and rates are faster or slower, counts stay more or less', () => {
  const word = (unit: string, verdict: 'more' | 'less', direction: 'lower' | 'higher') =>
    verdictWord(row('x', 1, 2, {unit, verdict, direction}), 'speed');
  expect(word('msec', 'more', 'lower')).toBe('slower');
  expect(word('ns', 'less', 'lower')).toBe('faster');
  expect(word('M/s', 'more', 'higher')).toBe('faster');
  expect(word('usecs/op', 'less', 'lower')).toBe('faster');
  expect(word('B/op', 'less', 'lower')).toBe('less');
  expect(word('', 'less', 'lower')).toBe('less');
  expect(verdictWord(row('x', 1, 2, {unit: 'ms', verdict: 'more', direction: 'lower'}))).toBe(
    'more',
  );
});
