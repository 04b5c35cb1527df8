// `npm run bench:history [-- --series N --seed S]`: are steps in a year of nights found, how often
// does a year without one show one, and how long does it take?
import {parseArgs} from 'node:util';
import {analysePoints} from '../history/series.ts';
import type {HistoryPoint} from '../history/types.ts';
import type {Random} from '../stats/random.ts';
import {randomFrom} from '../stats/random.ts';

const nights = 365;
const noise = 0.005;
const spikeRate = 0.03;
/** The margin of `task-clock`: anything smaller is not a change. */
const margin = 0.01;

/** Each night's noise, of standard deviation 1. */
const shapes: readonly {readonly name: string; readonly make: (random: Random) => () => number}[] =
  [
    {name: 'independent nights', make: (random) => random.normal},
    {name: 'correlated 0.3', make: (random) => following(random, 0.3)},
    {name: 'correlated 0.6', make: (random) => following(random, 0.6)},
    {name: 'correlated 0.9', make: (random) => following(random, 0.9)},
    {
      name: 'heavy tails (t, 3)',
      make: (random) => () =>
        random.normal() / Math.hypot(random.normal(), random.normal(), random.normal()),
    },
  ];

const following = (random: Random, rho: number): (() => number) => {
  let last = random.normal();
  return () => (last = rho * last + Math.sqrt(1 - rho * rho) * random.normal());
};

/**
 * A year around 1000 with one step of `size` (a fraction) at night `at`; 3 % of nights are 3 to 10
 * times as high.
 */
const yearOf = (random: Random, next: () => number, size: number, at: number): number[] =>
  Array.from(
    {length: nights},
    (_, night) =>
      1000 *
      (night < at ? 1 : 1 + size) *
      (random.uniform() < spikeRate ? 3 + 7 * random.uniform() : 1) *
      Math.exp(noise * next()),
  );

const pointsOf = (values: readonly number[]): HistoryPoint[] =>
  values.map((value, at) => ({
    night: String(at),
    session: String(at),
    value,
    low: null,
    high: null,
    spikes: null,
    runs: null,
    running: null,
    spike: false,
  }));

const changesOf = (values: readonly number[]): number[] =>
  analysePoints(
    pointsOf(values),
    {kind: 'positive', unit: 'msec', measure: 'level'},
    margin,
  ).changes.map(({index}) => index);

const share = (hits: number, of: number): string =>
  `${((100 * hits) / of).toFixed(1)} %`.padStart(8);

const compare = (series: number, seed: number): void => {
  process.stdout.write(
    `\nA year of ${nights} nights, noise ${100 * noise} %, ${100 * spikeRate} % spikes of 3 to ` +
      `10 times; ${series} series a row\n\n`,
  );
  process.stdout.write(
    `${'noise'.padEnd(20)}step of 2 % found within 2 nights    years without a step that show one\n`,
  );
  for (const {name, make} of shapes) {
    const random = randomFrom(seed);
    let [found, wrong] = [0, 0];
    for (let s = 0; s < series; s++) {
      const at = 14 + Math.floor((nights - 28) * random.uniform());
      if (
        changesOf(yearOf(random, make(random), s % 2 === 0 ? 0.02 : -0.02, at)).some(
          (index) => Math.abs(index - at) <= 2,
        )
      )
        found++;
      if (changesOf(yearOf(random, make(random), 0, 0)).length > 0) wrong++;
    }
    process.stdout.write(
      `${name.padEnd(20)}${share(found, series)}${share(wrong, series).padStart(36)}\n`,
    );
  }
};

const time = (seed: number): void => {
  const random = randomFrom(seed);
  const many = Array.from({length: 500}, () => yearOf(random, random.normal, 0.02, 200));
  const long = Array.from({length: 28}, () => yearOf(random, random.normal, 0.02, 200))
    .flat()
    .slice(0, 10_000);
  for (const [what, work] of [
    [`one series of ${long.length} nights`, () => changesOf(long)],
    [`${many.length} series of ${nights} nights`, () => many.forEach(changesOf)],
  ] as const) {
    const began = process.hrtime.bigint();
    work();
    process.stdout.write(
      `${what}: ${(Number(process.hrtime.bigint() - began) / 1e9).toFixed(2)} s\n`,
    );
  }
};

const {values} = parseArgs({
  options: {series: {type: 'string', default: '1000'}, seed: {type: 'string', default: '1'}},
});
const [series, seed] = [Number(values.series), Number(values.seed)];
if (!Number.isInteger(series) || series < 1 || !Number.isInteger(seed)) {
  process.stderr.write('bench:history: --series and --seed take whole numbers\n');
  process.exitCode = 2;
} else {
  compare(series, seed);
  process.stdout.write('\n');
  time(seed);
}
