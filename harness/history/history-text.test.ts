// What `jitstat history` prints: changes first, every event on one line with its unit, events that
// never varied folded away, and no interval from two nights.
import {expect, test} from 'vitest';
import {buildHistory} from '../../results/history/index.ts';
import {testSamples, testSession} from '../../results/testdata/session.ts';
import type {Session} from '../../results/types.ts';
import {historyText} from './history-text.ts';

const samples = testSamples(1, 1, {
  'task-clock': 1,
  'callgrind/LLC-load-misses/': 1,
  'context-switches': 1,
});

/** Medians by event: before and after. */
const withLevels = (
  session: Session,
  levels: Readonly<Record<string, readonly [number, number]>>,
): Session => ({
  ...session,
  comparison: {
    ...session.comparison!,
    rows: session.comparison!.rows.map((row) => {
      const [before, after] = levels[row.event];
      const ratio = before === 0 ? 1 : after / before;
      return {
        ...row,
        before: {...row.before, median: before},
        after: {...row.after, median: after},
        change: {ratio, low: ratio, high: ratio, level: 0.95},
      };
    }),
  },
});

const nights = (count: number): Session[] =>
  Array.from({length: count}, (_, day) => {
    const date = new Date(Date.UTC(2026, 9, 1 + day)).toISOString().slice(0, 10);
    const wander = 1 + 0.001 * Math.sin(day * 2.4);
    const level = (day < 20 ? 12.5 : 13) * wander;
    const id = `${date.replaceAll('-', '')}-020000000-aaaa`;
    return withLevels(testSession({id, created: `${date}T02:00:00.000Z`, night: date}, samples), {
      'task-clock': [level, level * 1.02],
      'callgrind/LLC-load-misses/': [0, 0],
      'context-switches': [1 + (day % 2), 1 + (day % 2)],
    });
  });

test('changes come first; what never varied is one line', () => {
  const text = historyText(buildHistory(nights(40), [], []));
  expect(text).toMatch(/^Change points, newest first\n {2}2026-10-21 {2}tailcall1 on lab1\n/);
  expect(text).toMatch(/\n {4}v58 task-clock \+[34]\.\d\d % \(12\.5\d? msec to 13\.0\d? msec\)\n/);
  const [head, ...rows] = text.slice(text.indexOf('  event')).split('\n');
  expect(head).toMatch(/^ {2}event +v58 +rfc1 +change +last change$/);
  expect(rows.slice(0, 3)).toEqual([
    expect.stringMatching(/^ {2}task-clock +13\.0\d msec \+-0\.0\d % .* \+2\.00 % {2}2026-10-21$/),
    expect.stringMatching(/^ {2}context-switches +1\.50 \+-/),
    '  the same every night: callgrind/LLC-load-misses/ 0',
  ]);
});

test('two nights have no interval', () => {
  const text = historyText(buildHistory(nights(2), [], []));
  expect(text).toMatch(/^No change point\.\n\ntailcall1: v58 -> rfc1 on lab1, 2 nights/);
  expect(text).not.toContain('+-');
});
