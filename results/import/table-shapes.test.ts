// Names of tables, where they begin and end, and their elapsed times.
import {describe, expect, test} from 'vitest';
import {importText} from './index.ts';

const header = " Performance counter stats for 'system wide':\n\n";
const table = (text: string) => importText(text, 'x').tables[0];

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
    [
      'output is not a name',
      `$ sudo perf stat -a ./a\n\nOutput:\n\n${output}`,
      ['perf stat -a ./a'],
    ],
    ['versions', `3.19:\n\n${output}v6.1:\n\n${output}`, ['3.19', 'v6.1']],
    ...['$ make\n$ sudo ./bench -w3', '# ./bench', '[root@x ~]# bench x', 'me@x:~/a$ bench x'].map(
      (command) =>
        [
          `a side above any other command: ${command}`,
          `With the patch:\n\n${command}\nSum = 12\n\n${output}Without the patch:\n\n${command}\n${output}`,
          ['With the patch', 'Without the patch'],
        ] as const,
    ),
    ['a command without its prompt', `me@x:~/a$ bench x\n${output}`, ['bench x']],
    [
      'a comment of perf is not a heading',
      `Base:\n\n${output}                       #     2.58  stalled\nPatched:\n\n${output}` +
        `                       #     15.2 %  tma_retir\n\n${output}`,
      ['Base', 'Patched', 'Patched'],
    ],
    [
      'the signs of an added block are not part of a name',
      `base:\n\n${output}patch:\n\n${output}`.replace(/^/gm, '+'),
      ['base', 'patch'],
    ],
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
      'intervals that count from the beginning again',
      'One:\n  1.000100000  1,234      cycles\n  2.000100000  1,234      cycles\nTwo:\n' +
        '  1.000200000  2,345      page-faults\n',
      [
        ['One', 2],
        ['Two', 1],
      ],
    ],
    [
      'the first interval again, after any words',
      '  1.000100000  1,234      cycles\n  2.000100000  1,234      cycles\nand then\n' +
        '  1.000200000  2,345      cycles\n',
      [
        [null, 2],
        ['and then', 1],
      ],
    ],
    [
      'words of the program between intervals',
      '  1.000100000  1,234      cycles\nPhase 2:\n  2.000200000  2,345      cycles\n',
      [[null, 2]],
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

test('a comment broken by a mail program and double spaced', () => {
  const one = table(
    `${header}  66.00 msec task-clock          #    2.886 CPUs\n\nutilized            ( +-  0.31% )\n`,
  );
  expect(one.rows.map(({metricUnit, sem}) => [metricUnit, sem])).toEqual([['CPUs utilized', 0.31]]);
});

describe('elapsed after a name on its own line', () => {
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
