// The number of counters, from the shares of time during which many events were counted.
import {expect, test} from 'vitest';
import {counterTestEvent, countersOfRun} from './probe.ts';

/** The times perf 6.1 gave for ten raw events, one of them pinned, on an emulated Arm PMU. */
const onSixCounters = [
  203419008, 107455072, 107427824, 109162848, 113170624, 117170688, 119955184, 118256096, 114248320,
  110248384,
].map((running) => ({enabled: 203419008, running}));

test.each([
  ['ten events on six counters', onSixCounters, 6],
  [
    'a run shorter than a rotation: six ran throughout, the others never',
    Array.from({length: 32}, (_, i) => ({enabled: 700, running: i < 6 ? 700 : 0})),
    6,
  ],
  ['all at once', Array.from({length: 32}, () => ({enabled: 5, running: 5})), 32],
  ['nothing counted', [{enabled: 0, running: 0}], 0],
])('counters: %s', (_name, counts, counters) => expect(countersOfRun(counts)).toBe(counters));

test.each([
  [['task-clock', 'cycles', 'instructions', 'branches', 'LLC-loads'], 'branches'],
  [['cycles:u', 'instructions:u', 'dTLB-loads:u'], 'dTLB-loads:u'],
  [['cycles', 'instructions', 'r8', 'r11'], 'r8'],
  [['task-clock', 'cycles', 'instructions'], 'instructions'],
  [['cycles', 'duration_time'], 'cycles'],
  [['task-clock', 'page-faults'], null],
])('out of %j the event to test with is %s', (counted, event) =>
  expect(counterTestEvent(counted)).toBe(event),
);
