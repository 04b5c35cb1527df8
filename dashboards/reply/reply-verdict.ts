// The first sentence of a reply: what the numbers say about the claim.
import type {Comparison, ComparisonRow} from '../../results/types.ts';
import {rowThatAnswers} from '../tables/answer.ts';
import {changeCell, percentText} from '../tables/figures.ts';
import {verdictWord} from '../tables/words.ts';

/** One sentence that ends in a full stop. */
export const verdictSentence = (comparison: Comparison): string => {
  const row = rowThatAnswers(comparison);
  if (row === undefined) return 'Not settled: the two sides have no event in common.';
  return fromFindings(comparison, row) ?? fromRow(comparison, row);
};

/** Sentences of findings that reverse how the numbers read. */
const fromFindings = ({findings}: Comparison, row: ComparisonRow): string | null => {
  const number = (code: string, name: string): number | null => {
    const value = findings.find((one) => one.code === code)?.data?.[name];
    return typeof value === 'number' ? value : null;
  };
  const percent = (log: number | null): string => percentText(Math.expm1(log ?? 0));
  const clock = number('clock-not-code', 'clock');
  if (clock !== null)
    return (
      `Not the code but the clock: ${row.event} ${changeCell(row)}, of which the clock ` +
      `period makes ${percent(clock)}; cycles changed by ` +
      `${percent(number('clock-not-code', 'cycles'))}.`
    );
  const hidden = number('hidden-by-clock', 'cycles');
  if (hidden !== null)
    return (
      `${hidden > 0 ? 'Slower' : 'Faster'} than it looks: cycles ${percent(hidden)}, but ` +
      `${row.event} shows only ${changeCell(row)} because the clock moved.`
    );
  return null;
};

const fromRow = ({findings}: Comparison, row: ComparisonRow): string => {
  const {verdict, margin, event} = row;
  if (verdict === 'unsettled') return `Not settled: ${event} ${changeCell(row)}${whyOpen(row)}.`;
  if (verdict === 'equal' && row.kind === 'exact')
    return `No change: ${event} is the same count on both sides.`;
  if (verdict === 'equal')
    return `No change: ${event} is equal within ${percentOf(margin)} % (${changeCell(row)}).`;
  const word = verdictWord(row, 'speed');
  const cause = findings.some((one) => one.code === 'mostly-instructions')
    ? ', mostly by instructions'
    : findings.some((one) => one.code === 'mostly-cpi')
      ? ', mostly by cycles per instruction'
      : '';
  return (
    `${word[0].toUpperCase()}${word.slice(1)}: ${event} ` +
    `${changeCell(row)}${intervalOf(row)}${cause}.`
  );
};

const whyOpen = (row: ComparisonRow): string => {
  const interval = intervalOf(row);
  if (interval !== '') return `${interval}, ${row.reason.replace(/ \(adjusted p [^)]*\)/, '')}`;
  return row.reason === '' ? '' : `, ${row.reason}`;
};

const intervalOf = ({change, kind}: ComparisonRow): string =>
  kind === 'exact'
    ? ' (exact)'
    : change === null || change.low === null || change.high === null
      ? ''
      : ` (95 % interval ${percentText(change.low - 1)} to ${percentText(change.high - 1)})`;

const percentOf = (fraction: number): string => String(Number((100 * fraction).toPrecision(3)));
