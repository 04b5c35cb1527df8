// Groups of changes: by series and commits, whichever host shows them, with hosts next to each
// other.
import {expect, test} from 'vitest';
import {changeGroups} from './change-groups.ts';
import type {NightRow} from './change-groups.ts';
import type {CellView} from './views.ts';

const hosts = ['a', 'b', 'c'];

const row = (host: string, percent: number, more: Partial<CellView> = {}, id = 1): NightRow => {
  const ratio = 1 + percent / 100;
  const shown = Math.abs(percent) > 1;
  return {
    series: {
      id,
      workload: `w${id}`,
      repeat: 1,
      before: 'x',
      after: 'y',
      event: 'cycles',
      unit: '',
      kind: 'positive',
    },
    cell: {
      host,
      ratio,
      low: ratio - 0.004,
      high: ratio + 0.004,
      level: 1,
      verdict: shown ? (percent > 0 ? 'more' : 'less') : 'equal',
      isNew: shown,
      session: `s-${host}`,
      commit: 'c2',
      commitBefore: shown ? 'c1' : null,
      alert: null,
      confirmed: null,
      aaQuiet: true,
      ...more,
    },
  };
};

const groups = (...rows: NightRow[]) => changeGroups(rows, hosts, new Map());

test('one change on two hosts is one group with all hosts as columns', () => {
  const [group, ...others] = groups(row('a', 3), row('b', 3), row('c', 0));
  expect(others).toEqual([]);
  expect(group.range).toEqual({from: 'c1', to: 'c2'});
  expect(group.cells.map((cell) => cell?.verdict)).toEqual(['more', 'more', 'equal']);
  expect(group.over.changed).toEqual(['a', 'b']);
  expect(group.real.text).toBe('not measured again yet, A/A quiet, on 2 of 3 hosts');
});

test('hosts that measured other commits are another group; an unchanged host is in both', () => {
  const found = groups(
    row('a', 3),
    row('b', 5, {commit: 'c4', commitBefore: 'c3'}),
    row('c', 0, {commit: 'c4'}),
  );
  expect(found.map(({range}) => range)).toEqual([
    {from: 'c3', to: 'c4'},
    {from: 'c1', to: 'c2'},
  ]);
  expect(found.map(({cells}) => cells.map((cell) => cell?.host ?? null))).toEqual([
    [null, 'b', 'c'],
    ['a', null, 'c'],
  ]);
});

test('the largest change first, down or up; a series without a new one has none', () => {
  const found = groups(row('a', 3), row('a', -40, {}, 2), row('a', 2, {isNew: false}, 3));
  expect(found.map(({series}) => series.id)).toEqual([2, 1]);
});

test('a host that did not measure the series is an empty column', () => {
  expect(groups(row('b', 3))[0].cells.map((cell) => cell?.host ?? null)).toEqual([null, 'b', null]);
});
