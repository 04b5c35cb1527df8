// The four answers: how each kind of comparison is summed up.
import {expect, test} from 'vitest';
import type {Comparison} from '../../results/types.ts';
import {cases} from '../testdata/cases.ts';
import {thread} from '../testdata/thread.ts';
import {glance} from './glance.ts';

const answers = (comparison: Comparison): readonly string[] =>
  glance(comparison).map((one) => one.answer.replaceAll('\u00a0', ' '));
const details = (comparison: Comparison): readonly string[] =>
  glance(comparison).map((one) => one.detail.replaceAll('\u00a0', ' '));

const simulated = (verdict: 'more' | 'equal', ratio: number) => ({
  ...thread().rows[0],
  event: 'callgrind/instructions/',
  kind: 'exact' as const,
  verdict,
  change: {ratio, low: ratio, high: ratio, level: 0.95},
  primary: false,
});
const withoutCounters = (comparison: Comparison): Comparison => ({
  ...comparison,
  rows: comparison.rows.filter((row) => row.event === 'task-clock'),
  decomposition: {time: 0.06, instructions: null, cpi: null, clock: null, utilisation: null},
});

test.each<[string, Comparison, readonly string[]]>([
  [
    'the thread',
    {...thread(), findings: [{code: 'one-run-spike', text: 'one run of 1024'}]},
    ['Yes, 13 of 16 events', 'task-clock +6.45 %', 'No, the clock was slower', 'One unlucky run'],
  ],
  [
    'spikes and all counters',
    cases.full().session.comparison!,
    ['Yes, 9 of 16 events', 'task-clock +6.16 %', 'No, the clock was slower', '5 spikes'],
  ],
  [
    'no counters',
    withoutCounters(thread()),
    ['Yes, 1 of 1 event', 'task-clock +6.45 %', 'Cannot be known here', 'Nothing'],
  ],
  [
    'no counters, simulated',
    {
      ...withoutCounters(thread()),
      rows: [...withoutCounters(thread()).rows, simulated('more', 1.084)],
    },
    ['Yes, 1 of 1 event', 'task-clock +6.45 %', 'More instructions, simulated', 'Nothing'],
  ],
  [
    'no counters, the same instructions',
    {
      ...withoutCounters(thread()),
      rows: [...withoutCounters(thread()).rows, simulated('equal', 1)],
    },
    ['Yes, 1 of 1 event', 'task-clock +6.45 %', 'The same instructions, simulated', 'Nothing'],
  ],
  [
    'the same image',
    {...thread(), sameImage: true, findings: []},
    ['Same image on both sides', 'task-clock +6.45 %', 'No, the code is the same', '3 warnings'],
  ],
  [
    'nothing counted',
    cases.allUnsupported().session.comparison!,
    ['Nothing was counted', 'Not known', 'Cannot be known here', 'Nothing'],
  ],
  [
    'unsettled',
    {
      ...thread(),
      findings: [],
      notCounted: [],
      rows: thread()
        .rows.slice(0, 1)
        .map((row) => ({...row, verdict: 'unsettled' as const, quadsNeeded: 60})),
    },
    ['No change shown', 'task-clock +6.45 %', 'No change to explain', 'Nothing'],
  ],
  [
    'equal',
    {
      ...thread(),
      findings: [],
      rows: thread()
        .rows.slice(0, 1)
        .map((row) => ({...row, verdict: 'equal' as const})),
    },
    ['No, equal within the margin', 'task-clock +6.45 %', 'There is nothing to explain', 'Nothing'],
  ],
  [
    'an A/A that is not clean',
    {
      ...thread(),
      findings: [],
      rows: thread().rows.slice(0, 1),
      aa: {changed: 1, rows: 16, quads: 4, events: ['cycles']},
    },
    ['Yes, 1 of 1 event', 'task-clock +6.45 %', 'No, the clock was slower', 'The A/A is not clean'],
  ],
])('%s', (_name, comparison, wanted) => expect(answers(comparison)).toEqual(wanted));

test('the parts of the time are given with their sum', () => {
  expect(details(thread())[2]).toBe(
    '+2.12 % instructions, −1.90 % cycles per instruction, +6.26 % clock period = +6.45 ' +
      '% time on the CPU (factors that multiply).',
  );
});

test('simulated counts are not counted among the measured events', () => {
  const comparison = {
    ...withoutCounters(thread()),
    rows: [...withoutCounters(thread()).rows, simulated('more', 1.084)],
  };
  expect(details(comparison)[0]).toContain('Of 1 simulated count 1 changed.');
});
