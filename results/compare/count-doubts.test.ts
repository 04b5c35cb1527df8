// The error claimed for a single run of multiplexed events, tested on runs whose truth is known.
import {expect, test} from 'vitest';
import {multiplexing} from './count-doubts.ts';

const rowsOf = (shares: readonly number[]) =>
  shares.map((running, i) => ({event: `r${i}`, mean: 1e6, running, variation: null}));

/** In percent, as the finding says it. */
const claimOf = (shares: readonly number[], seconds: number): number => {
  const [found] = multiplexing(rowsOf(shares), rowsOf(shares), seconds);
  return Number(/may be off by ([\d.]+) %/.exec(found.text)?.[1]);
};

test('ten events on six counters for five rotations', () =>
  expect(
    claimOf(
      Array.from({length: 10}, () => 0.6),
      0.2,
    ),
  ).toBe(36.5));

test('the claim for one event counts all events that share the counters', () => {
  const [, low] = multiplexing(rowsOf([0.05, 0.5]), [], 0.16);
  expect(low.text).toContain('phases of some 8 ms');
});

/** Uniform numbers below 1 from a linear congruential generator (Numerical Recipes' constants). */
const seeded = (seed: number) => () =>
  (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32;

/**
 * One run: `events` take turns every 4 ms; work and rest alternate in phases up to `longest` ms.
 */
const play = (
  random: () => number,
  events: number,
  counters: number,
  ms: number,
  longest: number,
) => {
  const busy: boolean[] = [];
  for (let isBusy = random() < 0.5; busy.length < ms; isBusy = !isBusy)
    for (let left = 1 + Math.floor(random() * longest); left > 0; left--) busy.push(isBusy);
  const works = busy.slice(0, ms);
  const truth = works.filter(Boolean).length;
  const [start, shift] = [Math.floor(random() * events), Math.floor(random() * 4)];
  return Array.from({length: events}, (_, event) => {
    const seen = works.filter(
      (_work, at) =>
        (((event - start - Math.floor((at + shift) / 4)) % events) + events) % events < counters,
    );
    const value = (seen.filter(Boolean).length * ms) / seen.length;
    return {running: seen.length / ms, error: Math.abs(value / truth - 1)};
  });
};

test.each([
  [10, 6, 200],
  [14, 4, 400],
  [16, 6, 1000],
])('%d events on %d counters, %d ms: claims hold in 95 of 100 runs', (events, counters, ms) => {
  for (const longest of [3, 12, 40, 100]) {
    const random = seeded(events + longest);
    const held = Array.from({length: 100}, () => {
      const counts = play(random, events, counters, ms, longest);
      const claim =
        claimOf(
          counts.map(({running}) => running),
          ms / 1000,
        ) / 100;
      return counts.map(({error}) => error <= claim);
    }).flat();
    const share = held.filter(Boolean).length / held.length;
    expect(share, `phases up to ${longest} ms`).toBeGreaterThan(0.94);
  }
});
