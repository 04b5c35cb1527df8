// Outputs of our own in the layout of every version of perf stat, so that a plain clone guards the
// importer too: the same run each time, with the decimals, units and words of that version.
import {expect, test} from 'vitest';
import {importText} from './index.ts';

type Row = readonly [
  event: string,
  value: number | null,
  unit: string,
  sem: number | null,
  running: number | null,
];

type Output = readonly [
  name: string,
  text: string,
  runs: number | null,
  seconds: number | null,
  rows: readonly Row[],
];

// prettier-ignore
const outputs: readonly Output[] = [
  ['2.6.31, 5 runs', `
 Performance counter stats for './spin' (5 runs):

    1234.567890  task-clock-msecs         #      0.998 CPUs    ( +-   0.120% )
             12  context-switches         #      0.000 M/sec   ( +-   8.165% )
     4321098765  cycles                   #   3500.089 M/sec   ( +-   0.110% )
     6481648147  instructions             #      1.500 IPC     ( +-   0.010% )

    1.237012345  seconds time elapsed   ( +-   0.130% )
`, 5, 1.237012345, [
  ['task-clock', 1234.56789, 'msec', 0.12, null], ['context-switches', 12, '', 8.165, null],
  ['cycles', 4321098765, '', 0.11, null], ['instructions', 6481648147, '', 0.01, null],
]],
  ['3.x, multiplexed', `
 Performance counter stats for './spin' (5 runs):

       1234.567890 task-clock                #    0.998 CPUs utilized            ( +-  0.12% )
                12 context-switches          #    0.010 K/sec                    ( +-  8.16% )
     4,321,098,765 cycles                    #    3.500 GHz                      ( +-  0.11% ) [66.67%]
     6,481,648,147 instructions              #    1.50  insns per cycle
                                             #    0.20  stalled cycles per insn  ( +-  0.01% ) [50.00%]

       1.237012345 seconds time elapsed                                          ( +-  0.13% )
`, 5, 1.237012345, [
  ['task-clock', 1234.56789, '', 0.12, null], ['context-switches', 12, '', 8.16, null],
  ['cycles', 4321098765, '', 0.11, 66.67], ['instructions', 6481648147, '', 0.01, 50],
]],
  ['4.x to 4.18', `
 Performance counter stats for './spin' (5 runs):

       1234.567890      task-clock (msec)         #    0.998 CPUs utilized            ( +-  0.12% )
                12      context-switches          #    0.010 K/sec                    ( +-  8.16% )
     4,321,098,765      cycles                    #    3.500 GHz                      ( +-  0.11% )  (66.67%)
     6,481,648,147      instructions              #    1.50  insn per cycle           ( +-  0.01% )  (50.00%)
   <not supported>      stalled-cycles-frontend

       1.237012345 seconds time elapsed                                          ( +-  0.13% )
`, 5, 1.237012345, [
  ['task-clock', 1234.56789, 'msec', 0.12, null], ['context-switches', 12, '', 8.16, null],
  ['cycles', 4321098765, '', 0.11, 66.67], ['instructions', 6481648147, '', 0.01, 50],
  ['stalled-cycles-frontend', null, '', null, null],
]],
  ['4.20 to 5.12, one run', `
 Performance counter stats for './spin':

          1,234.57 msec task-clock                #    0.998 CPUs utilized
                12      context-switches          #    0.010 K/sec
     4,321,098,765      cycles                    #    3.500 GHz                      (66.67%)
     6,481,648,147      instructions              #    1.50  insn per cycle
                                                  #    0.20  stalled cycles per insn  (50.00%)

       1.237012345 seconds time elapsed

       1.230000000 seconds user
       0.004000000 seconds sys

`, null, 1.237012345, [
  ['task-clock', 1234.57, 'msec', null, null], ['context-switches', 12, '', null, null],
  ['cycles', 4321098765, '', null, 66.67], ['instructions', 6481648147, '', null, 50],
]],
  ['5.14 to 6.15, with --table', `
 Performance counter stats for './spin' (3 runs):

          1,234.57 msec task-clock                       #    0.998 CPUs utilized               ( +-  0.12% )
                12      context-switches                 #    9.720 /sec                        ( +-  8.16% )
     4,321,098,765      cycles                           #    3.500 GHz                         ( +-  0.11% )
     6,481,648,147      instructions                     #    1.50  insn per cycle              ( +-  0.01% )

    # Table of individual measurements:
    1.2361 (-0.0009) #
    1.2365 (-0.0005) #
    1.2384 (+0.0014) #

    # Final result:
            1.2370 +- 0.0007 seconds time elapsed  ( +-  0.06% )
`, 3, 1.237, [
  ['task-clock', 1234.57, 'msec', 0.12, null], ['context-switches', 12, '', 8.16, null],
  ['cycles', 4321098765, '', 0.11, null], ['instructions', 6481648147, '', 0.01, null],
]],
  ['6.16 to 6.18: nanoseconds without a unit', `
 Performance counter stats for './spin' (5 runs):

     1,234,567,890      task-clock                       #    0.998 CPUs utilized               ( +-  0.12% )
     4,321,098,765      cycles                           #    3.500 GHz                         ( +-  0.11% )

            1.2370 +- 0.0007 seconds time elapsed  ( +-  0.06% )
`, 5, 1.237, [
  ['task-clock', 1234567890, '', 0.12, null], ['cycles', 4321098765, '', 0.11, null],
]],
  ['6.19, with metric groups', `
 Performance counter stats for './spin' (5 runs):

                12      context-switches                 #      9.7 cs/sec  cs_per_second       ( +-  8.16% )
          1,234.57 msec task-clock                       #      1.0 CPUs  CPUs_utilized         ( +-  0.12% )
     4,321,098,765      cpu-cycles                       #      3.5 GHz  cycles_frequency       ( +-  0.11% )\
  (66.67%)
             TopdownL1 (cpu_core)                        #     25.0 %  tma_bad_speculation
                                                         #     75.0 %  tma_retiring             (99.87%)

       1.237012345 +- 0.000700000 seconds time elapsed  ( +-  0.06% )
`, 5, 1.237012345, [
  ['context-switches', 12, '', 8.16, null], ['task-clock', 1234.57, 'msec', 0.12, null],
  ['cpu-cycles', 4321098765, '', 0.11, 66.67], ['TopdownL1 (cpu_core)', null, '', null, null],
  ['TopdownL1 (cpu_core)', null, '', null, 99.87],
]],
  ['a German locale', `
 Performance counter stats for './spin' (5 runs):

          1.234,57 msec task-clock                #    0,998 CPUs utilized            ( +-  0,12% )
     4.321.098.765      cycles                    #    3,500 GHz                      ( +-  0,11% )

            1,2370 +- 0,0007 seconds time elapsed  ( +-  0,06% )
`, 5, 1.237, [
  ['task-clock', 1234.57, 'msec', 0.12, null], ['cycles', 4321098765, '', 0.11, null],
]],
  ['intervals', `
#           time             counts unit events
     1.000123456     123,456,789      cycles
     2.000223456     123,456,799      cycles
`, null, null, [['cycles', 123456789, '', null, null], ['cycles', 123456799, '', null, null]]],
  ['by socket', `
 Performance counter stats for 'system wide':

S0        8          1,234.57 msec cpu-clock                        #    8.000 CPUs utilized
S0        8     4,321,098,765      cycles                           #    3.500 GHz

       1.237012345 seconds time elapsed
`, null, 1.237012345, [
  ['cpu-clock', 1234.57, 'msec', null, null], ['cycles', 4321098765, '', null, null],
]],
  ['-x, 4.x and newer', `1234.57,msec,task-clock,0.12%,1234567890,100.00,0.998,CPUs utilized
4321098765,,cycles,0.11%,823045260,66.67,3.500,GHz
<not supported>,,stalled-cycles-frontend,0.00%,0,100.00,,
`, null, null, [
  ['task-clock', 1234.57, 'msec', 0.12, 100], ['cycles', 4321098765, '', 0.11, 66.67],
  ['stalled-cycles-frontend', null, '', 0, 100],
]],
  ['-x, 3.x', `1234.567890,task-clock,0.12%
4321098765,cycles,0.11%
`, null, null, [
  ['task-clock', 1234.56789, 'msec', 0.12, null], ['cycles', 4321098765, '', 0.11, null],
]],
  ['-j', '{"counter-value" : "1234.570000", "unit" : "msec", "event" : "task-clock", ' +
    '"variance" : 0.12, "event-runtime" : 1234567890, "pcnt-running" : 100.00, ' +
    '"metric-value" : "0.998000", "metric-unit" : "CPUs utilized"}\n' +
    '{"counter-value" : "4321098765.000000", "unit" : "", "event" : "cycles", ' +
    '"variance" : 0.11, "event-runtime" : 823045260, "pcnt-running" : 66.67, ' +
    '"metric-value" : "3.500000", "metric-unit" : "GHz"}\n',
    null, null, [
  ['task-clock', 1234.57, 'msec', 0.12, 100], ['cycles', 4321098765, '', 0.11, 66.67],
]],
];

