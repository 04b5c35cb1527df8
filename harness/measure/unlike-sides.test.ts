// Unlike sides: only what is counted around the test runs is compared, and the rest is named.
import {expect, test} from 'vitest';
import type {Samples} from '../../results/types.ts';
import {comparableSamples, unlikeSides} from './unlike-sides.ts';

const series = (event: string) => ({
  event,
  unit: '',
  value: Float64Array.of(1, 2),
  enabled: null,
  running: null,
});
const samples = {
  runs: 2,
  events: ['task-clock', 'page-faults', 'ns-per-execution'].map(series),
} as unknown as Samples;

const side = (source?: string) => ({label: 'x', ...(source === undefined ? {} : {source})});

test('user space against the kernel: nanoseconds per execution alone', () => {
  const sides = {before: side('user shim'), after: side('kernel')};
  expect(comparableSamples(sides, samples).events.map(({event}) => event)).toEqual([
    'ns-per-execution',
  ]);
  const [found] = unlikeSides(sides, samples);
  expect(found.text).toMatch(/^only ns-per-execution is compared: .*task-clock, page-faults would/);
  expect(found.data).toEqual({
    compared: ['ns-per-execution'],
    left: ['task-clock', 'page-faults'],
  });
});

test.each([
  [side('user shim'), side('user shim')],
  [side('kernel'), side('kernel')],
  [side(), side()],
  [side('user shim'), null],
])('sides of the same kind are compared in full (%#)', (before, after) => {
  expect(comparableSamples({before, after}, samples)).toBe(samples);
  expect(unlikeSides({before, after}, samples)).toEqual([]);
});
