// Diff style: for each event a line with `-` (before) and one with `+` (after), in one block, as
// commit messages quote it.
import type {Comparison, ComparisonRow} from '../../results/types.ts';
import {fit, groupThousands, wrap} from './ascii.ts';
import {isSimulated, notCountedTexts, titleOf} from './facts.ts';
import {changeCell, intervalCell} from './figures.ts';
import {headerText} from './header.ts';
import {reasonTexts} from './reasons.ts';
import type {TableOptions} from './types.ts';
import type {Words} from './words.ts';
import {verdictWord} from './words.ts';

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
export const diff = (comparison: Comparison, {words}: TableOptions = {}): string =>
  [
    titleOf(comparison),
    ...wrap(headerText(comparison), '', '  '),
    '',
    ...comparison.rows.filter((row) => !isSimulated(row.event)).flatMap((row) => pair(row, words)),
    ...simulated(comparison.rows.filter((row) => isSimulated(row.event))),
    ...reasonTexts(comparison).flatMap((text) => wrap(text, '', '  ')),
    ...notCountedTexts(comparison).flatMap((text) => wrap(text, 'not counted: ', '  ')),
  ].join('\n');

const simulated = (rows: readonly ComparisonRow[]): string[] =>
  rows.length === 0
    ? []
    : ['', 'simulated, not measured:', ...rows.flatMap((row) => pair(row, undefined))];

const pair = (row: ComparisonRow, words: Words | undefined): string[] => [
  line('-', row, 'before'),
  `${line('+', row, 'after').padEnd(66)} # ${changeCell(row)} ${intervalCell(row)}, ` +
    `${verdictWord(row, words)}`,
];

const line = (sign: string, row: ComparisonRow, side: 'before' | 'after'): string => {
  const {mean, sem} = row[side];
  const figure = row.figures?.[side] ?? mean;
  const value = figure === null ? '<not counted>' : grouped(figure, decimalsOf(row, figure));
  // As perf does, nothing if the error prints as 0.
  const percent = sem === null || mean === null || mean === 0 ? 0 : (100 * sem) / mean;
  const error = percent < 0.005 ? '' : `  ( +-${percent.toFixed(2).padStart(6)}% )`;
  return (
    `${sign} ${value.padStart(18)} ${row.unit.padEnd(4)} ` +
    `${fit(row.event, 60).padEnd(26)}${error}`
  ).trimEnd();
};

/** Decimals as perf prints them; small counts that are not whole have two. */
const decimalsOf = ({unit}: ComparisonRow, figure: number): number => {
  if (unit === 'sec') return 6;
  const isSmall = figure < 1000 && !Number.isInteger(figure);
  return unit === 'msec' || isSmall || (unit !== '' && figure < 1000) ? 2 : 0;
};
