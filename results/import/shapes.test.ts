// Shapes of outputs one by one: places, units, remarks, names and separators that no single sample
// shows together.
import {describe, expect, test} from 'vitest';
import {importText} from './index.ts';

const header = " Performance counter stats for 'system wide':\n\n";
const table = (text: string) => importText(text, 'x').tables[0];
const unread = (text: string): number => importText(text, 'x').warnings.length;

/** text below a header, and the rows as [event, value, unit, aggregate or time]. */
const rows: readonly (readonly [string, string, readonly (readonly unknown[])[]])[] = [
  [
    'energy',
    '         2.05 Joules power/energy-pkg/         #    0.000 K/sec\n' +
      '         0.44 Joules power/energy-cores/\n',
    [
      ['power/energy-pkg/', 2.05, 'Joules', null],
      ['power/energy-cores/', 0.44, 'Joules', null],
    ],
  ],
  [
    'memory bandwidth',
    '          1,234.50 MiB  uncore_imc/data_reads/\n',
    [['uncore_imc/data_reads/', 1234.5, 'MiB', null]],
  ],
  [
    'clusters',
    'S56-D0-CLS158    4      1,321,521,570      LLC-load\n' +
      'S56-D0-CLS594    4        794,211,453      LLC-load\n',
    [
      ['LLC-load', 1321521570, '', 'S56-D0-CLS158 4'],
      ['LLC-load', 794211453, '', 'S56-D0-CLS594 4'],
    ],
  ],
  [
    'caches',
    'S0-D0-L3-ID0             16         17,145,912      cycles\n',
    [['cycles', 17145912, '', 'S0-D0-L3-ID0 16']],
  ],
  [
    'cores',
    'S0-D0-C0              1               3.73 Joules power/energy-pkg/\n' +
      'S0-D0-C1              0      <not counted> Joules power/energy-pkg/\n',
    [
      ['power/energy-pkg/', 3.73, 'Joules', 'S0-D0-C0 1'],
      ['power/energy-pkg/', null, 'Joules', 'S0-D0-C1 0'],
    ],
  ],
  [
    'threads',
    '            perf-24165              1,234      cycles\n' +
      '        writer-0-35155          5,678      cycles\n',
    [
      ['cycles', 1234, '', 'perf-24165'],
      ['cycles', 5678, '', 'writer-0-35155'],
    ],
  ],
  [
    'control groups',
    '         1,234      cycles                    /system.slice/x.service\n' +
      '         9,999      cycles                    / # 1.5 GHz\n',
    [
      ['cycles', 1234, '', '/system.slice/x.service'],
      ['cycles', 9999, '', '/'],
    ],
  ],
  [
    'intervals',
    '     1.001071607              4,631      sched:sched_switch        \n' +
      '^C     3.944095456              5,553      sched:sched_switch        \n',
    [
      ['sched:sched_switch', 4631, '', 1.001071607],
      ['sched:sched_switch', 5553, '', 3.944095456],
    ],
  ],
  [
    'remarks',
    '      1,234      cycles   // fast\n      2,345      instructions  <- look\n      12      cs (few)\n',
    [
      ['cycles', 1234, '', null],
      ['instructions', 2345, '', null],
      ['cs', 12, '', null],
    ],
  ],
  [
    'metrics of PMU files',
    '      47,388      imx8_ddr.read_cycles      #    740.4 MB  imx8qm_ddr_read.all\n',
    [['imx8_ddr.read_cycles', 47388, '', null]],
  ],
  [
    'names',
    '      1      hv_24x7/pm_pb_cyc,chip=0/ #      2.0 GHz  PowerBUS_Frequency_0\n' +
      '      2      r01c4\n      3      cpu/event=0xc8,umask=0/u\n' +
      '      4      mem:0x1234/4:rw\n',
    [
      ['hv_24x7/pm_pb_cyc,chip=0/', 1, '', null],
      ['r01c4', 2, '', null],
      ['cpu/event=0xc8,umask=0/u', 3, '', null],
      ['mem:0x1234/4:rw', 4, '', null],
    ],
  ],
  [
    'software pmu',
    '      1.50 msec cpu-clock [software]     #    1.000 CPUs utilized\n',
    [['cpu-clock', 1.5, 'msec', null]],
  ],
  [
    'blank thousands',
    '     1 234 567      cycles                    #    2,100 GHz                      (50,00%)\n',
    [['cycles', 1234567, '', null]],
  ],
  [
    'blank thousands before a single blank',
    '          26,554473 task-clock (msec)       #    0,965 CPUs utilized\n' +
      '         121 540 390 instructions            #    1,57  insns per cycle\n' +
      '        1 234,50 msec cpu-clock\n',
    [
      ['task-clock', 26.554473, 'msec', null],
      ['instructions', 121540390, '', null],
      ['cpu-clock', 1234.5, 'msec', null],
    ],
  ],
  [
    'Swiss marks',
    '      1\u2019775\u2019489\u2019519      branch-instructions       # 2032.456 ' +
      'M/sec                    (74.45%)\n',
    [['branch-instructions', 1775489519, '', null]],
  ],
  [
    'a PMU behind the name',
    '            118,542      BR_INST_RETIRED.ALL_BRANCHES [cpu_atom] # \n5.28 IpBranch\n' +
      '          8,463,993      INST_RETIRED.ANY [cpu_core]\n',
    [
      ['cpu_atom/BR_INST_RETIRED.ALL_BRANCHES/', 118542, '', null],
      ['cpu_core/INST_RETIRED.ANY/', 8463993, '', null],
    ],
  ],
  [
    'perf before 3.0',
    '        9,281,660 branch-misses            #      3.858 %     (scaled from 33.50%)\n' +
      '          5,680,112  branch-misses            #      7.079 %     \n' +
      '       956.474238 task-clock-msecs         #      0.999 CPUs\n',
    [
      ['branch-misses', 9281660, '', null],
      ['branch-misses', 5680112, '', null],
      ['task-clock', 956.474238, 'msec', null],
    ],
  ],
  [
    'ten thousands',
    '       1,0622,7381      instructions              #    2.42  insn per cycle           ' +
      '( +-  0.01% )\n' +
      '            1,0251      cache-misses              #   42.717 % of all cache refs      ' +
      '( +-  6.37% )\n',
    [
      ['instructions', 106227381, '', null],
      ['cache-misses', 10251, '', null],
    ],
  ],
  [
    "Arm's metrics",
    '                        TopdownL1                        #     12.3 percent of slots  ' +
      'retiring\n' +
      '                                                         #      1.8 percent of slots  ' +
      'frontend_bound\n',
    [
      ['TopdownL1', null, '', null],
      ['TopdownL1', null, '', null],
    ],
  ],
  [
    'control groups by name',
    '         1,234      cycles                    foo #    7.517 GHz                      ' +
      '(100.00%)\n         2,345      cycles                    foo/bar # 2.5 GHz\n' +
      '         3,456      cycles                    my.slice\n',
    [
      ['cycles', 1234, '', 'foo'],
      ['cycles', 2345, '', 'foo/bar'],
      ['cycles', 3456, '', 'my.slice'],
    ],
  ],
  [
    'threads with blanks',
    '         Web Content-2211             12.50 msec task-clock                #    0.012 ' +
      'CPUs utilized\n       Isolated Web -2212        12,345,678      cycles\n',
    [
      ['task-clock', 12.5, 'msec', 'Web Content-2211'],
      ['cycles', 12345678, '', 'Isolated Web -2212'],
    ],
  ],
  [
    'default metrics of a PMU',
    '                        (software)                       #    824.4 cs/sec  ' +
      'cs_per_second\n' +
      '                                                         #      0.2 GHz  ' +
      'cycles_frequency       (74.92%)\n',
    [
      ['(software)', null, '', null],
      ['(software)', null, '', null],
    ],
  ],
  [
    'topdown metrics below another event',
    '           128,358      branch-misses                    #    2.56% of all branches\n' +
      '   #     24.4 %  tma_retiring           \n' +
      '                                                    #      5.9 %  ' +
      'tma_bad_speculation    (60.19%)\n',
    [
      ['branch-misses', 128358, '', null],
      ['tma_retiring', null, '', null],
      ['tma_bad_speculation', null, '', null],
    ],
  ],
  [
    'line numbers of a page of code',
    '  22 \u2502     4,567,890,123      cycles                    #    3.700 GHz\n',
    [['cycles', 4567890123, '', null]],
  ],
  [
    'entities by number',
    '     4,567,890,123      cycles                    #    3.700 M&#47;sec\n',
    [['cycles', 4567890123, '', null]],
  ],
  [
    'an unknown unit',
    '             8215 M    i915/actual-frequency/\n',
    [['i915/actual-frequency/', 8215, 'M', null]],
  ],
  [
    'remarks of other signs',
    '     4,197,830,552      cycles                    \u2190 total\n' +
      '             9,914      page-faults               !!!\n',
    [
      ['cycles', 4197830552, '', null],
      ['page-faults', 9914, '', null],
    ],
  ],
  [
    'raw events of 16 digits in a mail broken anew',
    '               4896      r8000000000000005\n' +
      '                             (53.34%) 0      r8000000000000007\n' +
      '                                                 (61.20%)\n',
    [
      ['r8000000000000005', 4896, '', null],
      ['r8000000000000007', 0, '', null],
    ],
  ],
  [
    'apostrophes',
    "     1'234'567      cycles                    #    2.100 GHz\n",
    [['cycles', 1234567, '', null]],
  ],
  [
    'three digits of msec',
    '  1,234 msec task-clock\n  2,345      cycles\n',
    [
      ['task-clock', 1234, 'msec', null],
      ['cycles', 2345, '', null],
    ],
  ],
  [
    'blanks of two kinds',
    'S0\u00a04\u00a0818,275\u00a0cycles # 1 GHz\n',
    [['cycles', 818275, '', 'S0 4']],
  ],
  [
    'a long name on its own line',
    '                  6\nspacemit_ioats_hpm_00/s_walk,config1=0x20c0011000000000/\n',
    [['spacemit_ioats_hpm_00/s_walk,config1=0x20c0011000000000/', 6, '', null]],
  ],
  [
    'a decimal comma alone',
    '          12,50 msec task-clock                #    0,987 CPUs utilized\n          1234      cs\n',
    [
      ['task-clock', 12.5, 'msec', null],
      ['cs', 1234, '', null],
    ],
  ],
];

