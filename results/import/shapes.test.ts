// Shapes of rows one by one: places, units and remarks that no single sample shows together.
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
    'a PMU after the name',
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
