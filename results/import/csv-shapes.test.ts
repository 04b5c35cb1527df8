// CSV with every separator, and CSV and JSON in forms that no single sample shows together.
import {describe, expect, test} from 'vitest';
import {importText} from './index.ts';

const table = (text: string) => importText(text, 'x').tables[0];

describe('CSV separators', () => {
  const lines = [
    '1.50,msec,task-clock,1500000,100.00,0.9,CPUs utilized',
    '1234,,cycles,1500000,50.00,2.1,GHz',
    '<not supported>,,LLC-loads,0,100.00,,',
  ];
  test.each([',', ';', '\t', '|', ':', "'", '@', '::', '~', '!'])('%s', (separator) => {
    const text = lines.map((line) => line.replaceAll(',', separator)).join('\n');
    expect(table(text).rows.map((row) => [row.event, row.value, row.running, row.status])).toEqual([
      ['task-clock', 1.5, 100, 'ok'],
      ['cycles', 1234, 50, 'ok'],
      ['LLC-loads', null, 100, 'not-supported'],
    ]);
  });
  test('blanks are refused, line by line', () => {
    const {tables, warnings} = importText(
      lines.map((line) => line.replaceAll(',', ' ')).join('\n'),
      'x',
    );
    expect([tables.length, warnings.map((warning) => warning.data?.['line'])]).toEqual([
      0,
      [1, 2, 3],
    ]);
  });
  test('control groups', () => {
    expect(table('12,,cycles,/system.slice,1500000,100.00,,\n').rows[0]).toMatchObject({
      event: 'cycles',
      value: 12,
      running: 100,
      aggregate: '/system.slice',
    });
  });
  test('commas within names', () => {
    expect(table('12,,cpu/event=0xc8,umask=0/,1500000,100.00,,\n').rows[0].event).toBe(
      'cpu/event=0xc8,umask=0/',
    );
  });
});

describe('CSV of other forms', () => {
  test.each<readonly [string, string, readonly (readonly unknown[])[]]>([
    [
      'two columns',
      '884,cache-misses\n<not counted>,branches\n2.350642,task-clock\n',
      [
        ['cache-misses', 884, '', null],
        ['branches', null, '', null],
        ['task-clock', 2.350642, 'msec', null],
      ],
    ],
    [
      'of intervals and CPUs',
      '0.799553738,CPU1,137765150,,branches\n',
      [['branches', 137765150, '', null]],
    ],
    [
      'perf 3.x',
      '1166462,cycles,1215612,70.15\n<not counted>,branches,0,100.00\n',
      [
        ['cycles', 1166462, '', 70.15],
        ['branches', null, '', 100],
      ],
    ],
    [
      'perf 3.x with -r',
      '0.65,msec,task-clock,1.10%\n884,,cache-misses,2.20%\n',
      [
        ['task-clock', 0.65, 'msec', null],
        ['cache-misses', 884, '', null],
      ],
    ],
    [
      'line breaks lost',
      '1234.56,msec,task-clock,1234560000,100.00,0.998,CPUs utilized ' +
        '4567890123,,cycles,1234000000,99.00,3.700,GHz ' +
        '98,,instructions,1234000000,98.00,2.16,insn per cycle\n',
      [
        ['task-clock', 1234.56, 'msec', 100],
        ['cycles', 4567890123, '', 99],
        ['instructions', 98, '', 98],
      ],
    ],
    [
      'broken within a comment',
      '>  1.000838672,4380820799,,instructions,4003738270,97.00,1.48,insn\nper cycle\n' +
        '>  1.000838672,809865653,,branches,4003760616,96.00,202.287,M/sec\n',
      [
        ['instructions', 4380820799, '', 97],
        ['branches', 809865653, '', 96],
      ],
    ],
    [
      'a judgement after the metric',
      '12,,slots,1000,90.00,31.1,%  tma_backend_bound,bad\n,,,,,51.0,%  tma_frontend_bound,less good\n',
      [['slots', 12, '', 90]],
    ],
    [
      'in comments',
      '# 96;;cycles:pp;19.83%;29441741;61.72;;;;\n' +
        '# 22;;branch-misses;16.12%;34627450;68.50;0.45;of all branches\n',
      [
        ['cycles:pp', 96, '', 61.72],
        ['branch-misses', 22, '', 68.5],
      ],
    ],
    [
      'string constants',
      'const csv = "12,,cycles,1000,91.00,3.7,GHz\\n" +\n' +
        '  "13,,instructions,1000,92.00,1.2,insn per cycle\\n";\n',
      [
        ['cycles', 12, '', 91],
        ['instructions', 13, '', 92],
      ],
    ],
  ])('%s', (_, text, expected) => {
    const {tables, warnings} = importText(text, 'x');
    expect(
      tables.map((one) => one.rows.map((row) => [row.event, row.value, row.unit, row.running])),
    ).toEqual([expected]);
    expect(warnings).toEqual([]);
  });
});

describe('JSON of other forms', () => {
  test('words before and after objects', () => {
    const text =
      'The output: {"counter-value" : "88.4", "unit" : "Joules", "event" : ' +
      '"power/energy-pkg/", "pcnt-running" : 100.00} and {"counter-value" : "7", "event" : ' +
      '"cs"} so.\n';
    expect(table(text).rows.map((row) => [row.event, row.value, row.unit])).toEqual([
      ['power/energy-pkg/', 88.4, 'Joules'],
      ['cs', 7, ''],
    ]);
  });
  test('--metric-only, by core', () => {
    const text =
      '{"core" : "S0-D0-C0", "aggregate-number" : 2, "GHz" : "2.5", "%  tma_retiring" : ' +
      '"10.5"}\n{"metric-value" : "13.7", "metric-unit" : "%  tma_bad_speculation"}\n';
    expect(
      table(text).rows.map((row) => [row.event, row.value, row.metric, row.aggregate ?? null]),
    ).toEqual([
      ['GHz', 2.5, 2.5, 'S0-D0-C0 2'],
      ['tma_retiring', 10.5, 10.5, 'S0-D0-C0 2'],
      ['tma_bad_speculation', 13.7, 13.7, null],
    ]);
  });
});