describe('rows', () => {
  test.each(rows)('%s', (_name, text, expected) => {
    expect(
      table(header + text).rows.map((row) => [
        row.event,
        row.value,
        row.unit,
        row.aggregate ?? row.time ?? null,
      ]),
    ).toEqual(expected);
    expect(unread(header + text)).toBe(0);
  });
});

describe('what is no row', () => {
  test.each([
    'It takes 2 cycles per packet, 3 branches and about 12 cache-misses a second.',
    'The count rose to 12 cycles',
    '1. cycles\n2. instructions\n',
    'see [1] https://example.org/1234/cycles\n',
    '@@ -486,12 +525,14 @@ static void emit(void)\n',
    'a 50/50 mix (83.40%) of 1,000 loads-per-second',
  ])('%s', (text) => expect(importText(text, 'x').tables).toEqual([]));
});

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
      'a judgement behind the metric',
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
  test('words before and behind objects', () => {
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

describe('names of tables', () => {
  const output =
    ` Performance counter stats for './a':\n\n  1,000      cycles\n\n` +
    '  1.5 seconds time elapsed\n\n';
  test.each<readonly [string, string, readonly (string | null)[]]>([
    [
      'a heading ends the one above',
      `With off\n--------\n\n${output}With auto\n---------\n\nThis includes the setup.\n\n${output}`,
      ['With off', 'With auto'],
    ],
    [
      'a heading holds for all below it',
      `Before:\n\n${output}${output}After:\n\n${output}`,
      ['Before', 'Before', 'After'],
    ],
    [
      'a remark in brackets for one',
      `(with this patch)\n${output}${output}`,
      ['(with this patch)', null],
    ],
    [
      'perf called by a path',
      `Before:\n\n# ./perf stat ./a\n\n${output}After:\n\n# ./perf stat ./a\n\n${output}`,
      ['Before', 'After'],
    ],
    [
      'the program prints between the command and its table',
      `$ perf stat ./a\nSum = 12\n\n${output}`,
      ['perf stat ./a'],
    ],
    ['output is no name', `$ sudo perf stat -a ./a\n\nOutput:\n\n${output}`, ['perf stat -a ./a']],
    ['versions', `3.19:\n\n${output}v6.1:\n\n${output}`, ['3.19', 'v6.1']],
    [
      'what -v prints',
      `Without:\nsys_perf_event_open: pid -1  cpu 1\ncycles: 1000 10 10\nhello\n${output}`,
      ['Without'],
    ],
  ])('%s', (_, text, expected) =>
    expect(importText(text, 'x').tables.map((one) => one.label)).toEqual(expected),
  );
  test('a table is of the command of its header, whatever prose says of perf stat', () => {
    expect(
      importText(
        '# [ a perf stat --null --repeat 10 test of builds ]\n\n!NUMA:\n' +
          '45.29 seconds time elapsed   ( +-  0.40% )\n',
        'x',
      ).tables[0].command,
    ).toBe(null);
  });
});

describe('where a table begins and ends', () => {
  const block = (...events: readonly string[]): string =>
    events.map((event, i) => `   ${i + 1},234,567      ${event}\n`).join('');
  test.each<readonly [string, string, readonly (readonly [string | null, number])[]]>([
    [
      'headings',
      `### A\n${block('cycles', 'instructions')}\n### B\n${block('page-faults')}`,
      [
        ['A', 2],
        ['B', 1],
      ],
    ],
    [
      'fences',
      `\`\`\`\n${block('cycles', 'instructions')}\`\`\`\nand\n\`\`\`\n${block('page-faults')}\`\`\`\n`,
      [
        [null, 2],
        ['and', 1],
      ],
    ],
    [
      'commands',
      `$ perf stat ./a\n${block('cycles')}$ perf stat ./b\n${block('page-faults')}`,
      [
        ['perf stat ./a', 1],
        ['perf stat ./b', 1],
      ],
    ],
    [
      'signs of a diff within a text',
      'size:\n    - 1,079,711,798      cycles     #   2.1 GHz\n' +
        '    + 1,011,711,798      cycles     #   2.2 GHz\n',
      [
        ['before', 1],
        ['after', 1],
      ],
    ],
    [
      'bullets',
      'size:\n- 1,079,711,798      cycles     #   2.1 GHz\n' +
        '- 2,011,711,798      instructions     #   2.2 insn per cycle\n',
      [['size', 2]],
    ],
    [
      'CPUs with other words between',
      'CPU0  12,345,678  cycles\nhello 12\nCPU1  12,345,679  cycles\n',
      [[null, 2]],
    ],
  ])('%s', (_, text, expected) =>
    expect(importText(text, 'x').tables.map((one) => [one.label, one.rows.length])).toEqual(
      expected,
    ),
  );
  test.each(['"make"', '\u2019make\u2019', '`make`', 'make'])(
    'a command in other quotes: %s',
    (command) => {
      const text =
        ` Performance counter stats for ${command}:\n\n${block('cycles')}\n` +
        `  1.2 seconds time elapsed\n\n{'cycles': 12}\n`;
      expect(
        importText(text, 'x').tables.map((one) => [
          one.command,
          one.rows.length,
          one.elapsed?.seconds,
        ]),
      ).toEqual([['make', 1, 1.2]]);
    },
  );
  test('times of a sentence are not those of the table', () => {
    const text =
      `${header}${block('cycles')}Took 0.045 seconds user\n\n  1.5 seconds time elapsed\n\n` +
      '  1.0 seconds user\n\nOn the other box:\n\n0.045 seconds sys\n';
    expect(
      importText(text, 'x').tables.map((one) => [one.elapsed?.seconds, one.user, one.sys]),
    ).toEqual([[1.5, 1, undefined]]);
  });
});

describe('elapsed behind a name on its own line', () => {
  test('each becomes a table', () => {
    const {tables} = importText(
      'numa01:\n\tbase:   146.88 +- 6.54 seconds time elapsed  ( +-  4.45% )\n' +
        '\tpatched: 147.45 +- 13.39 seconds time elapsed  ( +-  9.08% )\n',
      'x',
    );
    expect(tables.map((one) => [one.label, one.elapsed])).toEqual([
      ['base', {seconds: 146.88, sem: 4.45, semSeconds: 6.54}],
      ['patched', {seconds: 147.45, sem: 9.08, semSeconds: 13.39}],
    ]);
  });
});

describe('foreign benchmarks', () => {
  test('Go: lines of one name are runs', () => {
    const {tables} = importText(
      'goos: linux\nBenchmarkX-8   \t 1000\t 100.0 ns/op\t 16 B/op\n' +
        'BenchmarkX-8   \t 1000\t 300.0 ns/op\t 16 B/op\nPASS\n',
      'x',
    );
    expect(
      tables.map((one) => [
        one.command,
        one.runs,
        one.rows.map((row) => [row.event, row.value, row.unit, row.sem]),
      ]),
    ).toEqual([
      [
        'BenchmarkX-8',
        2,
        [
          ['time', 200, 'ns', 50],
          ['B/op', 16, '', 0],
        ],
      ],
    ]);
    expect(tables[0].samples[0].values).toEqual([100, 300]);
  });
  test.each([
    [
      'broken over lines',
      'BenchmarkX-8               22894290\n   53.1 ns/op\n       0 B/op              2 allocs/op\n',
    ],
    [
      'with line breaks lost',
      'goos: linux pkg: a/b BenchmarkX-8 22894290 53.1 ns/op 0 B/op 2 allocs/op PASS ok a/b 1.2s\n',
    ],
    ['in a comment', '// BenchmarkX-8  22894290  53.1 ns/op  0 B/op  2 allocs/op\n'],
  ])('Go: %s', (_, text) =>
    expect(table(text).rows.map((row) => [row.event, row.value])).toEqual([
      ['time', 53.1],
      ['B/op', 0],
      ['allocs/op', 2],
    ]),
  );
  test('Google: of medians alone the table says so', () => {
    const {tables} = importText(
      JSON.stringify({
        benchmarks: [
          {
            name: 'BM_a_median',
            run_name: 'BM_a',
            run_type: 'aggregate',
            aggregate_name: 'median',
            repetitions: 5,
            iterations: 5,
            real_time: 99,
            cpu_time: 89,
            time_unit: 'ns',
          },
        ],
      }),
      'x',
    );
    expect(
      tables.map((one) => [one.rows[0].value, one.rows[0].sem, one.warnings.map(({code}) => code)]),
    ).toEqual([[99, null, ['median']]]);
  });
  test.each([
    ['in a fence', '```json\n', '\n```\n'],
    ['behind words', 'My results:\n', ''],
    ['with a byte order mark', '\ufeff', ''],
  ])('hyperfine %s', (_, before, after) => {
    const text = JSON.stringify({
      results: [{command: 'sleep 0.1', mean: 0.104, stddev: 0.002, times: [0.102, 0.106]}],
    });
    expect(
      importText(before + text + after, 'x').tables.map((one) => [
        one.command,
        one.runs,
        one.elapsed?.seconds,
      ]),
    ).toEqual([['sleep 0.1', 2, 0.104]]);
  });
  test('hyperfine 2: the wall clock is the elapsed time', () => {
    const run = (seconds: number) => ({
      time_wall_clock: {value: seconds, unit: 'second'},
      time_user: {value: seconds / 2, unit: 'second'},
      exit_code: 0,
    });
    const [one] = importText(
      JSON.stringify({
        schema_version: 2,
        results: [{command: 'a', measurements: [run(1), run(3)]}],
      }),
      'x',
    ).tables;
    expect([
      one.elapsed,
      one.rows.map((row) => [row.event, row.value, row.unit]),
      one.samples[0].values,
    ]).toEqual([{seconds: 2, sem: 50}, [['time_user', 1, 'sec']], [1, 3]]);
  });
  test('Go: one name in two packages is two benchmarks', () => {
    const {tables} = importText(
      'pkg: a/b\nBenchmarkX-8 10 100 ns/op\npkg: a/c\nBenchmarkX-8 10 300 ns/op\n',
      'x',
    );
    expect(tables.map((one) => [one.command, one.rows[0].value])).toEqual([
      ['BenchmarkX-8', 100],
      ['BenchmarkX-8', 300],
    ]);
  });
  test('Google: counters that are no numbers do not lose the rest', () => {
    const {tables} = importText(
      '{"benchmarks": [{"name": "BM_a", "run_name": "BM_a", "run_type": "iteration", ' +
        '"iterations": 10, "real_time": 1.5, "cpu_time": 1, "time_unit": "us", "ratio": ' +
        'NaN}]}',
      'x',
    );
    expect(tables[0].rows[0].value).toBe(1.5);
  });
  test('Google: repetitions are runs, aggregates are left', () => {
    const run = (real: number, index: number) => ({
      name: 'BM_a',
      run_name: 'BM_a',
      run_type: 'iteration',
      repetitions: 2,
      repetition_index: index,
      iterations: 10,
      real_time: real,
      cpu_time: real,
      time_unit: 'us',
    });
    const text = JSON.stringify({
      context: {},
      benchmarks: [
        run(1, 0),
        run(3, 1),
        {...run(2, 0), run_type: 'aggregate', aggregate_name: 'mean'},
      ],
    });
    expect(
      importText(text, 'x').tables.map((one) => [
        one.command,
        one.runs,
        one.rows[0].event,
        one.rows[0].value,
        one.rows[0].unit,
      ]),
    ).toEqual([['BM_a', 2, 'real_time', 2, 'us']]);
  });
});

describe('-v runs', () => {
  const runs = (values: readonly number[]): string =>
    values
      .map((value, k) => `[ perf stat: executing run #${k + 1} ... ]\ncycles: ${value} 10 10\n`)
      .join('');
  const output = (values: readonly number[], printed: number): string =>
    `${runs(values)}\n Performance counter stats for 'x' (${values.length} runs):\n\n` +
    `   ${printed}      cycles   ( +- 10.00% )\n\n` +
    '   1.0 +- 0.1 seconds time elapsed  ( +- 10.00% )\n\n';
  test('each output gets its own', () => {
    const {tables} = importText(output([100, 90], 95) + output([300, 200, 250], 250), 'x');
    expect(tables.map((one) => one.samples.map((series) => series.values))).toEqual([
      [[100, 90]],
      [[300, 200, 250]],
    ]);
    expect(tables.flatMap((one) => one.warnings)).toEqual([]);
  });
  test('runs whose table is lost are a table of their own', () => {
    const {tables} = importText(runs([100, 90]), 'x');
    expect(tables.map((one) => [one.runs, one.rows, one.samples[0].values])).toEqual([
      [2, [], [100, 90]],
    ]);
  });
});

describe.each([
  ['quoted', '> > '],
  ['behind a tab', '\t'],
  ['behind blanks', '      '],
  ['in a comment', '// '],
])('-v runs %s', (_, mark) => {
  const output =
    '[ perf stat: executing run #1 ... ]\ncycles:u: 399150620 3866604490 3866604490\n' +
    '[ perf stat: executing run #2 ... ]\ncycles:u: 795910540 7700776638 7700776638\n\n' +
    " Performance counter stats for 'x' (2 runs):\n\n" +
    '   795,910,540      cycles:u   ( +- 19.18% )\n\n';
  test('are taken apart', () => {
    const {tables} = importText(output.replace(/^(?=.)/gm, mark), 'x');
    expect(tables.map((one) => [one.samples, one.warnings.map(({code}) => code)])).toEqual([
      [
        [{event: 'cycles:u', unit: '', values: [399150620, 396759920]}],
        ['repeat-prints-sum', 'user-only'],
      ],
    ]);
  });
  test('and with line breaks lost', () =>
    expect(
      importText(output.replace(/\s+/g, ' '), 'x').tables.map((one) => one.samples[0]?.values),
    ).toEqual([[399150620, 396759920]]));
});

describe('nothing is dropped without a word', () => {
  test.each([
    [
      'names with blanks, before 2.6.38',
      '       1255.538611  task clock ticks     #      10.143 CPU utilization factor\n',
    ],
    [
      'marks of a script we do not know',
      '      1\u066c775\u066c489\u066c519      branches       # 2032.456 M/sec\n',
    ],
    ['a row of -x behind words', 'run 3   6720143357,,cpu_atom/instructions/,16548968,2.00,,\n'],
    ['a name before its count', '| cycles | 545,730,573,769 |\n'],
    [
      'clocks of perf before 2.6.31',
      '       10.163691  cpu clock ticks (msecs)  (scaled from 98.94%)\n',
    ],
    ['a row within a sentence', 'The line "12,345 cycles # 0.5 GHz" is what counts.\n'],
  ])('%s', (_, text) =>
    expect(importText(text, 'x')).toMatchObject({tables: [], warnings: [{code: 'not-understood'}]}),
  );
  test.each([
    [
      'between rows',
      `${header}  1,000      cycles\n  91,393  cycle  fixed  e\n  2,000      instructions\n`,
      [4],
    ],
    [
      'right below a row',
      `${header}  1,000      cycles\n  0.8 IPC of all\n\nProse with 12 words.\n`,
      [4],
    ],
  ])('%s', (_, text, lines) =>
    expect(importText(text, 'x').warnings.map((warning) => warning.data?.['line'])).toEqual(lines),
  );
  test('a remark does not end a group of metrics, nor the comments of a row', () => {
    const text =
      `${header}  1,000      instructions            #    0.68  insn per cycle         <=== ` +
      'bad\n' +
      '                                     #    0.18  stalled cycles per insn  ( +-  1.00% ' +
      ')\n             TopdownL1 (cpu_core)    #     67.5 %  tma_backend_bound  <-- here\n' +
      '                                     #      0.4 %  tma_bad_speculation\n';
    const {tables, warnings} = importText(text, 'x');
    expect(
      tables[0].rows.map((row) => [
        row.event,
        row.value,
        row.metric,
        row.metrics?.length ?? 1,
        row.sem,
      ]),
    ).toEqual([
      ['instructions', 1000, 0.68, 2, 1],
      ['TopdownL1 (cpu_core)', null, 67.5, 1, null],
      ['TopdownL1 (cpu_core)', null, 0.4, 1, null],
    ]);
    expect(warnings).toEqual([]);
  });
  test("columns of other numbers are nobody's counts", () =>
    expect(importText('loss accuracy\n 0.251 0.998\n', 'x').warnings).toEqual([]));
  test('blank thousands with line breaks lost are whole or nothing', () => {
    const text = (
      `${header}  77 375 671 cycles                  #    2,914 GHz\n` +
      '     <not supported> stalled-cycles-backend\n' +
      '  121 540 390 instructions            #    1,57  insns per cycle\n'
    ).replace(/\s+/g, ' ');
    expect(table(text).rows.map((row) => [row.event, row.value])).toEqual([
      ['cycles', 77375671],
      ['stalled-cycles-backend', null],
      ['instructions', 121540390],
    ]);
    expect(
      importText('it took 375 671 cycles  # 2,914 GHz', 'x').tables.flatMap((one) =>
        one.rows.map((row) => row.value),
      ),
    ).toEqual([375671]);
  });
  test('what the program prints does not cut intervals', () => {
    const line = (time: string, cycles: number): string =>
      `     ${time}     ${cycles}      cycles\n`;
    const csv = (time: string, cycles: number): string =>
      `${time},${cycles},,cycles,1000,100.00,,\n`;
    for (const text of [
      line('1.000123456', 123456) + 'tps: 12.5\n12 foo_bar\n' + line('2.000123456', 123457),
      csv('1.000123456', 123456) + 'tps: 12.5\n' + csv('2.000123456', 123457),
    ]) {
      expect(importText(text, 'x').tables.map((one) => one.rows.map((row) => row.value))).toEqual([
        [123456, 123457],
      ]);
    }
  });
  test('intervals behind a table are a table of their own', () => {
    const text =
      '          1,619,057      instructions\n' +
      '    <not supported> MiB  uncore_imc/cas_count_read/\n\n' +
      '$ perf stat -a -I 1000 -e uncore_imc/data_reads/\n' +
      '     1.000327813           1,024.03 MiB  uncore_imc/data_reads/\n';
    expect(importText(text, 'x').tables.map((one) => one.rows.length)).toEqual([2, 1]);
  });
});

describe('large', () => {
  test('a table of 200,000 rows: more than a call takes as arguments', () => {
    const one = table(
      `${header}${'   1,234      cycles      ( +-  1.00% )  (30.00%)\n'.repeat(200_000)}`,
    );
    expect(one.rows.length).toBe(200_000);
    expect(one.warnings.map(({code, data}) => [code, data?.['least']])).toEqual([
      ['multiplexed', 30],
    ]);
  });
  test('comments without end take no longer than their number', () => {
    expect(
      table(`${header}   1,234      cycles\n${'  # 1.0 %  miss_rate\n'.repeat(100_000)}`).rows[0]
        .metrics?.length,
    ).toBe(100_000);
    const lines = `1234,,cycles,1000,100.00,,\n${',,,,,,1.00,of all branches\n'.repeat(100_000)}`;
    expect(
      table(lines).rows.reduce(
        (sum, row) => sum + (row.metrics?.length ?? (row.metric === null ? 0 : 1)),
        0,
      ),
    ).toBe(100_000);
  });
  test('quote marks in a line of three million characters are blanked as in a short one', () => {
    const line =
      `${header.replaceAll('\n', ' ')} > > 1,234      cycles      ( +-  1.00% ) > > ` +
      `${'> '.repeat(1_500_000)} > 5,678      instructions   ( +-  2.00% )`;
    expect(table(line).rows.map((row) => [row.event, row.value])).toEqual([
      ['cycles', 1234],
      ['instructions', 5678],
    ]);
  });
});
