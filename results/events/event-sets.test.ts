// The sets are what perf prints, and a set needs the counters that the fixed ones do not cover.
import {readdirSync, readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {eventMeanings} from './event-meaning.ts';
import {countersNeeded, dddEvents, eventSet, setOf, softwareEvents} from './event-sets.ts';
import {importText} from '../import/index.ts';

const local = new URL('../testdata/perf-stat/', import.meta.url);

test.each(readdirSync(local).filter((name) => name.startsWith('ddd-')))(
  '%s prints the set of its version',
  (name) => {
    const version = /perf([\d.]+)\.txt$/.exec(name)?.[1] ?? '';
    const printed = importText(readFileSync(new URL(name, local), 'utf8'), name).tables[0].rows.map(
      (row) => row.event,
    );
    const set = setOf(version, 3);
    // 6.18 prints only one of the hardware events, as not supported.
    if (set.dropsUnsupported) expect(printed).toEqual(set.events.slice(0, 5));
    else expect(printed).toEqual(set.events);
  },
);

test('each level adds to the one below', () => {
  expect([0, 1, 2, 3].map((details) => eventSet(details as 0 | 1 | 2 | 3).length)).toEqual([
    8, 12, 18, 20,
  ]);
  expect(setOf('6.19.0', 0).events).toContain('cpu-cycles');
});

test('-ddd needs sixteen counters without fixed ones, fourteen with', () => {
  expect(countersNeeded(dddEvents)).toBe(16);
  expect(countersNeeded(dddEvents, {hasFixed: true})).toBe(14);
  expect(countersNeeded(dddEvents, {hasFixed: true, watchdog: true})).toBe(15);
  expect(countersNeeded(['task-clock', 'duration_time', 'syscalls:sys_enter_write'])).toBe(0);
  expect(countersNeeded(['cycles:u', 'instructions:u'], {hasFixed: true})).toBe(0);
  expect(countersNeeded(['cycles:u', 'cycles:k', 'r8:u', 'r8:k'])).toBe(4);
  expect(countersNeeded(['cycles:u', 'cycles:k', 'r8:u', 'r8:k'], {hasFixed: true})).toBe(3);
});

test('every hardware event of -ddd has a meaning', () => {
  const known = eventMeanings.map(({event}) => event);
  for (const event of dddEvents) if (!softwareEvents.has(event)) expect(known).toContain(event);
});
