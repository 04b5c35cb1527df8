// No row contradicts itself: the two figures of a row have the sign and the size of its change.
import {describe, expect, test} from 'vitest';
import {randomFrom} from '../../stats/random.ts';
import type {Samples, SideStats} from '../../types.ts';
import {compareSamples} from '../samples.ts';
import {figuresOf} from './figures.ts';

const stats = (median: number | null, mean = median, n = 20): SideStats => ({
  n,
  mean,
  median,
  sem: null,
  sd: null,
  running: null,
});
const none = {before: [], after: []};

describe('figures', () => {
  test('agree with a change that the medians do not show', () => {
    const figures = figuresOf(
      {before: stats(29), after: stats(29)},
      {ratio: 1.02, low: 1.01, high: 1.03, level: 0.95},
      none,
    );
    expect(figures!.after / figures!.before).toBeCloseTo(1.02, 12);
    expect(Math.sqrt(figures!.after * figures!.before)).toBeCloseTo(29, 9);
  });
  test('are the means of a paste, as printed', () =>
    expect(
      figuresOf(
        {before: stats(null, 1340.52), after: stats(null, 1426.95)},
        {ratio: 1426.95 / 1340.52, low: null, high: null, level: 0.95},
        none,
      ),
    ).toEqual({before: 1340.52, after: 1426.95}));
  test('of small counts are means without their spikes', () =>
    expect(
      figuresOf({before: stats(0, 0.1), after: stats(0, 50.2)}, null, {
        before: [],
        after: [{run: 3, value: 1000, times: 1000}],
      }),
    ).toEqual({before: 0.1, after: expect.closeTo(4 / 19, 9)}));
  test('are missing if a side was not counted', () =>
    expect(figuresOf({before: stats(null), after: stats(3)}, null, none)).toBeNull());
});

/** Quads in ABBA order with drift, a coarse count, a rare count and a time. */
const session = (seed: number, effect: number): Samples => {
  const random = randomFrom(seed);
  const runs = 80;
  const side = Uint8Array.from({length: runs}, (_, i) => [0, 1, 1, 0][i % 4]);
  const series = (event: string, of: (i: number) => number) => ({
    event,
    unit: event === 'task-clock' ? 'msec' : '',
    value: Float64Array.from({length: runs}, (_, i) => of(i)),
    enabled: null,
    running: null,
  });
  return {
    runs,
    quad: Int32Array.from({length: runs}, (_, i) => i >> 2),
    position: Uint8Array.from({length: runs}, (_, i) => i & 3),
    side,
    warmup: new Uint8Array(runs),
    placement: new Int32Array(runs).fill(-1),
    events: [
      series(
        'task-clock',
        (i) => (100 + i / 4) * Math.exp(0.02 * random.normal() + effect * side[i]),
      ),
      series('page-faults', (i) => 29 + Math.round(random.uniform() + side[i] * effect * 10)),
      series('context-switches', (i) => random.poisson(2 * Math.exp(effect * 5 * side[i]))),
      series('cycles', () => 3e9 * Math.exp(0.001 * random.normal())),
    ],
  };
};

test('in 200 sessions with drift and small effects no row contradicts itself', () => {
  let claims = 0;
  for (let seed = 0; seed < 200; seed++) {
    const samples = session(seed, [0, 0.02, -0.03, 0.1][seed % 4]);
    const {rows} = compareSamples(samples, {
      before: {label: 'before'},
      after: {label: 'after'},
      design: 'abba',
    });
    for (const {change, figures, verdict} of rows) {
      if (figures === undefined) continue;
      const way = Math.sign(figures.after - figures.before);
      if (verdict === 'more' || verdict === 'less') {
        claims++;
        expect(way).toBe(verdict === 'more' ? 1 : -1);
      }
      if (change === null || change.ratio === 1) continue;
      expect(way).toBe(Math.sign(change.ratio - 1));
      expect(figures.after / figures.before / change.ratio).toBeCloseTo(1, 9);
    }
  }
  expect(claims).toBeGreaterThan(50);
});
