// Elapsed times of commands in the formats of hyperfine's exports, so that tools for those can read
// ours: JSON with every run, CSV and Markdown with one line per command.
import type {CommandTimes} from '../../results/rows/command-times.ts';
import {timesStats} from '../../results/rows/command-times.ts';
import {csvCell} from '../../results/visible.ts';

const statsOf = (times: CommandTimes) => ({command: times.name, ...timesStats(times)});

export const timesJson = (commands: readonly CommandTimes[]): string =>
  `${JSON.stringify(
    {results: commands.map((one) => ({...statsOf(one), times: one.seconds}))},
    null,
    2,
  )}\n`;

const columns = ['command', 'mean', 'stddev', 'median', 'user', 'system', 'min', 'max'] as const;

export const timesCsv = (commands: readonly CommandTimes[]): string =>
  [
    columns.join(','),
    ...commands.map((one) => {
      const stats = statsOf(one);
      return columns.map((column) => csvCell(stats[column])).join(',');
    }),
    '',
  ].join('\n');

/** Relative to the first command, which the others were compared with. */
export const timesMarkdown = (commands: readonly CommandTimes[]): string => {
  const all = commands.map(statsOf);
  const first = all[0]?.mean ?? null;
  const unit = first !== null && first >= 1 ? ({name: 's', scale: 1} as const) : milliseconds;
  const cell = (value: number | null): string =>
    value === null ? '-' : (value * unit.scale).toFixed(unit.name === 's' ? 3 : 1);
  return [
    `| Command | Mean [${unit.name}] | Min [${unit.name}] | Max [${unit.name}] | Relative |`,
    '|:---|---:|---:|---:|---:|',
    ...all.map(
      ({command, mean, stddev, min, max}) =>
        `| \`${command.replaceAll('|', '\\|')}\` | ${cell(mean)} ± ${cell(stddev)} | ` +
        `${cell(min)} | ${cell(max)} | ` +
        `${mean === null || first === null ? '-' : (mean / first).toFixed(2)} |`,
    ),
    '',
  ].join('\n');
};

const milliseconds = {name: 'ms', scale: 1000} as const;
