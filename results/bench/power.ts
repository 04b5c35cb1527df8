// How often a true change is found on noise like recorded runs, next to the plain signed-rank test
// on quads; and what intervals cover.
import {layoutOf} from '../compare/quads/quads.ts';
import {budget, weightedHolm} from '../stats/holm.ts';
import {randomFrom} from '../stats/random.ts';
import {signedRankTest} from '../stats/signed-rank.ts';
import type {Samples} from '../types.ts';
import {simulate} from './noise.ts';
import {claimed, conclude, rate} from './simulated-session.ts';

const cases = [
  {name: '+1 % of the primary event', event: 'task-clock', change: 0.01, goal: '>= 75'},
  {name: '+2 % of the primary event', event: 'task-clock', change: 0.02, goal: '>= 97'},
  {name: '+1 % of another row', event: 'cycles', change: 0.01, goal: '>= 40'},
] as const;

const perSide = 50;

export const power = (trials: number, seed: number, print: (line: string) => void): void => {
  for (const line of [
    `True changes found at n = ${perSide} a side, noise like recorded pinned runs: percent of ` +
      `${trials} tables [95 % interval]`,
    '',
    `${'change'.padEnd(28)} ${'goal'.padEnd(6)} ${'jitstat'.padEnd(20)} ` +
      `${'plain signed rank'.padEnd(20)} covered by its 95 % interval`,
  ])
    print(line);
  for (const {name, event, change, goal} of cases) {
    const random = randomFrom(seed);
    const count = {jitstat: 0, plain: 0, covered: 0};
    for (let t = 0; t < trials; t++) {
      const samples = simulate(random, {
        scenario: 'recorded',
        perSide,
        effect: {[event]: Math.log1p(change)},
      });
      const row = conclude(samples).find((candidate) => candidate.event === event);
      if (row !== undefined && claimed(row.verdict)) count.jitstat++;
      if (
        row?.change !== null &&
        row !== undefined &&
        (row.change.low ?? 0) <= 1 + change &&
        (row.change.high ?? Infinity) >= 1 + change
      )
        count.covered++;
      if (plainFinds(samples, event)) count.plain++;
    }
    print(
      `${name.padEnd(28)} ${goal.padEnd(6)} ${rate(count.jitstat, trials).padEnd(20)} ` +
        `${rate(count.plain, trials).padEnd(20)} ${rate(count.covered, trials)}`,
    );
  }
};

/** The same correction over the table on untreated quad contrasts of logs. */
const plainFinds = (samples: Samples, event: string): boolean => {
  const layout = layoutOf(samples);
  const p = samples.events.map((series) => {
    const contrast = new Float64Array(layout.quads);
    for (let i = 0; i < samples.runs; i++)
      contrast[i >> 2] += layout.weight[layout.blockOf[i]] * Math.log(series.value[i]);
    return signedRankTest(contrast).p;
  });
  const adjusted = weightedHolm(
    p,
    budget(samples.events.map((series) => series.event === 'task-clock')),
  );
  return (adjusted[samples.events.findIndex((series) => series.event === event)] ?? 1) <= 0.05;
};
