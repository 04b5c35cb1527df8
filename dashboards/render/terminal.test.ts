// Charts as text: reviewed pictures in Unicode and ASCII, never wider than asked, plain ASCII if
// asked.
import {expect, test} from 'vitest';
import {cases} from '../testdata/cases.ts';
import {histories} from '../testdata/nights.ts';
import {terminalForest, terminalHistory, terminalStrip, terminalUnicode} from './terminal.ts';

const full = cases.full();
const comparison = full.session.comparison!;
const spiky = comparison.rows.find((row) => row.event === 'iTLB-load-misses')!;
const labels = {before: 'v58', after: 'rfc1'};

test('forest', () => {
  expect(
    terminalForest(
      {...comparison, rows: comparison.rows.slice(0, 9)},
      {columns: 72, unicode: false},
    ),
  ).toBe(
    [
      'task-clock                      :::::|:::::      >          +6.16 % more',
      'duration_time                   :::::|:::::      >          +6.17 % more',
      'context-switches  ----o--------------------------------  -0.74 unsettled',
      'cpu-migrations    ---o-----------------------------      -0.18 unsettled',
      'page-faults                     :::--=---::                 0.00 % equal',
      'cycles                          ::::-=--:::                -0.02 % equal',
      'instructions                         |:      >              +2.09 % more',
      'branches                             |: >                   +0.38 % more',
      'branch-misses              --<-----::|::::::::              -2.77 % less',
      '',
    ].join('\n'),
  );
});

const firstMonth = '▁▁▁▁▁▂▁█▁▁▁▁▁▁▁▁▁▁█████████';
const secondMonth = '███████████████████▄▄█▇';
const thirdMonth = '███████▇█████▇███▇███';

test('history', () => {
  expect(terminalHistory(histories.steps(), {columns: 72, unicode: true})).toBe(
    [
      'tailcall1 rfc1 task-clock',
      `${firstMonth} ${secondMonth}${thirdMonth}`,
      '       ▲          ┆             ▲              ┆ ┆      ▲',
      '700.2 msec to 749.7 msec in 90 nights; change points: 2026-08-23',
      '+6.00 %, 2026-09-28 −3.00 %, 2026-10-01 +3.00 %',
      '',
    ].join('\n'),
  );
});

test.each([40, 72, 100])('forest, strip and history keep to %i columns', (columns) => {
  for (const unicode of [true, false]) {
    const text = [
      terminalForest(comparison, {columns, unicode}),
      terminalStrip(spiky, full.samples, labels, {columns, unicode})
        .split('\n')
        .slice(1)
        .join('\n'),
      terminalHistory(histories.steps(), {columns, unicode}),
    ].join('\n');
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
    if (!unicode) expect(text).toMatch(/^[\x20-\x7e\n]*$/);
  }
});

test('every spike has its mark under its run', () => {
  const lines = terminalStrip(spiky, full.samples, labels, {columns: 72, unicode: false}).split(
    '\n',
  );
  const places = (line: string) =>
    line
      .slice(5)
      .split('')
      .flatMap((character, i) => (character === '^' ? [i + 1] : []));
  expect(places(lines[2])).toEqual(spiky.spikes.before.map((spike) => spike.run));
  expect(places(lines[4])).toEqual(spiky.spikes.after.map((spike) => spike.run));
});

test.each([
  [{LANG: 'en_US.UTF-8'}, true],
  [{LANG: 'C'}, false],
  [{LC_ALL: 'C', LANG: 'en_US.UTF-8'}, false],
  [{LANG: 'C.UTF-8', TERM: 'dumb'}, false],
] as const)('%j can show blocks: %s', (env, able) => {
  expect(terminalUnicode(env)).toBe(able);
});
