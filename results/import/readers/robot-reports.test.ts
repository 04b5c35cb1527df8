// Reports of the kernel test robot, and rows that cannot be read: what is reported of them.
import {expect, test} from 'vitest';
import {importText} from '../index.ts';

const report = (rows: string, words = ''): string =>
  `${words}commit:\n  aaaa1111bb ("mm: first thing")\n  cccc2222dd ("mm: second thing")\n\n` +
  'aaaa1111bb3344ff cccc2222dd55667788990011223\n---------------- ---------------------------\n' +
  '       fail:runs  %reproduction    fail:runs\n           |             |             |\n' +
  '           :6           17%           1:6     dmesg.WARNING:at_ip_native\n' +
  '         %stddev     %change         %stddev\n             \\          |                \\\n' +
  `${rows}\n      1043            -5.2%        989        x.per_thread_ops\n`;

test('robot report: failed runs between the commits and the rows are reported', () => {
  const {tables, warnings} = importText(report(''), 'x');
  expect(tables.map(({label}) => label)).toEqual([
    'aaaa1111bb mm: first thing',
    'cccc2222dd mm: second thing',
  ]);
  expect(warnings.map(({data}) => data)).toEqual([{line: 9}]);
});

test('robot report: a row whose name was lost is reported', () => {
  const {tables, warnings} = importText(report('     21000 ± 40%     +50.0%      31500 ±'), 'x');
  expect(tables.map(({rows}) => rows.length)).toEqual([1, 1]);
  expect(warnings.map(({data}) => data)).toEqual([{line: 9}, {line: 12}]);
});

test('robot report: a perf stat table right below is read as one', () => {
  const stat =
    '\n   2,408,818      inst_retired.any   #      2.1 CPI\n  1.00191 seconds time elapsed\n';
  const {tables, warnings} = importText(`${report('').replace(/.*dmesg.*\n/, '')}${stat}`, 'x');
  expect(tables.map(({format, rows}) => [format, rows.length])).toEqual([
    ['robot report', 1],
    ['robot report', 1],
    ['perf stat', 1],
  ]);
  expect(warnings).toEqual([]);
});

test.each([
  ['      0.37            +  2.27        a.b.c%'],
  ['   2000000-10.0%    1800000        a.b'],
  ['     -10.0%     450.00        a.b'],
  ['    1100000        a.b'],
  ['     21000 ±      a.b.c'],
  ['    500.0#0           -10.0%     450.00        a.b'],
])('robot report: a damaged row is reported: %s', (row) => {
  expect(importText(report(row), 'x').warnings.map(({data}) => data)).toEqual([
    {line: 9},
    {line: 12},
  ]);
});

test('robot report: rows go on after those of another table', () => {
  const stat = ` Performance counter stats for './a':\n\n   2,408,818      inst_retired.any\n`;
  const {tables, warnings} = importText(
    report(`     21000 ± 40%     +50.0%      31500        a.b\n${stat}`),
    'x',
  );
  expect(tables.map(({format, rows}) => [format, rows.map(({value}) => value)])).toEqual([
    ['robot report', [21000, 1043]],
    ['robot report', [31500, 989]],
    ['perf stat', [2408818]],
  ]);
  expect(warnings.map(({data}) => data)).toEqual([{line: 9}]);
});

test('rows that cannot be read are reported, also those of a report or a table without others', () => {
  const head = '         %stddev     %change         %stddev\n';
  const robot =
    `${head}   1000000           +10.0%    1100000  223\n\nwords\n\n` +
    `${head}   10   +10.0%   11   x.y\n`;
  const lines = (text: string) => importText(text, 'x').warnings.map(({data}) => data);
  expect(lines(robot)).toEqual([{line: 2}]);
  const stat =
    '        │  a.txt  │       b.txt       │\n        │ sec/op  │ sec/op   vs base  │\n' +
    'Push-8   10n ± 1%   9n ± 1%  -10% (p=0.000 n=10)\n' +
    'Pop-8    10n ± 1%   9n ± 1%  -10% (p=0.000 n=10)  12n\n';
  expect(lines(stat)).toEqual([{line: 4}]);
  // No row was understood in either: nothing is read, and that is said.
  expect(lines(`${head}   1000000           +10.0%    1100000  223\n`)).toEqual([{line: 2}]);
  expect(lines(stat.replace(/^Push.*\n/m, '').replace('10n ±', '10 n/a'))).toEqual([{line: 3}]);
});

test('benchstat: a row whose line goes on is read, and the line is reported', () => {
  const {tables, warnings} = importText(
    '        │  a.txt  │       b.txt       │\n        │ sec/op  │ sec/op   vs base  │\n' +
      'Push-8   10n ± 1%   9n ± 1%  -10% (p=0.000 n=10) Pop-8  10n ± 1%   9n ± 1%  -10% (p=0.0\n',
    'x',
  );
  expect(tables.map(({rows}) => rows.map(({event}) => event))).toEqual([['Push-8'], ['Push-8']]);
  expect(warnings.map(({data}) => data)).toEqual([{line: 3}]);
});

test('robot report: the metric it is about, and which way that one is better', () => {
  const about = (words: string) => {
    const [{about: name, rows}] = importText(report('', words), 'x').tables;
    return [name, rows[0].direction];
  };
  expect(about('')).toEqual([undefined, undefined]);
  expect(about('noticed a -5.2% regression of\nx.per_thread_ops on:\n\n')).toEqual([
    'x.per_thread_ops',
    'higher',
  ]);
  expect(about('noticed a 5.2% improvement of x.per_thread_ops on:\n')[1]).toBe('lower');
  expect(about('noticed a 5.2% decrease of x.per_thread_ops on:\n')[1]).toBe(null);
});
