// Spikes: every injected one is named, clean runs are not, drift and changed levels make none.
import {expect, test} from 'vitest';
import {recordedNoise} from '../../bench/noise.ts';
import {session} from '../../bench/bench-table.ts';
import type {Random} from '../../stats/random.ts';
import {randomFrom} from '../../stats/random.ts';
import type {Samples} from '../../types.ts';
import {spikeLedger} from './spike-ledger.ts';
import {residualsOf, standingOut} from './spikes.ts';

const runsOf = (samples: Samples): number[] => standingOut(residualsOf(samples, samples.events[0]));

test.each([10, 30, 1000])(
  'one run of 1024 at %i times its level, in noise with a right tail',
  (times) => {
    const random = randomFrom(times);
    for (let s = 0; s < 10; s++) {
      const noise = recordedNoise(random, 1024);
      const at = Math.floor(1024 * random.uniform());
      expect(
        runsOf(
          session(256, {
            'task-clock': (run) => 200 * Math.exp(noise[run]) * (run === at ? times : 1),
          }),
        ),
      ).toContain(at);
    }
  },
);

test.each([
  [
    'a heavy right tail',
    'task-clock',
    (random: Random, noise: number) =>
      200 * Math.exp(noise + (random.uniform() < 0.05 ? 0.2 * random.exponential() : 0)),
    2000,
  ],
  [
    'misses that vary by half',
    'LLC-load-misses',
    (random: Random) => random.poisson(480 * Math.exp(0.5 * random.normal())),
    6000,
  ],
  ['one switch a run', 'context-switches', (random: Random) => random.poisson(1), 12],
])('a long tail hides no spike: %s', (_, event, of, spike) => {
  const random = randomFrom(7);
  for (let s = 0; s < 20; s++) {
    const noise = recordedNoise(random, 1024);
    const at = Math.floor(1024 * random.uniform());
    expect(
      runsOf(session(256, {[event]: (run) => (run === at ? spike : of(random, noise[run]))})),
    ).toContain(at);
  }
});

test('one mode of two is not a spike, however far from the other', () => {
  const random = randomFrom(8);
  expect(
    runsOf(
      session(256, {'LLC-load-misses': () => random.poisson(random.uniform() < 0.3 ? 5000 : 500)}),
    ),
  ).toEqual([]);
});

test.each([0.3, 0.5, 0.7])(
  'runs without the event are set apart: with %f of them zero, other runs still stand out',
  (zeros) => {
    const random = randomFrom(9);
    for (let s = 0; s < 20; s++) {
      const at = Math.floor(1024 * random.uniform());
      expect(
        runsOf(
          session(256, {
            'iTLB-load-misses': (run) =>
              run === at ? 400 : random.uniform() < zeros ? 0 : random.poisson(20),
          }),
        ),
      ).toEqual([at]);
    }
  },
);

test('small counts are spikes only beyond what chance brings: at most one false name per 10,000', () => {
  const random = randomFrom(10);
  for (const mean of [0.1, 0.5, 1, 2]) {
    let names = 0;
    for (let s = 0; s < 40; s++)
      names += runsOf(session(256, {'context-switches': () => random.poisson(mean)})).length;
    expect({mean, few: names <= 4}).toEqual({mean, few: true});
  }
});

test('clean runs with a heavy right tail: at most one false name per 10,000', () => {
  const random = randomFrom(2);
  let names = 0;
  for (let s = 0; s < 30; s++) {
    const noise = recordedNoise(random, 1024);
    names += runsOf(session(256, {'task-clock': (run) => 200 * Math.exp(noise[run])})).length;
  }
  expect(names).toBeLessThanOrEqual(3);
});

test('drift, steps and a doubled after side are not spikes and hide none', () => {
  const random = randomFrom(3);
  const shape = (run: number): number => (run > 300 ? 3 : 1) * Math.exp(run / 200);
  const samples = session(128, {
    'task-clock': (run, side) =>
      100 * shape(run) * (1 + side) * Math.exp(0.02 * random.normal()) * (run === 77 ? 10 : 1),
  });
  expect(runsOf(samples)).toEqual([77]);
});

test('many spikes, up to a rate of one in ten', () => {
  const random = randomFrom(4);
  const spiky = new Set([5, 19, 40, 41, 63, 88, 120, 121, 150, 199]);
  const samples = session(50, {
    'LLC-load-misses': (run) =>
      random.poisson(1000) * (spiky.has(run) ? 20 + random.poisson(30) : 1),
  });
  expect(runsOf(samples)).toEqual([...spiky]);
});

test.each([
  ['counts of 0 and 1', (run: number): number => (run % 9 === 0 ? 1 : 0)],
  ['a constant', (): number => 42],
  ['two modes', (run: number): number => (run % 2 === 0 ? 100 : 1000)],
])('%s contain no spike', (_, value) =>
  expect(runsOf(session(50, {'cpu-migrations': value}))).toEqual([]),
);

test('the run is numbered within its side, without warm-up, with placement and times', () => {
  const samples = session(12, {
    'iTLB-load-misses': (run) => (run === 9 ? 100_000 : 480 + (run % 5)),
  });
  samples.warmup.fill(1, 0, 4);
  samples.placement.fill(3, 8, 12);
  const number = [...samples.side.keys()].filter(
    (run) => run >= 4 && run <= 9 && samples.side[run] === samples.side[9],
  ).length;
  const ledger = spikeLedger(samples, {
    placements: [0, 1, 2, 3].map((seed) => ({
      text: `random:${seed}`,
      side: 'after',
      addresses: {},
    })),
    executions: {before: 50_000, after: 50_000},
  });
  const {before, after} = ledger.of('iTLB-load-misses');
  const [spike] = [...before, ...after];
  expect(spike).toMatchObject({run: number, value: 100_000, placement: 3});
  expect(spike.times).toBeCloseTo(100_000 / 482, 0);
  expect(ledger.findings[0].text).toMatch(/2 per program execution.*\(placement random:3\)/);
});

test('a spike in a run that was hardly counted is blamed on scaling', () => {
  const samples = session(25, {
    'iTLB-load-misses': (run) => (run === 30 ? 50_000 : 480 + (run % 5)),
  });
  const times = {
    enabled: new Float64Array(100).fill(1e9),
    running: Float64Array.from({length: 100}, (_, run) => (run === 30 ? 1e6 : 3e8)),
  };
  const ledger = spikeLedger({...samples, events: [{...samples.events[0], ...times}]});
  expect(ledger.findings.map((finding) => finding.code)).toEqual(['spike', 'scaling-spike']);
});
