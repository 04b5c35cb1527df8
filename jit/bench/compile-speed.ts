// npm run bench:jit: instructions compiled a second, and memory for each, for every variant and
// three program lengths.
import {compileProgram} from '../compile.ts';
import {variants} from '../variants/list/index.ts';
import type {Variant} from '../variants/variant.ts';
import {mixedProgram} from './programs.ts';

const sizes = [1_000, 60_000, 1_000_000] as const;
const leastMs = 400;
const leastRounds = 5;

const collect = (globalThis as {gc?: () => void}).gc ?? (() => undefined);

/**
 * Best of several rounds, in CPU time (all threads of the process), so that a busy machine does not
 * count.
 */
const instructionsPerSecond = (variant: Variant, count: number): number => {
  const program = mixedProgram(count, 1);
  let best = Infinity;
  let spent = 0;
  for (let round = 0; round < leastRounds || spent < leastMs; round++) {
    const start = process.cpuUsage();
    compileProgram(program, variant, userLayout(variant));
    const {user, system} = process.cpuUsage(start);
    const took = (user + system) / 1000;
    best = Math.min(best, took);
    spent += took;
  }
  return count / (best / 1000);
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

const userLayout = (variant: Variant) => ({
  ...variant.layout,
  callBase: 0x40000000n,
  indirectThunk: 0x41000000n,
});

const row = (cells: readonly string[]): string =>
  cells.map((cell, index) => (index === 0 ? cell.padEnd(24) : cell.padStart(12))).join('');

console.log(
  'million instructions a second of CPU time (best round), and bytes of memory for each instruction',
);
console.log(row(['variant', ...sizes.map((size) => size.toLocaleString('en')), 'bytes']));
for (const variant of variants) {
  const speeds = sizes.map((size) => (instructionsPerSecond(variant, size) / 1e6).toFixed(1));
  console.log(row([variant.name, ...speeds, memoryPerInstruction(variant, sizes[2]).toFixed(0)]));
}
