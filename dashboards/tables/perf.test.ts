// Import, print in perf's layout, import again: the numbers must be the same, for every output at
// hand.
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {importText} from '../../results/import/index.ts';
import type {ImportTable} from '../../results/types.ts';
import {base, row} from '../testdata/comparisons.ts';
import {perf, perfTable} from './perf.ts';

const shared = new URL('../../../shared/fixtures/perf-stat/', import.meta.url);
const local = new URL('../../results/testdata/perf-stat/', import.meta.url);
const files = [
  ...(existsSync(shared)
    ? readdirSync(shared)
        .filter((name) => /\.(?:txt|csv|json)$/.test(name) && !name.endsWith('.expected.json'))
        .map((name) => new URL(name, shared))
    : []),
  ...readdirSync(local).map((name) => new URL(name, local)),
];

const numbers = (table: ImportTable) => ({
  command: table.command ?? '',
  kind: table.kind ?? 'command',
  runs: table.runs,
  elapsed: table.elapsed,
  user: table.user,
  sys: table.sys,
  rows: table.rows,
  runsOfElapsed: table.samples.find((series) => series.event === 'elapsed')?.values,
});

describe(
  `import, table --format perf, import` +
    `${existsSync(shared) ? '' : ' (shared fixtures absent: local ones only)'}`,
  () => {
    for (const url of files) {
      test(url.pathname.split('/').at(-1) ?? '', () => {
        const before = importText(readFileSync(url, 'utf8'), 'x').tables;
        const printed = before.map(perfTable).join('\n');
        const after = importText(printed, 'y');
        expect(after.tables.map(numbers)).toEqual(before.map(numbers));
        expect(after.warnings).toEqual([]);
      });
    }
  },
);

test("the layout is perf's own", () => {
  const text = readFileSync(new URL('r5-table-v-perf5.10.0.txt', local), 'utf8');
  expect(perfTable(importText(text, 'x').tables[0])).toBe(
    [
      '',
      " Performance counter stats for './vary.sh' (5 runs):",
      '',
      '             61.92 msec task-clock                       #    0.986 CPUs utilized    ' +
        '        ( +- 22.82% )',
      '               370      page-faults                      #    0.006 M/sec            ' +
        '        ( +-  0.52% )',
      '                 8      cs                               #    0.129 K/sec            ' +
        '        ( +- 21.29% )',
      '',
      '            # Table of individual measurements:',
      '            0.0231 (-0.0397) ###################################',
      '            0.0426 (-0.0202) ##########',
      '            0.0629 (+0.0001) #',
      '            0.0817 (+0.0189) #####',
      '            0.1037 (+0.0409) ########',
      '',
      '            # Final result:',
      '            0.0628 +- 0.0142 seconds time elapsed  ( +- 22.56% )',
      '',
    ].join('\n'),
  );
});

test.each(['callgrind/instructions/', 'qemu/image-instructions/', 'image/bytes/'])(
  '%s is not printed as measured',
  (event) => {
    expect(perf({...base, notCounted: [], rows: [row(event, 100, 102)]})).toMatch(
      /^# nothing was measured/,
    );
    expect(perf({...base, rows: [row(event, 100, 102), ...base.rows]})).not.toContain(event);
  },
);
