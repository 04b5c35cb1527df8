// `npm run bench:jit`: instructions compiled a second, and memory for each, for every variant and
// three program lengths. `npm run bench:jit -- --against DIR [--pairs N] [--variant NAME]` compares
// this checkout with another one that is built, say an older commit.
import {parseArgs} from 'node:util';
import {compileProgram} from '../compile.ts';
import {Refusal} from '../refusal.ts';
import {findVariant, variants} from '../variants/list/index.ts';
import type {Variant} from '../variants/variant.ts';
import {bestRoundMs, leastRounds, userLayout} from './best-round.ts';
import {compareCheckouts} from './paired-speed.ts';
import {mixedProgram} from './programs.ts';

const sizes = [1_000, 60_000, 1_000_000] as const;

const collect = (globalThis as {gc?: () => void}).gc ?? (() => undefined);

const instructionsPerSecond = (variant: Variant, count: number): number => {
  const program = mixedProgram(count, 1);
  return count / (bestRoundMs(() => compileProgram(program, variant, userLayout(variant))) / 1000);
};

/**
 * What a compilation leaves or has just thrown away, in bytes for each instruction: the most of a
 * few, as the engine may collect in between.
 */
const memoryPerInstruction = (variant: Variant, count: number): number => {
  const program = mixedProgram(count, 1);
  let most = 0;
  for (let round = 0; round < leastRounds; round++) {
    collect();
    const before = inUse();
    const compiled = compileProgram(program, variant, userLayout(variant));
    most = Math.max(most, (inUse() - before) / count);
    keep = compiled;
  }
  return most;
};

/** Keeps the last result alive while memory is looked at. */
export let keep: unknown = null;

const inUse = (): number => {
  const {heapUsed, arrayBuffers} = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

const row = (cells: readonly string[]): string =>
  cells.map((cell, index) => (index === 0 ? cell.padEnd(24) : cell.padStart(12))).join('');

const report = (): void => {
  console.log(
    'million instructions a second of CPU time (best round), and bytes of memory for each ' +
      'instruction',
  );
  console.log(row(['variant', ...sizes.map((size) => size.toLocaleString('en')), 'bytes']));
  for (const variant of variants) {
    const speeds = sizes.map((size) => (instructionsPerSecond(variant, size) / 1e6).toFixed(1));
    const bytes = memoryPerInstruction(variant, sizes[2]).toFixed(0);
    console.log(row([variant.name, ...speeds, bytes]));
  }
};

const {values: options} = parseArgs({
  options: {
    against: {type: 'string'},
    pairs: {type: 'string', default: '10'},
    variant: {type: 'string', multiple: true},
  },
});

try {
  if (options.against === undefined) report();
  else
    compareCheckouts(
      options.against,
      Number(options.pairs),
      options.variant?.map(findVariant) ?? variants,
    );
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(`${error.message}\n  hint: ${error.hint}`);
  process.exitCode = 2;
}
