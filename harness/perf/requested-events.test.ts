// Passes: every event is counted in some pass, and no pass needs more counters than there are.
import {expect, test} from 'vitest';
import {countersNeeded, dddEvents} from '../../results/events/event-sets.ts';
import {eventsToAsk, passesOf} from './requested-events.ts';

test.each([
  ['Intel with the watchdog', {general: 4, hasFixed: true, watchdog: true}],
  ['Intel', {general: 4, hasFixed: true, watchdog: false}],
  ['AMD', {general: 6, hasFixed: false, watchdog: false}],
  ['two counters', {general: 2, hasFixed: false, watchdog: false}],
  ['one counter', {general: 1, hasFixed: false, watchdog: false}],
  ['modifiers', {general: 4, hasFixed: true, watchdog: false}],
])('-ddd in passes: %s', (name, counters) => {
  const events = eventsToAsk(null, name === 'modifiers' ? ':u' : '');
  const passes = passesOf(events, counters);
  expect(new Set(passes.flat()).size).toBe(events.length);
  expect(passes.length).toBeGreaterThan(1);
  for (const pass of passes) {
    expect(countersNeeded(pass, counters)).toBeLessThanOrEqual(counters.general);
    expect(pass).toContain('task-clock');
    expect(new Set(pass).size).toBe(pass.length);
  }
});

test('one pass if everything fits', () => {
  expect(
    passesOf(['task-clock', 'cycles', 'instructions'], {
      general: 4,
      hasFixed: true,
      watchdog: false,
    }),
  ).toHaveLength(1);
  expect(
    passesOf(['task-clock', 'page-faults'], {general: 0, hasFixed: false, watchdog: false}),
  ).toHaveLength(1);
});

test('modifiers go to hardware events only, and the elapsed time is always asked for', () => {
  expect(eventsToAsk(['task-clock', 'cycles', 'cpu/event=0xc8/', 'branches:k'], ':u')).toEqual([
    'task-clock',
    'cycles:u',
    'cpu/event=0xc8/',
    'branches:k',
    'duration_time',
  ]);
  expect(eventsToAsk(null, '')).toEqual([...dddEvents, 'duration_time']);
});
