// False claims of the stopping rules when nothing changed, against looking until it is significant.
import type {StoppingRule} from '../compare/quads/stopping.ts';
import {levelAt, looks, nextLook} from '../compare/quads/stopping.ts';
import {firstQuads} from '../samples/select.ts';
import {randomFrom} from '../stats/random.ts';
import {simulate} from './noise.ts';
import {anyClaim, conclude, rate} from './simulated-session.ts';

const mostQuads = 60;

const rules: readonly StoppingRule[] = [
  {kind: 'precision', target: 0.01, maxQuads: mostQuads},
  {kind: 'decision', target: 0.01, maxQuads: mostQuads},
];

export const earlyStops = (trials: number, seed: number, print: (line: string) => void): void => {
  for (const line of [
    '',
    `Stopping early, nothing changed, noise like recorded runs, at most ${mostQuads} quads: ` +
      `tables with any false claim, ${trials} tables`,
    '',
    `${'rule'.padEnd(38)} ${'false claims'.padEnd(18)} mean quads`,
  ])
    print(line);
  for (const rule of rules) {
    const random = randomFrom(seed);
    let hits = 0;
    let quads = 0;
    for (let t = 0; t < trials; t++) {
      const samples = simulate(random, {scenario: 'recorded', perSide: 2 * mostQuads});
      const stop =
        looks(rule).find((count) => nextLook(firstQuads(samples, count), rule) === 'stop') ??
        mostQuads;
      if (anyClaim(conclude(firstQuads(samples, stop), 'abba', levelAt(rule, stop)))) hits++;
      quads += stop / trials;
    }
    print(
      `${`${rule.kind} ${100 * rule.target} %`.padEnd(38)} ${rate(hits, trials).padEnd(18)} ` +
        `${quads.toFixed(1)}`,
    );
  }
  const random = randomFrom(seed);
  let hits = 0;
  for (let t = 0; t < trials; t++) {
    const samples = simulate(random, {scenario: 'recorded', perSide: 2 * mostQuads});
    if (looks(rules[0]).some((count) => anyClaim(conclude(firstQuads(samples, count))))) hits++;
  }
  print(`${'until it is significant (no rule)'.padEnd(38)} ${rate(hits, trials)}`);
};
