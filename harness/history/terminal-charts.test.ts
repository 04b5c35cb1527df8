// Terminal charts of nights: only on a terminal, for the time and for what changed; for tonight,
// one line per comparison.
import {expect, test} from 'vitest';
import {buildHistory} from '../../results/history/index.ts';
import {testSamples, testSession} from '../../results/testdata/session.ts';
import {seriesOfTonight, terminalCharts} from './terminal-charts.ts';

const sessions = Array.from({length: 20}, (_, day) => {
  const date = `2026-11-${String(day + 1).padStart(2, '0')}`;
  return testSession(
    {
      id: `${date.replaceAll('-', '')}-020000000-aaaa`,
      created: `${date}T02:00:00.000Z`,
      night: date,
    },
    testSamples(day, 1, {'task-clock': 12.5, cycles: 40_000}),
  );
});
const {series} = buildHistory(sessions, [], []);

test('a pipe gets none', () =>
  expect(terminalCharts({outIsTerminal: false, env: {}}, series)).toBe(''));

test('a terminal gets the time of every series', () => {
  const charts = terminalCharts({outIsTerminal: true, env: {LANG: 'C.UTF-8'}}, series);
  expect(charts.match(/^tailcall1 .*$/gm)).toEqual([
    'tailcall1 v58 task-clock',
    'tailcall1 rfc1 task-clock',
    'tailcall1 v58 -> rfc1 task-clock',
  ]);
  expect(charts).toMatch(/in 20 nights; no change point\n\n$/);
});

test('the ratio of tonight; nothing for what was not measured tonight', () => {
  const last = sessions.at(-1)!;
  expect(
    seriesOfTonight(series, new Map([[last.id, last]])).map(({side, event}) => `${side} ${event}`),
  ).toEqual(['v58 -> rfc1 task-clock', 'v58 -> rfc1 cycles']);
  expect(seriesOfTonight(series, new Map([[sessions[3].id, sessions[3]]]))).toEqual([]);
});
