// Nothing is dropped without a word.
import {describe, expect, test} from 'vitest';
import {importText} from './index.ts';

const header = " Performance counter stats for 'system wide':\n\n";
const table = (text: string) => importText(text, 'x').tables[0];

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
    ['a row of -x after words', 'run 3   6720143357,,cpu_atom/instructions/,16548968,2.00,,\n'],
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
  test('intervals after a table are a table of their own', () => {
    const text =
      '          1,619,057      instructions\n' +
      '    <not supported> MiB  uncore_imc/cas_count_read/\n\n' +
      '$ perf stat -a -I 1000 -e uncore_imc/data_reads/\n' +
      '     1.000327813           1,024.03 MiB  uncore_imc/data_reads/\n';
    expect(importText(text, 'x').tables.map((one) => one.rows.length)).toEqual([2, 1]);
  });
});
