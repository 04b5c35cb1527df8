// docs/formats.md as text, made from the registry: one row and one example per format.
import {readers} from '../../results/import/readers/index.ts';
import type {Reader} from '../../results/import/readers/reader.ts';

type Format = Pick<Reader, 'name' | 'toldBy' | 'gives' | 'example'>;

/** What is read without a row in the registry: perf's own text, its -v lines, whole JSON files. */
export const builtIn: readonly Format[] = [
  {
    name: 'perf stat',
    toldBy: '`Performance counter stats for …`, rows, `seconds time elapsed` (2.6.31 to 6.19)',
    gives: 'rows, runs, elapsed, user and sys, `--table`; docs/perf-formats.md says more',
    example: [
      " Performance counter stats for './a' (5 runs):",
      '',
      '         1,234,567      cycles                    #    2.100 GHz    ( +-  0.12% )',
      '',
      '            0.5012 +- 0.0021 seconds time elapsed  ( +-  0.42% )',
    ].join('\n'),
  },
  {
    name: 'perf stat -v',
    toldBy: '`[ perf stat: executing run #1 ... ]` and `event: value enabled running`',
    gives: 'every run of every event, as samples of the table below',
    example: [
      '[ perf stat: executing run #1 ... ]',
      'cycles: 1234567 1000000 1000000',
      '[ perf stat: executing run #2 ... ]',
      'cycles: 1234570 1000000 1000000',
    ].join('\n'),
  },
  {
    name: 'hyperfine JSON',
    toldBy: '`--export-json`: `"results"`, also of its version 2',
    gives: 'elapsed of each run; measures of version 2 as rows',
    example: '{"results": [{"command": "./a", "mean": 0.5, "stddev": 0.1, "times": [0.4, 0.6]}]}',
  },
  {
    name: 'google-benchmark JSON',
    toldBy: '`"benchmarks"`',
    gives: 'one row per measure; repetitions are runs',
    example:
      '{"benchmarks": [{"name": "BM_a", "real_time": 12.5, "cpu_time": 12.4, "time_unit": "ns"}]}',
  },
];

const cell = (words: string): string => words.replaceAll('|', String.raw`\|`);

const example = ({name, example: text}: Format): string =>
  `### ${name}\n\n\`\`\`text\n${text}\n\`\`\`\n`;

/** The whole page, with a line feed at its end. */
export const formatsPage = (): string => {
  const all: readonly Format[] = [...builtIn, ...readers];
  return [
    '# Formats',
    '',
    'What `jitstat import`, `compare` and `table` read. This page is made from the registry in',
    '`results/import/readers/index.ts`; a test compares both (`npx vitest run',
    'harness/testing/formats-page.test.ts -u` writes it anew).',
    '',
    'Every format may be quoted (`> `), indented, in a fence, or in the comments of a program.',
    'A text may hold several of them, in any order; a benchmark printed next to the perf stat table of',
    'the same run gives its rows to that table. Lines that look like figures and were not understood',
    'are named by number.',
    '',
    '| format | recognised by | read from it |',
    '|---|---|---|',
    ...all.map(({name, toldBy, gives}) => `| ${name} | ${cell(toldBy)} | ${cell(gives)} |`),
    '',
    '## What ± means',
    '',
    '`sem` is always the standard error of the mean, in percent. If a source prints something else,',
    'the row says so: `sd` is the standard deviation of one run in the unit of the row, `sdAtMost` its',
    'bound if the source leaves small spreads out, `interval` an interval of the mean or the median,',
    '`stated` the change the source itself gives. `exact` figures cannot vary; `isShare` figures are',
    'percentages, whose change is a difference in points; `direction` says which way is better.',
    '`operations` on a table is what its counts can be divided by.',
    '',
    '## How to add a format',
    '',
    '1. A file in `results/import/readers` that exports a `Reader`: a name, how the format is recognised,',
    '   what is read from it, a cheap test (`sniff`), `read`, and a short example.',
    '2. A row in `results/import/readers/index.ts`, in the order in which readers are tried.',
    '3. `npx vitest run harness/testing/formats-page.test.ts -u` writes this page; the tests of the',
    '   registry read the example as it is, quoted, indented, in comments and between prose.',
    '',
    '## Examples',
    '',
    ...all.map(example),
  ].join('\n');
};
