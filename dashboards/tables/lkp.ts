// The table of the kernel's test robot: `%stddev %change %stddev`, the metric last; spreads of 2 %
// and less left out.
import type {Comparison, ComparisonRow, SideStats} from '../../results/types.ts';
import {fit, wrap} from './ascii.ts';
import {isSimulated, notCountedTexts, rowName, titleOf} from './facts.ts';
import {changeCell, figurePair} from './figures.ts';
import {headerText} from './header.ts';
import {readable} from './readable.ts';
import {reasonTexts} from './reasons.ts';

const shownSpread = 2;

/** In ASCII: `+-` in place of the sign the robot prints. */
export const lkp = (given: Comparison): string => {
  const comparison = readable(given);
  const name = (label: string): string => fit(label, 26);
  const {before, after} = comparison;
  return [
    titleOf(comparison),
    ...wrap(headerText(comparison), '', '  '),
    '',
    `${name(before.variant ?? before.label).padEnd(28)} ${name(after.variant ?? after.label)}`,
    `${'-'.repeat(16)} ${'-'.repeat(27)}`,
    '         %stddev     %change         %stddev',
    '             \\          |                \\',
    ...comparison.rows.filter((row) => !isSimulated(row.event)).map(line),
    ...simulated(comparison.rows.filter((row) => isSimulated(row.event))),
    ...reasonTexts(comparison).flatMap((text) => wrap(text, '', '  ')),
    ...notCountedTexts(comparison).flatMap((text) => wrap(text, 'not counted: ', '  ')),
  ].join('\n');
};

const simulated = (rows: readonly ComparisonRow[]): string[] =>
  rows.length === 0 ? [] : ['simulated, not measured:', ...rows.map(line)];

const line = (row: ComparisonRow): string => {
  const [before, after] = figurePair(row);
  return (
    `${side(before, row.before)} ${changeCell(row).padStart(9)} ${side(after, row.after)}  ` +
    `${rowName(row)}`
  );
};

const side = (figure: string, {sd, mean}: SideStats): string => {
  const spread = sd === null || mean === null || mean === 0 ? null : (100 * sd) / mean;
  const text =
    spread === null || spread <= shownSpread
      ? ''
      : ` +-${Math.min(999, spread).toFixed(0).padStart(3)}%`;
  return figure.padStart(10) + text.padEnd(7);
};
