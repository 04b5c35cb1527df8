// Elapsed times of commands in the formats of hyperfine's exports, so that what reads those can read
// ours: JSON with every run, CSV and Markdown with a line a command.
import {describe} from '../../results/samples/side-stats.ts';
import {median} from '../../results/stats/robust.ts';
import {csvCell} from '../../results/visible.ts';

/** One command: its runs in the order they were made. User and system times may be unknown. */
export interface CommandTimes {
  readonly name: string;
  readonly seconds: readonly number[];
  readonly userSeconds: readonly number[];
  readonly systemSeconds: readonly number[];
}

const statsOf = ({name, seconds, userSeconds, systemSeconds}: CommandTimes) => {
  const {mean, sd} = describe(Float64Array.from(seconds));
  return {
    command: name,
    mean,
    stddev: sd,
    median: seconds.length === 0 ? null : median(Float64Array.from(seconds)),
    user: describe(Float64Array.from(userSeconds)).mean,
    system: describe(Float64Array.from(systemSeconds)).mean,
    min: seconds.length === 0 ? null : Math.min(...seconds),
    max: seconds.length === 0 ? null : Math.max(...seconds),
  };
};

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
