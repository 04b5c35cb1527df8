// Shapes of outputs one by one: places, units, remarks, names and separators that no single sample shows together.
import {describe, expect, test} from 'vitest';
import {importText} from './index.ts';

const header = " Performance counter stats for 'system wide':\n\n";
const table = (text: string) => importText(text, 'x').tables[0];
const unread = (text: string): number => importText(text, 'x').warnings.length;

/** text below a header, and the rows as [event, value, unit, aggregate or time]. */
const rows: readonly (readonly [string, string, readonly (readonly unknown[])[]])[] = [
  ['energy', '         2.05 Joules power/energy-pkg/         #    0.000 K/sec\n         0.44 Joules power/energy-cores/\n', [['power/energy-pkg/', 2.05, 'Joules', null], ['power/energy-cores/', 0.44, 'Joules', null]]],
  ['memory bandwidth', '          1,234.50 MiB  uncore_imc/data_reads/\n', [['uncore_imc/data_reads/', 1234.5, 'MiB', null]]],
  ['clusters', 'S56-D0-CLS158    4      1,321,521,570      LLC-load\nS56-D0-CLS594    4        794,211,453      LLC-load\n', [['LLC-load', 1321521570, '', 'S56-D0-CLS158 4'], ['LLC-load', 794211453, '', 'S56-D0-CLS594 4']]],
  ['caches', 'S0-D0-L3-ID0             16         17,145,912      cycles\n', [['cycles', 17145912, '', 'S0-D0-L3-ID0 16']]],
  ['cores', 'S0-D0-C0              1               3.73 Joules power/energy-pkg/\nS0-D0-C1              0      <not counted> Joules power/energy-pkg/\n', [['power/energy-pkg/', 3.73, 'Joules', 'S0-D0-C0 1'], ['power/energy-pkg/', null, 'Joules', 'S0-D0-C1 0']]],
  ['threads', '            perf-24165              1,234      cycles\n        writer-0-35155          5,678      cycles\n', [['cycles', 1234, '', 'perf-24165'], ['cycles', 5678, '', 'writer-0-35155']]],
  ['control groups', '         1,234      cycles                    /system.slice/x.service\n         9,999      cycles                    / # 1.5 GHz\n', [['cycles', 1234, '', '/system.slice/x.service'], ['cycles', 9999, '', '/']]],
  ['intervals', '     1.001071607              4,631      sched:sched_switch        \n^C     3.944095456              5,553      sched:sched_switch        \n', [['sched:sched_switch', 4631, '', 1.001071607], ['sched:sched_switch', 5553, '', 3.944095456]]],
  ['remarks', '      1,234      cycles   // fast\n      2,345      instructions  <- look\n      12      cs (few)\n', [['cycles', 1234, '', null], ['instructions', 2345, '', null], ['cs', 12, '', null]]],
  ['metrics of PMU files', '      47,388      imx8_ddr.read_cycles      #    740.4 MB  imx8qm_ddr_read.all\n', [['imx8_ddr.read_cycles', 47388, '', null]]],
  ['names', '      1      hv_24x7/pm_pb_cyc,chip=0/ #      2.0 GHz  PowerBUS_Frequency_0\n      2      r01c4\n      3      cpu/event=0xc8,umask=0/u\n      4      mem:0x1234/4:rw\n', [['hv_24x7/pm_pb_cyc,chip=0/', 1, '', null], ['r01c4', 2, '', null], ['cpu/event=0xc8,umask=0/u', 3, '', null], ['mem:0x1234/4:rw', 4, '', null]]],
  ['software pmu', '      1.50 msec cpu-clock [software]     #    1.000 CPUs utilized\n', [['cpu-clock', 1.5, 'msec', null]]],
  ['blank thousands', '     1 234 567      cycles                    #    2,100 GHz                      (50,00%)\n', [['cycles', 1234567, '', null]]],
  ['blank thousands before a single blank', '          26,554473 task-clock (msec)       #    0,965 CPUs utilized\n         121 540 390 instructions            #    1,57  insns per cycle\n        1 234,50 msec cpu-clock\n', [['task-clock', 26.554473, 'msec', null], ['instructions', 121540390, '', null], ['cpu-clock', 1234.5, 'msec', null]]],
  ['Swiss marks', '      1\u2019775\u2019489\u2019519      branch-instructions       # 2032.456 M/sec                    (74.45%)\n', [['branch-instructions', 1775489519, '', null]]],
  ['a PMU behind the name', '            118,542      BR_INST_RETIRED.ALL_BRANCHES [cpu_atom] # \n5.28 IpBranch\n          8,463,993      INST_RETIRED.ANY [cpu_core]\n', [['cpu_atom/BR_INST_RETIRED.ALL_BRANCHES/', 118542, '', null], ['cpu_core/INST_RETIRED.ANY/', 8463993, '', null]]],
  ['perf before 3.0', '        9,281,660 branch-misses            #      3.858 %     (scaled from 33.50%)\n          5,680,112  branch-misses            #      7.079 %     \n       956.474238 task-clock-msecs         #      0.999 CPUs\n', [['branch-misses', 9281660, '', null], ['branch-misses', 5680112, '', null], ['task-clock', 956.474238, 'msec', null]]],
  ['ten thousands', '       1,0622,7381      instructions              #    2.42  insn per cycle           ( +-  0.01% )\n            1,0251      cache-misses              #   42.717 % of all cache refs      ( +-  6.37% )\n', [['instructions', 106227381, '', null], ['cache-misses', 10251, '', null]]],
  ["Arm's metrics", '                        TopdownL1                        #     12.3 percent of slots  retiring\n                                                         #      1.8 percent of slots  frontend_bound\n', [['TopdownL1', null, '', null], ['TopdownL1', null, '', null]]],
  ['apostrophes', "     1'234'567      cycles                    #    2.100 GHz\n", [['cycles', 1234567, '', null]]],
  ['a decimal comma alone', '          12,50 msec task-clock                #    0,987 CPUs utilized\n          1234      cs\n', [['task-clock', 12.5, 'msec', null], ['cs', 1234, '', null]]],
];

