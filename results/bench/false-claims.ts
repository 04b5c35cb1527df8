// How often a whole table of 16 unchanged events holds a false claim: jitstat and its peers on the
// same simulated runs.
import {randomFrom} from '../stats/random.ts';
import {scenarios, simulate} from './noise.ts';
import {peerRules} from './peer-rules.ts';
import {anyClaim, anyRule, conclude, rate, relabelled} from './simulated-session.ts';

const sizes = [20, 50, 100] as const;

/**
 * Lines of the table, for two labellings of the same runs: in quads, and all runs of before first.
 */
export const falseClaims = (trials: number, seed: number, print: (line: string) => void): void => {
  const names = ['jitstat', ...peerRules.map((peer) => peer.name)];
  for (const line of [
    `Tables of 16 rows with any false claim, nothing changed: percent of ${trials} tables [95 % ` +
      `interval]`,
    'The peers see the same runs, once as measured in quads and once labelled one side after the ' +
      'other.',
    '',
    `${'scenario'.padEnd(18)} ${'n'.padStart(3)}  ${'jitstat, quads'.padEnd(16)} ` +
      `${peerRules.map((peer) => peer.name.padStart(9)).join(' ')}   | blocked: ` +
      `${names.map((name) => name.padStart(9)).join(' ')}`,
  ])
    print(line);
  for (const scenario of scenarios) {
    for (const perSide of sizes) {
      const random = randomFrom(seed + perSide + 1000 * scenarios.indexOf(scenario));
      const quads = names.map(() => 0);
      const blocked = names.map(() => 0);
      for (let t = 0; t < trials; t++) {
        const samples = simulate(random, {scenario, perSide});
        const apart = relabelled(samples, random);
        quads[0] += anyClaim(conclude(samples)) ? 1 : 0;
        blocked[0] += anyClaim(conclude(apart, 'blocked')) ? 1 : 0;
        peerRules.forEach(({rule}, i) => {
          quads[i + 1] += anyRule(samples, rule) ? 1 : 0;
          blocked[i + 1] += anyRule(apart, rule) ? 1 : 0;
        });
      }
      const percent = (hits: number): string => ((100 * hits) / trials).toFixed(1).padStart(9);
      print(
        `${scenario.padEnd(18)} ${String(perSide).padStart(3)}  ` +
          `${rate(quads[0], trials).padEnd(16)} ${quads.slice(1).map(percent).join(' ')}   |     ` +
          `     ${blocked.map(percent).join(' ')}`,
      );
    }
  }
};
