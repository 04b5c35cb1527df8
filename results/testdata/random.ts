// Seeded random numbers for tests and test data, from the one generator of results/.
import {randomFrom} from '../stats/random.ts';

/** Uniform numbers in [0, 1). */
export const seededRandom = (seed: number): (() => number) => randomFrom(seed).uniform;

/** Standard normal numbers. */
export const seededNormal = (seed: number): (() => number) => randomFrom(seed).normal;

/** Whole numbers from 0 up to, not including, `limit`. */
export const seededBelow = (seed: number): ((limit: number) => number) => {
  const random = seededRandom(seed);
  return (limit) => Math.floor(random() * limit);
};