describe('rows', () => {
  test.each(rows)('%s', (_name, text, expected) => {
    expect(table(header + text).rows.map((row) => [row.event, row.value, row.unit, row.aggregate ?? row.time ?? null])).toEqual(expected);
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
  const lines = ['1.50,msec,task-clock,1500000,100.00,0.9,CPUs utilized', '1234,,cycles,1500000,50.00,2.1,GHz', '<not supported>,,LLC-loads,0,100.00,,'];
  test.each([',', ';', '\t', '|', ':', "'", '@', '::', '~', '!'])('%s', (separator) => {
    const text = lines.map((line) => line.replaceAll(',', separator)).join('\n');
    expect(table(text).rows.map((row) => [row.event, row.value, row.running, row.status])).toEqual([['task-clock', 1.5, 100, 'ok'], ['cycles', 1234, 50, 'ok'], ['LLC-loads', null, 100, 'not-supported']]);
  });
  test('blanks are refused, line by line', () => {
    const {tables, warnings} = importText(lines.map((line) => line.replaceAll(',', ' ')).join('\n'), 'x');
    expect([tables.length, warnings.map((warning) => warning.data?.['line'])]).toEqual([0, [1, 2, 3]]);
  });
  test('control groups', () => {
    expect(table('12,,cycles,/system.slice,1500000,100.00,,\n').rows[0]).toMatchObject({event: 'cycles', value: 12, running: 100, aggregate: '/system.slice'});
  });
  test('commas within names', () => {
    expect(table('12,,cpu/event=0xc8,umask=0/,1500000,100.00,,\n').rows[0].event).toBe('cpu/event=0xc8,umask=0/');
  });
});

describe('elapsed behind a name on its own line', () => {
  test('each becomes a table', () => {
    const {tables} = importText('numa01:\n\tbase:   146.88 +- 6.54 seconds time elapsed  ( +-  4.45% )\n\tpatched: 147.45 +- 13.39 seconds time elapsed  ( +-  9.08% )\n', 'x');
    expect(tables.map((one) => [one.label, one.elapsed])).toEqual([['base', {seconds: 146.88, sem: 4.45, semSeconds: 6.54}], ['patched', {seconds: 147.45, sem: 9.08, semSeconds: 13.39}]]);
  });
});

describe('foreign benchmarks', () => {
  test('Go: lines of one name are runs', () => {
    const {tables} = importText('goos: linux\nBenchmarkX-8   \t 1000\t 100.0 ns/op\t 16 B/op\nBenchmarkX-8   \t 1000\t 300.0 ns/op\t 16 B/op\nPASS\n', 'x');
    expect(tables.map((one) => [one.command, one.runs, one.rows.map((row) => [row.event, row.value, row.unit, row.sem])])).toEqual([['BenchmarkX-8', 2, [['time', 200, 'ns', 50], ['B/op', 16, '', 0]]]]);
    expect(tables[0].samples[0].values).toEqual([100, 300]);
  });
  test('Go: one name in two packages is two benchmarks', () => {
    const {tables} = importText('pkg: a/b\nBenchmarkX-8 10 100 ns/op\npkg: a/c\nBenchmarkX-8 10 300 ns/op\n', 'x');
    expect(tables.map((one) => [one.command, one.rows[0].value])).toEqual([['BenchmarkX-8', 100], ['BenchmarkX-8', 300]]);
  });
  test('Google: counters that are no numbers do not lose the rest', () => {
    const {tables} = importText('{"benchmarks": [{"name": "BM_a", "run_name": "BM_a", "run_type": "iteration", "iterations": 10, "real_time": 1.5, "cpu_time": 1, "time_unit": "us", "ratio": NaN}]}', 'x');
    expect(tables[0].rows[0].value).toBe(1.5);
  });
  test('Google: repetitions are runs, aggregates are left', () => {
    const run = (real: number, index: number) => ({name: 'BM_a', run_name: 'BM_a', run_type: 'iteration', repetitions: 2, repetition_index: index, iterations: 10, real_time: real, cpu_time: real, time_unit: 'us'});
    const text = JSON.stringify({context: {}, benchmarks: [run(1, 0), run(3, 1), {...run(2, 0), run_type: 'aggregate', aggregate_name: 'mean'}]});
    expect(importText(text, 'x').tables.map((one) => [one.command, one.runs, one.rows[0].event, one.rows[0].value, one.rows[0].unit])).toEqual([['BM_a', 2, 'real_time', 2, 'us']]);
  });
});

describe('-v runs', () => {
  const runs = (values: readonly number[]): string => values.map((value, k) => `[ perf stat: executing run #${k + 1} ... ]\ncycles: ${value} 10 10\n`).join('');
  const output = (values: readonly number[], printed: number): string => `${runs(values)}\n Performance counter stats for 'x' (${values.length} runs):\n\n   ${printed}      cycles   ( +- 10.00% )\n\n   1.0 +- 0.1 seconds time elapsed  ( +- 10.00% )\n\n`;
  test('each output gets its own', () => {
    const {tables} = importText(output([100, 90], 95) + output([300, 200, 250], 250), 'x');
    expect(tables.map((one) => one.samples.map((series) => series.values))).toEqual([[[100, 90]], [[300, 200, 250]]]);
    expect(tables.flatMap((one) => one.warnings)).toEqual([]);
  });
  test('runs whose table is lost are a table of their own', () => {
    const {tables} = importText(runs([100, 90]), 'x');
    expect(tables.map((one) => [one.runs, one.rows, one.samples[0].values])).toEqual([[2, [], [100, 90]]]);
  });
});

describe('nothing is dropped without a word', () => {
  test.each([
    ['names with blanks, before 2.6.38', '       1255.538611  task clock ticks     #      10.143 CPU utilization factor\n'],
    ['rows in a comment without a header', ' *     25,286,227,376      cpu_core/cycles/\n'],
    ['marks of a script we do not know', '      1\u066c775\u066c489\u066c519      branches       # 2032.456 M/sec\n'],
    ['a row of -x behind words', 'run 3   6720143357,,cpu_atom/instructions/,16548968,2.00,,\n'],
    ['-x of two columns', '884,cache-misses\n'],
    ['an unknown unit', '             8215 M    i915/actual-frequency/\n'],
    ['a row of --metric-only', ' %  tma_backend_bound %  tma_retiring\n                36.9            7.2\n'],
  ])('%s', (_, text) => expect(importText(text, 'x')).toMatchObject({tables: [], warnings: [{code: 'not-understood'}]}));
  test('behind a remark a metric is no count', () => {
    const {tables, warnings} = importText(`${header}  1,000      cycles\n             TopdownL1 (cpu_core)    #     67.5 %  tma_backend_bound  <-- here\n                                     #      0.4 %  tma_bad_speculation\n`, 'x');
    expect(tables[0].rows.map((row) => [row.event, row.value])).toEqual([['cycles', 1000], ['TopdownL1 (cpu_core)', null]]);
    expect(warnings.map(({code}) => code)).toEqual(['not-understood']);
  });
  test('columns of other numbers are nobody\'s counts', () => expect(importText('loss accuracy\n 0.251 0.998\n', 'x').warnings).toEqual([]));
  test('blank thousands with line breaks lost are whole or nothing', () => {
    const text = `${header}  77 375 671 cycles                  #    2,914 GHz\n     <not supported> stalled-cycles-backend\n  121 540 390 instructions            #    1,57  insns per cycle\n`.replace(/\s+/g, ' ');
    expect(table(text).rows.map((row) => [row.event, row.value])).toEqual([['cycles', 77375671], ['stalled-cycles-backend', null], ['instructions', 121540390]]);
    expect(importText('it took 375 671 cycles  # 2,914 GHz', 'x').tables.flatMap((one) => one.rows.map((row) => row.value))).toEqual([375671]);
  });
  test('intervals behind a table are a table of their own', () => {
    const text = '          1,619,057      instructions\n    <not supported> MiB  uncore_imc/cas_count_read/\n\n$ perf stat -a -I 1000 -e uncore_imc/data_reads/\n     1.000327813           1,024.03 MiB  uncore_imc/data_reads/\n';
    expect(importText(text, 'x').tables.map((one) => one.rows.length)).toEqual([2, 1]);
  });
});

describe('large', () => {
  test('a table of 200,000 rows: more than a call takes as arguments', () => {
    const one = table(`${header}${'   1,234      cycles      ( +-  1.00% )  (30.00%)\n'.repeat(200_000)}`);
    expect(one.rows.length).toBe(200_000);
    expect(one.warnings.map(({code, data}) => [code, data?.['least']])).toEqual([['multiplexed', 30]]);
  });
  test('comments without end take no longer than their number', () => {
    expect(table(`${header}   1,234      cycles\n${'  # 1.0 %  tma_x\n'.repeat(100_000)}`).rows[0].metrics?.length).toBe(100_000);
    const lines = `1234,,cycles,1000,100.00,,\n${',,,,,,1.00,of all branches\n'.repeat(100_000)}`;
    expect(table(lines).rows.reduce((sum, row) => sum + (row.metrics?.length ?? (row.metric === null ? 0 : 1)), 0)).toBe(100_000);
  });
  test('quote marks in a line of three million characters are blanked as in a short one', () => {
    const line = `${header.replaceAll('\n', ' ')} > > 1,234      cycles      ( +-  1.00% ) > > ${'> '.repeat(1_500_000)} > 5,678      instructions   ( +-  2.00% )`;
    expect(table(line).rows.map((row) => [row.event, row.value])).toEqual([['cycles', 1234], ['instructions', 5678]]);
  });
});
