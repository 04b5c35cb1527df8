// Choices from a seed, for programs that must be the same every time.
import {seededRandom} from '../derived-seed.ts';

export interface Choices {
  /** 0 … limit - 1. */
  readonly below: (limit: number) => number;
  /** True once in `times`. */
  readonly one: (times: number) => boolean;
  readonly pick: <T>(list: readonly T[]) => T;
  readonly shuffle: <T>(list: readonly T[]) => T[];
}

export const choicesFrom = (seed: number): Choices => {
  const next = seededRandom(seed);
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    one: (times) => below(times) === 0,
    pick: (list) => list[below(list.length)],
    shuffle: (list) => {
      const result = list.slice();
      for (let last = result.length - 1; last > 0; last--) {
        const other = below(last + 1);
        [result[last], result[other]] = [result[other], result[last]];
      }
      return result;
    },
  };
};
