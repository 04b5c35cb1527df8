// How much of a session's time its slices get.
import {expect, test} from 'vitest';
import {readMeasureOptions} from './read-options.ts';
import {sliceSecondsOf} from './slices-target.ts';

const options = {
  ...readMeasureOptions({values: {}, positionals: [], rest: []}, new Date(0)),
  until: null,
};

test.each([
  {what: 'a long session', budgetSeconds: 60, runs: null, seconds: 10},
  {what: 'the usual night', budgetSeconds: 30, runs: null, seconds: 5},
  {what: 'a short night', budgetSeconds: 5, runs: null, seconds: 2},
  {what: 'a session of a second', budgetSeconds: 1, runs: null, seconds: 0.5},
  {what: 'few runs of 5 s in all', budgetSeconds: 30, runs: 8, seconds: 1},
])('$what', ({budgetSeconds, runs, seconds}) => {
  expect(sliceSecondsOf({...options, design: 'abba', budgetSeconds, runs}, 5)).toBe(seconds);
});

test('alone they get all of it', () => {
  expect(sliceSecondsOf({...options, design: 'slices', budgetSeconds: 10}, 0)).toBe(10);
});
