// `npm run bench:validity [-- --trials N --seed S]`: simulates sessions and prints how often
// jitstat and its peers are wrong, and right.
import {parseArgs} from 'node:util';
import {earlyStops} from './early-stops.ts';
import {falseClaims} from './false-claims.ts';
import {power} from './power.ts';
import {spikeNames} from './spike-names.ts';

const {values} = parseArgs({
  options: {trials: {type: 'string', default: '800'}, seed: {type: 'string', default: '1'}},
});
const trials = Number(values.trials);
const seed = Number(values.seed);

if (!Number.isInteger(trials) || trials < 1 || !Number.isInteger(seed)) {
  process.stderr.write('bench:validity: --trials and --seed take whole numbers\n');
  process.exitCode = 2;
} else {
  const parts = [
    [falseClaims, trials],
    [power, trials],
    [spikeNames, Math.ceil(trials / 4)],
    [earlyStops, Math.ceil(trials / 4)],
  ] as const;
  for (const [part, size] of parts) {
    part(size, seed, (line) => process.stdout.write(`${line}\n`));
    process.stdout.write('\n');
  }
}
