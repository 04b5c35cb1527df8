// Are injected spikes named with run and event, and how often is a clean run named?
import {residualsOf, standingOut} from '../compare/spikes/spikes.ts';
import {median} from '../stats/robust.ts';
import type {Random} from '../stats/random.ts';
import {randomFrom} from '../stats/random.ts';
import type {Samples} from '../types.ts';
import {recordedNoise, sidesOf} from './noise.ts';

/**
 * Clean series: natural logs around a level, or counts, all with the right tails that real series
 * have.
 */
const shapes: readonly {
  readonly name: string;
  readonly unit: string;
  readonly make: (random: Random, runs: number) => Float64Array;
}[] = [
  {
    name: 'recorded time',
    unit: 'msec',
    make: (random, runs) => recordedNoise(random, runs).map((log) => 200 * Math.exp(log)),
  },
  {
    name: 'heavy right tail',
    unit: 'msec',
    make: (random, runs) =>
      recordedNoise(random, runs).map(
        (log) => 200 * Math.exp(log + (random.uniform() < 0.05 ? 0.2 * random.exponential() : 0)),
      ),
  },
  {
    name: 'misses, sd 50 %',
    unit: '',
    make: (random, runs) =>
      Float64Array.from({length: runs}, () =>
        random.poisson(480 * Math.exp(0.5 * random.normal() - 0.125)),
      ),
  },
  {
    name: 'switches, mean 5',
    unit: '',
    make: (random, runs) => Float64Array.from({length: runs}, () => random.poisson(5)),
  },
  {
    name: 'switches, mean 1',
    unit: '',
    make: (random, runs) => Float64Array.from({length: runs}, () => random.poisson(1)),
  },
  {
    name: 'migrations, 0.1',
    unit: '',
    make: (random, runs) => Float64Array.from({length: runs}, () => random.poisson(0.1)),
  },
];

const runs = 1024;

/**
 * Spikes of 10 to 1000 times the level (at least 1), one in 1024 runs; then the same with all of
 * them at 10 times.
 */
export const spikeNames = (sessions: number, seed: number, print: (line: string) => void): void => {
  for (const line of [
    '',
    `Spikes: one run in ${runs}, 10 to 1000 times its level; ${sessions} sessions of ${runs} runs each`,
    '',
    `${'series'.padEnd(18)} named / injected   all at 10 times    false names per 10,000 clean runs`,
  ])
    print(line);
  for (const {name, unit, make} of shapes) {
    const random = randomFrom(seed);
    let found = 0;
    let foundSmallest = 0;
    let wrong = 0;
    for (let s = 0; s < sessions; s++) {
      const value = make(random, runs);
      const standing = (series: Float64Array): number[] =>
        standingOut(
          residualsOf(sessionOf(series, unit, random), {
            event: name,
            unit,
            value: series,
            enabled: null,
            running: null,
          }),
        );
      wrong += standing(value).length;
      const level = Math.max(1, median(value));
      const at = Math.floor(runs * random.uniform());
      const spiked = (times: number): Float64Array => value.with(at, Math.round(level * times));
      if (standing(spiked(10 ** (1 + 2 * random.uniform()))).includes(at)) found++;
      if (standing(spiked(10)).includes(at)) foundSmallest++;
    }
    print(
      `${name.padEnd(18)} ${`${found} / ${sessions}`.padEnd(18)} ` +
        `${`${foundSmallest} / ${sessions}`.padEnd(18)} ` +
        `${((1e4 * wrong) / (sessions * runs)).toFixed(2)}`,
    );
  }
};

const sessionOf = (value: Float64Array, unit: string, random: Random): Samples => ({
  runs: value.length,
  quad: Int32Array.from(value, (_, i) => i >> 2),
  position: Uint8Array.from(value, (_, i) => i & 3),
  side: sidesOf(random, value.length, 'abba'),
  warmup: new Uint8Array(value.length),
  placement: new Int32Array(value.length).fill(-1),
  events: [{event: 'series', unit, value, enabled: null, running: null}],
});