const lines = (text: string, change: (line: string) => string): string =>
  text.split('\n').map(change).join('\n');

for (const [how, carry] of [
  ['as it is', (text: string) => text],
  ['quoted twice', (text: string) => lines(text, (line) => `> > ${line}`)],
  ['with CR LF', (text: string) => text.replaceAll('\n', '\r\n')],
] as const)
  test.each(outputs)(`%s, ${how}`, (_name, text, runs, seconds, rows) => {
    const {tables, warnings} = importText(carry(text), 'x');
    expect(warnings).toEqual([]);
    expect(tables.length).toBe(1);
    expect([tables[0].runs, tables[0].elapsed?.seconds ?? null]).toEqual([runs, seconds]);
    expect(
      tables[0].rows.map((row) => [row.event, row.value, row.unit, row.sem, row.running]),
    ).toEqual(rows);
  });

test('--table gives the elapsed time of every run', () => {
  const text = outputs.find(([name]) => name.includes('--table'))?.[1] ?? '';
  expect(importText(text, 'x').tables[0].samples).toEqual([
    {event: 'elapsed', unit: 'sec', values: [1.2361, 1.2365, 1.2384]},
  ]);
});

test('clocks without a unit are named as nanoseconds', () => {
  const text = outputs.find(([name]) => name.startsWith('6.16'))?.[1] ?? '';
  expect(importText(text, 'x').tables[0].warnings.map(({code}) => code)).toContain('clock-unit');
});
