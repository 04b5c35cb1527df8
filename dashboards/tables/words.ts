// The word for a verdict: more or less of the event, or faster and slower if asked for.
import {directionOf} from '../../results/events/events.ts';
import type {ComparisonRow} from '../../results/types.ts';

/** `plain`: the stable verdicts. `speed`: times and rates are called faster or slower. */
export type Words = 'plain' | 'speed';

/** Counts stay `more` and `less`: fewer instructions are not necessarily faster. */
export const verdictWord = (row: ComparisonRow, words: Words = 'plain'): string => {
  const {verdict, direction, unit} = row;
  if (words === 'plain' || (verdict !== 'more' && verdict !== 'less')) return verdict;
  // By the unit alone: bytes an operation are not a time.
  const isTime = direction === 'lower' && directionOf('', unit) === 'lower';
  if (!isTime && direction !== 'higher') return verdict;
  return (verdict === 'more') === (direction === 'higher') ? 'faster' : 'slower';
};
