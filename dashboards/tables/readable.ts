// Rows as people read them: elapsed time under its name and in milliseconds. Files and JSON keep
// perf's `duration_time` in nanoseconds.
import type {Comparison, ComparisonRow, SideStats} from '../../results/types.ts';

const nsPerMsec = 1e6;

export const readable = (comparison: Comparison): Comparison => ({
  ...comparison,
  rows: comparison.rows.map((row) =>
    row.event === 'duration_time' && row.unit === 'ns' ? elapsedRow(row) : row,
  ),
});

const elapsedRow = (row: ComparisonRow): ComparisonRow => {
  const {before, after, spikes, figures} = row;
  return {
    ...row,
    event: 'elapsed',
    unit: 'msec',
    before: inMsec(before),
    after: inMsec(after),
    ...(figures === undefined
      ? {}
      : {figures: {before: figures.before / nsPerMsec, after: figures.after / nsPerMsec}}),
    spikes: {
      before: spikes.before.map((spike) => ({...spike, value: spike.value / nsPerMsec})),
      after: spikes.after.map((spike) => ({...spike, value: spike.value / nsPerMsec})),
    },
  };
};

const inMsec = (stats: SideStats): SideStats => {
  const scaled = (value: number | null): number | null =>
    value === null ? null : value / nsPerMsec;
  return {
    ...stats,
    mean: scaled(stats.mean),
    median: scaled(stats.median),
    sem: scaled(stats.sem),
    sd: scaled(stats.sd),
  };
};
