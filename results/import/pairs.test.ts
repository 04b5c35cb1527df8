// Which tables of a mail belong together.
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {importText} from './index.ts';
import {pairTables, sideOfLabel} from './pairs.ts';

test.each([
  ['Without', 'before'],
  ['Numbers without this set', 'before'],
  ['With', 'after'],
  ['With the optimisation', 'after'],
  ['With the optimisation disabled', 'before'],
  ['Before the devmem patchset', 'before'],
  ['After the devmem patchset', 'after'],
  ['Unpatched', 'before'],
  ['Patched', 'after'],
  ['-PATCH', 'before'],
  ['+PATCH', 'after'],
  ['Vanilla kernel (v5.13-rc7)', 'before'],
  ['The standard numbers are more or less as follows', null],
  ['powerpc/next + patchset', null],
  ['Before and after, if we disable the nmi_watchdog we get', null],
  [null, null],
] as const)('%s is %s', (label, side) => expect(sideOfLabel(label)).toBe(side));

test('the two sides a source prints as one comparison are one pair, whatever their labels say', () => {
  const row = {event: 'x', value: 1, unit: '', sem: null, running: null, metric: null} as const;
  const table = (side: 'before' | 'after', pair: number, label: string) => ({
    command: null,
    label,
    runs: null,
    elapsed: null,
    rows: [{...row, metricUnit: null, status: 'ok' as const}],
    samples: [],
    warnings: [],
    side,
    pair,
  });
  const tables = [
    table('before', 0, 'new'),
    table('before', 1, 'A'),
    table('after', 0, 'old'),
    table('after', 1, 'B'),
  ];
  expect(pairTables(tables)).toEqual([
    {before: 0, after: 2, why: 'stated'},
    {before: 1, after: 3, why: 'stated'},
  ]);
});

const shared = new URL('../../../shared/', import.meta.url);
const fixture = (prefix: string): string => {
  const folder = new URL('fixtures/perf-stat/', shared);
  return readFileSync(
    new URL(readdirSync(folder).find((name) => name.startsWith(prefix)) ?? '', folder),
    'utf8',
  );
};
const pairs = (text: string): string[] =>
  pairTables(importText(text, 'x').tables).map(
    ({before, after, why}) => `${before + 1},${after + 1} ${why}`,
  );

test('a mail that gives the after side first is turned round', () => {
  const table = (label: string, cycles: string) =>
    `${label}:\n\n Performance counter stats for './x' (10 runs):\n\n` +
    `         ${cycles}      cycles          ( +-  0.10% )\n\n`;
  expect(pairs(table('With patch', '1,000,000') + table('Without patch', '2,000,000'))).toEqual([
    '2,1 labels',
  ]);
});

describe.skipIf(!existsSync(shared))('mails (skipped if the shared fixtures are absent)', () => {
  test('the thread: five tables of twenty rows, two pairs', () => {
    const folder = new URL('seed/', shared);
    const text = readFileSync(new URL(readdirSync(folder)[0], folder), 'utf8');
    const {tables, warnings} = importText(text, 'x');
    expect(
      tables.map((table) => [
        table.label,
        table.command,
        table.runs,
        table.rows.length,
        table.elapsed?.seconds ?? null,
      ]),
    ).toEqual([
      ['Numbers without this set', './test_progs -t tailcalls', 1024, 20, 0.199307],
      ['With', './test_progs -t tailcalls', 1024, 20, 0.203081],
      ['Without', './test_progs -t flow_dissector', 1024, 20, 1.358653],
      ['With', './test_progs -t flow_dissector', 1024, 18, null],
      [
        'The standard numbers are more or less as follows',
        './test_progs -t flow_dissector',
        1024,
        20,
        1.335695,
      ],
    ]);
    expect(warnings).toEqual([]);
    expect(pairs(text)).toEqual(['1,2 labels', '3,4 labels']);
  });
  test.each([
    ['005', ['1,2 labels']],
    ['010', ['1,3 labels', '2,4 labels']],
    ['027', ['1,2 labels']],
    ['004', ['1,2 order']],
    ['034', ['1,2 order']],
    ['041', ['1,2 labels']],
    ['012', ['1,2 order']],
    ['082', ['1,2 order']],
    ['020', ['1,2 order']],
  ] as const)('fixture %s pairs as %j', (prefix, expected) =>
    expect(pairs(fixture(prefix))).toEqual(expected),
  );
});

describe('several tables of one command', () => {
  const run = (label: string, command: string): string =>
    `${label}\n\n Performance counter stats for '${command}':\n\n   1,000      cycles\n\n`;
  const pairsOf = (...texts: string[]) =>
    pairTables(importText(texts.join(''), 'x').tables).map(({before, after}) => [before, after]);

  test('the same commands again in the same order, under another heading', () => {
    const [one, two] = ['== v6.17 ==', '== v6.17 + series =='];
    const texts = [run(one, './a'), run('', './b'), run(two, './a'), run('', './b')];
    expect(pairsOf(...texts)).toEqual([
      [0, 2],
      [1, 3],
    ]);
    // In another order they say nothing.
    expect(pairsOf(texts[0], texts[1], run(two, './c'), run('', './a'))).toEqual([]);
  });

  test('the mark of a list item does not name a side', () =>
    expect(pairsOf(run('- patched:', './a'), run('- vanilla:', './a'))).toEqual([[1, 0]]));

  test('a base and several patches', () => {
    const after = [run('+ patch 1:', './a'), run('+ patch 1 and 2:', './a')];
    expect(pairsOf(run('base:', './a'), ...after)).toEqual([
      [0, 1],
      [0, 2],
    ]);
    // A base that says more than its side is that of its like.
    expect(pairsOf(run('base, 4 threads:', './a'), ...after)).toEqual([[0, 1]]);
  });
});

test('each table is looked at a few times, however many commands have further patches', () => {
  const labels = ['base', 'patched', 'patched, 2'];
  const readsOf = (commands: number): number => {
    let reads = 0;
    const tables = Array.from({length: labels.length * commands}, (_one, i) => ({
      ...importText('  1,000      cycles\n', 'x').tables[0],
      label: labels[i % labels.length],
      get command() {
        reads++;
        return `./${Math.floor(i / labels.length)}`;
      },
    }));
    expect(pairTables(tables)).toHaveLength(2 * commands);
    return reads;
  };
  expect(readsOf(160)).toBeLessThan(10 * readsOf(20));
});
