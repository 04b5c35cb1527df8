// Rows as people read them: elapsed time under its name and in milliseconds, short times not as
// fractions of a second. Files and JSON keep the units of the source.
import type {Comparison, ComparisonRow, SideStats} from '../../results/types.ts';
import {middle} from './figures.ts';

export const readable = (comparison: Comparison): Comparison => ({
  ...comparison,
  rows: comparison.rows.map((row) =>
    row.event === 'duration_time' && row.unit === 'ns'
      ? {...scaled(row, 1e-6, 'msec'), event: 'elapsed'}
      : inShortTimes(row),
  ),
});

/** Seconds below this are printed in a smaller unit. */
const leastSeconds = 0.01;
/** From the shortest: a time below the first figure is printed in the unit with the prefix. */
const smaller = [
  [1e-6, 'n', 1e9],
  [1e-3, 'u', 1e6],
  [leastSeconds, 'm', 1e3],
] as const;

const inShortTimes = (row: ComparisonRow): ComparisonRow => {
  const unit = /^s(?:ec)?(\/op)?$/.exec(row.unit);
  if (unit === null) return row;
  const size = Math.max(...[row.before, row.after].map((side) => Math.abs(middle(side) ?? 0)));
  const step = size > 0 ? smaller.find(([below]) => size < below) : undefined;
  return step === undefined ? row : scaled(row, step[2], `${step[1]}sec${unit[1] ?? ''}`);
};

/** All figures of a row times the factor, in another unit. */
const scaled = (row: ComparisonRow, factor: number, unit: string): ComparisonRow => {
  const {before, after, spikes, figures} = row;
  const spikesOf = (side: 'before' | 'after') =>
    spikes[side].map((spike) => ({...spike, value: spike.value * factor}));
  return {
    ...row,
    unit,
    before: scaledSide(before, factor),
    after: scaledSide(after, factor),
    ...(figures === undefined
      ? {}
      : {figures: {before: figures.before * factor, after: figures.after * factor}}),
    spikes: {before: spikesOf('before'), after: spikesOf('after')},
  };
};

const scaledSide = (stats: SideStats, factor: number): SideStats => {
  const times = (value: number | null): number | null => (value === null ? null : value * factor);
  return {
    ...stats,
    mean: times(stats.mean),
    median: times(stats.median),
    sem: times(stats.sem),
    sd: times(stats.sd),
  };
};
