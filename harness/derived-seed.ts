// Seeded random numbers: every choice that jitstat makes can be repeated from a stored seed.
import {randomFrom} from '../results/stats/random.ts';

/** Numbers in [0, 1); the same seed gives the same series on every machine. */
export const seededRandom = (seed: number): (() => number) => randomFrom(seed).uniform;

/** A seed derived from another one and the numbers that identify its purpose. */
export const derivedSeed = (seed: number, ...parts: readonly number[]): number => {
  let mixed = seed >>> 0;
  for (const part of parts) {
    mixed = Math.imul(mixed ^ (part >>> 0), 0x85ebca6b) >>> 0;
    mixed = (mixed ^ (mixed >>> 13)) >>> 0;
    mixed = Math.imul(mixed + 0x9e3779b9, 0xc2b2ae35) >>> 0;
    mixed = (mixed ^ (mixed >>> 16)) >>> 0;
  }
  return mixed;
};
