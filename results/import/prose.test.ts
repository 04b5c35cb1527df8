// What people and other tools write around outputs: none of its numbers becomes a count, and no
// table changes for it.
import {describe, expect, test} from 'vitest';
import {importText} from './index.ts';

/** One piece a line kind; line breaks as they come. */
// prettier-ignore
const pieces: readonly string[] = [
  'We lost 12 packets (0.01%) in that run, and 3 threads (25%) were idle;\n' +
    'the other 1,234 requests (98.2%) went through.',
  'The driver dropped 12 frames [50.00%] of the time.',
  'On Mon, 10 Nov someone wrote:\n> 5 of 7 tests (71.43%) failed; 3 flaky  ( +- 2.0% )',
  'The clock was 2.506 GHz (100.00%) and 5 cores # 3 of them busy.',
  'Samples: 750 samples (perf.data) and 1,894 pages # 12 of them dirty.',
  'It takes 2 cycles per packet, 3 branches and about 12 cache-misses a second.',
  'The count rose to 12 cycles',
  '1. cycles\n2. instructions\n',
  'see [1] https://example.org/1234/cycles',
  '@@ -486,12 +525,14 @@ static void emit(void)',
  'a 50/50 mix (83.40%) of 1,000 loads-per-second',
  'Bug #9119: test xdp_redirect\nFixes #123: handle foo_bar\nPR #345 instructions for the README',
  '12      foo_bar(x);\n  5   console.log("world");\n409367  exit_group() after a signal',
  '27288 \tas_text() for a list of 12\n1053   append(&buffer, line + start);',
  '2\n>>> mydata.color\n3\n> b.size',
  '0000000000004028 B __bss_start\n18  scsi-trans\n1      byte-order\n1.23   v1.230.0\n2009\n' +
    'ftp://example.org/x',
  'Sparc-32\t2 MB\nSparc-64\t4 MB\nx86_64\t2 MB',
  '     30812:\t time needed to load objects: 21702 cycles (23.4%)',
  '# Return early if not supported\ndb.read_registry()',
  'On that box\n1,234 requests/sec\n10 Gbit/s\n500 MB/s\n18.78 GB/sec',
  'Regards,\n\n12 Main-Street\n--\n1.03 Oct-10-1996\n27 Allowed',
  '362894  missing (broken) support\n1234 kworker/0:1-events\n1234\tsrc/foo_bar',
  'It took 12.345 seconds time elapsed for the whole run; with it 3.5 seconds user and 4.5 seconds sys.',
  'The run prints `2.5 +- 0.1 seconds time elapsed ( +- 1.2% )` every time.',
  'The line "12,345 cycles # 0.5 GHz" is what counts.',
  '12 times slower, i.e. 3.5 seconds time elapsed',
  'Kernel 5 abc\n#\n# 123 is the number of it',
  'It took 12 hours\n       # 0.18 stalled cycles per insn ( +- 0.49% )',
  '# 12 CPUs\n# 3.5 GHz\n# 34 foo_bar\n# 5.10.0 kernel',
  'write to 2010 a.b@example.org or 12 http://a.example/c, see 12 src/cycles.c',
  '    with about\n    1,000,000 cycles\n    spent in the kernel',
  '    Zerg: _Race.ValueType  # 2\n    Protoss: _Race.ValueType  # 3\n   return x   # 12 foo_bar',
  '2, x, x**2, 0, 1, x, y',
  'will be completed when either the end is reached or when the count of runs >=\nand not before',
  '3069\t\tN\n141\t\tUpper',
  'min=1, max=789 | 12 | 345 |\n| a | 12 |\n',
  '{"name": "foo", "counter": "12.0"}',
];

const row = '     4,567,890,123      cycles                    #    3.700 GHz\n';
const closed = ` Performance counter stats for './a':\n\n${row}\n       1.237012345 seconds time elapsed\n\n`;
const tables: Readonly<Record<string, string>> = {
  'a whole table': closed,
  'a table without its end':
    ` Performance counter stats for './a':\n\n` + `${row}        12,345,678      branch-misses\n`,
  'a table without its header': `${row}        12,345,678      branch-misses\n`,
  intervals:
    '#           time             counts unit events\n' +
    '     1.000123456     123,456,789      cycles\n' +
    '     2.000223456     123,456,799      cycles\n',
  '-x':
    '1234.56,msec,task-clock,1234560000,100.00,0.998,CPUs utilized\n' +
    '12,,context-switches,1234560000,100.00,9.720,/sec\n',
  '-j':
    '{"counter-value" : "12345", "unit" : "", "event" : "cycles", "event-runtime" : 1324303, ' +
    '"pcnt-running" : 100.00}\n',
};

/** All numbers, with what was measured. */
const read = (text: string): string =>
  JSON.stringify(
    importText(text, 'x').tables.map(({command, runs, elapsed, user, sys, rows, samples}) => [
      command,
      runs,
      elapsed,
      user,
      sys,
      rows,
      samples,
    ]),
  );

describe('prose alone is not a table', () => {
  test.each(pieces)('%s', (piece) => {
    for (const text of [
      piece,
      `${piece}\n`,
      piece.replace(/^/gm, '> '),
      piece.replace(/\s+/g, ' '),
    ])
      expect(importText(text, 'x').tables).toEqual([]);
  });
});

describe.each(Object.entries(tables))('around %s', (_name, table) => {
  test.each(pieces)('%s', (piece) => {
    expect(read(`${piece}\n\n${table}`)).toBe(read(table));
    expect(read(`${table}\n${piece}\n`)).toBe(read(table));
    expect(read(`${table}\n${piece}\n\nThe second run:\n\n${closed}`)).toBe(
      read(`${table}\n\nThe second run:\n\n${closed}`),
    );
  });
});
