// The time of a night: shares that keep its limit, and words that never say 0 seconds.
import {expect, test} from 'vitest';
import type {Night} from '../../results/history/index.ts';
import type {Suite} from './suite/suite.ts';
import {estimatedSeconds, nightClock, pastSeconds, workloadsThatFit} from './time-budget.ts';

test('the A/A is repeated only if each session to come keeps a third of its share', () => {
  let second = 0;
  const clock = nightClock(() => new Date(1000 * second), {time: 60, seconds: 30}, 3);
  expect(clock.share()).toBeCloseTo(15.2, 6);
  second = 16;
  expect([clock.left(), clock.affords(30), clock.affords(32)]).toEqual([44, true, false]);
});

test.each([
  ['enough', 3600, 30, 3, 30, []],
  [
    'some',
    60,
    30,
    3,
    15.2,
    ['to keep 60 s, workloads were measured for 15.2 s instead of 30 s each'],
  ],
  [
    'little',
    4,
    30,
    3,
    4 / 15,
    ['to keep 4 s, workloads were measured for 0.26 s instead of 30 s each'],
  ],
  [
    'none at all',
    1,
    0.05,
    3,
    0.01,
    ['to keep 1 s, workloads were measured for 0.01 s instead of 0.05 s each'],
  ],
])('%s', (_, time, seconds, sessions, share, notes) => {
  const clock = nightClock(() => new Date(0), {time, seconds}, sessions);
  expect(clock.share()).toBeCloseTo(share, 6);
  expect(clock.notes()).toEqual(notes);
});

test.each([
  ['all have room', 60, 8, 3, 3],
  ['two have room', 60, 8, 12, 10],
  ['at least one is measured', 4, 30, 3, 1],
  ['without a limit all are measured', null, 30, 99, 99],
])('%s', (_, time, seconds, wanted, planned) =>
  expect(nightClock(() => new Date(0), {time, seconds}, 1 + wanted).plan(wanted)).toBe(planned),
);

test('the cost of preparing a session is learned before the workloads are planned', () => {
  const clock = nightClock(() => new Date(0), {time: 60, seconds: 8}, 4);
  clock.learn(8, 30);
  expect(clock.plan(3)).toBe(2);
  expect(clock.share()).toBeCloseTo(0.8 * 8, 6);
});

test('a night takes its A/A and every workload, and three times that if all are measured again', () => {
  expect(estimatedSeconds({seconds: 30}, 3)).toEqual({usual: 124, most: 368});
  expect([60, 12, 3600].map((time) => workloadsThatFit({time, seconds: 30}))).toEqual([9, 1, 599]);
});

test('finished nights of the suite with as many workloads say how long one takes', () => {
  const suite = {name: 'lab', workloads: [{}, {}]} as unknown as Suite;
  const night = (seconds: number | null, more: object = {}) => ({
    suite: 'lab',
    machine: 'lab1',
    created: '2026-11-18T03:00:00.000Z',
    finished: seconds === null ? null : new Date(Date.UTC(2026, 10, 18, 3, 0, seconds)).toJSON(),
    workloads: [{}, {}] as unknown as Night['workloads'],
    ...more,
  });
  const others = [
    night(null),
    night(10, {suite: 'other'}),
    night(10, {machine: 'lab2'}),
    night(10, {workloads: []}),
  ];
  expect(pastSeconds([night(300), ...others, night(200)], suite, 'lab1')).toEqual([200, 300]);
  const many = Array.from({length: 20}, (_, at) => night(100 + at));
  expect(pastSeconds(many, suite, 'lab1')).toEqual([113, 114, 115, 116, 117, 118, 119]);
});
