// The change as a function of the address of either side's entry program: by offset in the cache
// line and in the page.
import type {KnownChange, OffsetChange} from '../../types.ts';
import {averageOf} from './average.ts';
import type {ProcessFigures} from './process.ts';
import type {SliceProcess} from './types.ts';

/** Bytes of the space, and of one bin of it: functions are at multiples of 4. */
const spaces = {
  line: {bytes: 64, bin: 4},
  page: {bytes: 4096, bin: 256},
} as const;

/** A bin with fewer placements says nothing. */
const fewest = 4;

/**
 * For each side and space the bins in order; the other side's placements are averaged over. Bins
 * with fewer than 4 placements are left out.
 */
export const changeByOffset = (
  processes: readonly SliceProcess[],
  figures: readonly ProcessFigures[],
  level: number,
): readonly OffsetChange[] => {
  const placed = processes.flatMap(({pairs}, at) =>
    pairs.map(({entries}, pair) => ({entries, logRatio: figures[at].pairs[pair].logRatio})),
  );
  return (['before', 'after'] as const).flatMap((side, index) =>
    (['line', 'page'] as const).flatMap((space) => {
      const {bytes, bin} = spaces[space];
      const bins = Array.from({length: bytes / bin}, (): number[] => []);
      for (const {entries, logRatio} of placed)
        if (entries[index] !== 0) bins[Math.floor((entries[index] % bytes) / bin)].push(logRatio);
      return bins.flatMap((logRatios, number): OffsetChange[] =>
        logRatios.length < fewest
          ? []
          : [
              {
                side,
                space,
                offset: number * bin,
                placements: logRatios.length,
                change: changeOf(logRatios, level),
              },
            ],
      );
    }),
  );
};

export const changeOf = (logRatios: readonly number[], level: number): KnownChange => {
  const {value, low, high} = averageOf(logRatios, level);
  return {ratio: Math.exp(value), low: Math.exp(low), high: Math.exp(high), level};
};
