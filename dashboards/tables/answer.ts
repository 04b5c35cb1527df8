// The answer of a comparison in one clause: which way, what, how much, how sure.
import type {Comparison, ComparisonRow} from '../../results/types.ts';
import {isSimulated, isStep, rowName} from './facts.ts';
import {changeCell, intervalText, percentText} from './figures.ts';
import {verdictWord} from './words.ts';

/**
 * What an answer begins with; the reader of pasted tables knows by these words where a title ends.
 */
export const answerWords = [
  'faster',
  'slower',
  'more',
  'less',
  'equal',
  'not settled',
  'the clock',
  'hidden by the clock',
  'nothing to compare',
] as const;

/**
 * The row that answers: slices if they settled it, since they are the most precise clock; then the
 * primary event; elapsed time if only that could be tested.
 */
export const rowThatAnswers = ({rows}: Comparison): ComparisonRow | undefined => {
  const slices = rows.find((row) => row.event.startsWith('slices/') && !isStep(row));
  if (slices !== undefined && slices.verdict !== 'unsettled') return slices;
  const primary = rows.find((row) => row.primary) ?? slices ?? rows[0];
  const elapsed = rows.find((row) => row.event === 'elapsed' && row.p !== null);
  return primary?.p === null && primary.verdict === 'unsettled' && elapsed !== undefined
    ? elapsed
    : primary;
};

/** `slower, task-clock +6.45% (+6.29..+6.61)`; begins with one of `answerWords`. */
export const answerText = (comparison: Comparison): string => {
  const row = rowThatAnswers(comparison);
  if (row === undefined) return 'nothing to compare';
  const what = `${nameOf(row)} ${changeCell(row)}`;
  const cycles = (code: string): string | null => {
    const value = comparison.findings.find((one) => one.code === code)?.data?.['cycles'];
    return typeof value === 'number' ? percentText(Math.expm1(value)) : null;
  };
  const notCode = cycles('clock-not-code');
  if (notCode !== null) return `the clock, not the code: ${what}, but cycles ${notCode}`;
  const hidden = cycles('hidden-by-clock');
  if (hidden !== null) return `hidden by the clock: cycles ${hidden}, but ${what}`;
  const sure = certainty(row);
  switch (row.verdict) {
    case 'more':
    case 'less':
      return `${verdictWord(row, 'speed')}, ${what}${sure}`;
    case 'equal':
      return row.kind === 'exact' || isSimulated(row.event)
        ? `equal, ${what}${sure}`
        : `equal, ${what}, within ${Number((100 * row.margin).toPrecision(3))} %`;
    case 'unsettled':
      return `not settled, ${what}${sure}`;
  }
};

const nameOf = (row: ComparisonRow): string =>
  row.event.startsWith('slices/') ? 'time per execution' : rowName({...row, unit: ''});

const certainty = (row: ComparisonRow): string => {
  const interval = intervalText(row);
  return interval === null ? '' : ` (${interval})`;
};
