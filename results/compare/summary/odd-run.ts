// One of a few runs that is far from all others, if there are too few runs to search for spikes.
import type {Finding, ImportTable} from '../../types.ts';
import {median} from '../../stats/robust.ts';
import {count, finding, ratioPercent} from '../findings.ts';

/** From this many runs on spikes are looked for (results/compare/spikes). */
const fewest = 4;
const most = 7;
/** It is this many ranges of the others away from them, and 1 % of their level. */
const ranges = 5;
const leastShare = 0.01;

interface Side {
  readonly name: 'before' | 'after';
  readonly values: readonly number[];
  /** Index of the odd run, -1 = none. */
  readonly odd: number;
}

export const oddRuns = (before: ImportTable, after: ImportTable): Finding[] => {
  const seen = new Set<string>();
  return before.samples.flatMap(({event}) => {
    const sides = [sideOf('before', before, event), sideOf('after', after, event)];
    const found = sides.filter(({odd}) => odd >= 0);
    // A measurement that has two names is reported once.
    const key = JSON.stringify(sides.map(({values}) => values));
    if (found.length === 0 || seen.has(key)) return [];
    seen.add(key);
    const [left, right] = sides.map(({values, odd}) => median(values.filter((_v, i) => i !== odd)));
    return found.map(({name, values, odd}) => {
      const others = values.filter((_value, i) => i !== odd);
      return finding('odd-run', {
        event,
        side: name,
        run: odd + 1,
        n: values.length,
        value: count(values[odd], 4),
        low: count(Math.min(...others), 4),
        high: count(Math.max(...others), 4),
        change: ratioPercent(Math.log(right / left)),
      });
    });
  });
};

const sideOf = (name: Side['name'], table: ImportTable, event: string): Side => {
  const all = table.samples.find((series) => series.event === event)?.values ?? [];
  const values = all.filter((value) => value !== null);
  const isFew = values.length >= fewest && values.length <= most;
  return {name, values, odd: isFew ? values.findIndex((_value, i) => isOdd(values, i)) : -1};
};

const isOdd = (values: readonly number[], at: number): boolean => {
  const others = values.filter((_value, i) => i !== at);
  const [low, high] = [Math.min(...others), Math.max(...others)];
  const away = Math.max(low - values[at], values[at] - high);
  return high > low && away > ranges * (high - low) && away > leastShare * Math.abs(median(others));
};
