// Diff style: for each event a line with `-` (before) and one with `+` (after), in one block, as
// commit messages quote it.
import type {Comparison, ComparisonRow, SideStats} from '../../results/types.ts';
import {fit, groupThousands, wrap} from './ascii.ts';
import {headerLine, isSimulated, notCountedTexts, titleOf} from './facts.ts';
import {changeText, halfWidth} from './figures.ts';

const grouped = (value: number, decimals: number): string => {
  const [whole, fraction] = value.toFixed(decimals).split('.');
  const marked = groupThousands(whole);
  return fraction === undefined ? marked : `${marked}.${fraction}`;
};

/**
 * ```
 * -          1,340.52 msec task-clock                 ( +-  0.05% )
 * +          1,426.95 msec task-clock                 ( +-  0.04% )   # +6.45% +-0.14, more
 * ```
 */
export const diff = (comparison: Comparison): string =>
  [
    titleOf(comparison),
    headerLine(comparison),
    '',
    ...comparison.rows.filter((row) => !isSimulated(row.event)).flatMap(pair),
    ...simulated(comparison.rows.filter((row) => isSimulated(row.event))),
    ...notCountedTexts(comparison).flatMap((text) => wrap(text, 'not counted: ', '  ')),
  ].join('\n');

const simulated = (rows: readonly ComparisonRow[]): string[] =>
  rows.length === 0 ? [] : ['', 'simulated, not measured:', ...rows.flatMap(pair)];

const pair = (row: ComparisonRow): string[] => [
  line('-', row, row.before),
  `${line('+', row, row.after).padEnd(66)} # ${changeText(row.change)} ${halfWidth(row.change)}, ${row.verdict}`,
];

const line = (sign: string, row: ComparisonRow, stats: SideStats): string => {
  const value =
    stats.mean === null
      ? '<not counted>'
      : grouped(
          stats.mean,
          row.unit === 'sec'
            ? 6
            : row.unit === 'msec' || (row.unit !== '' && stats.mean < 1000)
              ? 2
              : 0,
        );
  // As perf does, nothing where the error prints as 0.
  const percent =
    stats.sem === null || stats.mean === null || stats.mean === 0
      ? '0.00'
      : ((100 * stats.sem) / stats.mean).toFixed(2);
  const error = percent === '0.00' ? '' : `  ( +-${percent.padStart(6)}% )`;
  return `${sign} ${value.padStart(18)} ${row.unit.padEnd(4)} ${fit(row.event, 60).padEnd(26)}${error}`.trimEnd();
};
