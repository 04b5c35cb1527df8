// The table of the kernel's test robot: `%stddev %change %stddev`, the metric last; spreads of 2 %
// and less left out.
import type {Comparison, ComparisonRow, SideStats} from '../../results/types.ts';
import {fit, wrap} from './ascii.ts';
import {headerLine, isSimulated, notCountedTexts, rowName, titleOf} from './facts.ts';
import {changeText, middle, short} from './figures.ts';

const shownSpread = 2;

/** In ASCII: `+-` stands for the sign the robot prints. */
export const lkp = (comparison: Comparison): string => {
  const name = (label: string): string => fit(label, 26);
  const {before, after} = comparison;
  return [
    titleOf(comparison),
    headerLine(comparison),
    '',
    `${name(before.variant ?? before.label).padEnd(28)} ${name(after.variant ?? after.label)}`,
    `${'-'.repeat(16)} ${'-'.repeat(27)}`,
    '         %stddev     %change         %stddev',
    '             \\          |                \\',
    ...comparison.rows.filter((row) => !isSimulated(row.event)).map(line),
    ...simulated(comparison.rows.filter((row) => isSimulated(row.event))),
    ...notCountedTexts(comparison).flatMap((text) => wrap(text, 'not counted: ', '  ')),
  ].join('\n');
};

const simulated = (rows: readonly ComparisonRow[]): string[] =>
  rows.length === 0 ? [] : ['simulated, not measured:', ...rows.map(line)];

const line = (row: ComparisonRow): string =>
  `${side(row.before, 10)} ${changeText(row.change).padStart(9)} ${side(row.after, 10)}  ${rowName(row)}`;

const side = (stats: SideStats, width: number): string => {
  const spread =
    stats.sd === null || stats.mean === null || stats.mean === 0
      ? null
      : (100 * stats.sd) / stats.mean;
  return (
    short(middle(stats)).padStart(width) +
    (spread === null || spread <= shownSpread
      ? '      '
      : ` +-${Math.min(999, spread).toFixed(0).padStart(3)}%`.slice(0, 8)
    ).padEnd(7)
  );
};
