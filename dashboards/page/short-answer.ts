// An answer at the top of a page, and the rows of a comparison that answers are made from.
import type {Comparison, ComparisonRow, Verdict} from '../../results/types.ts';
import {isSimulated} from '../tables/facts.ts';

/**
 * One question with its answer in a few words and the reason in a sentence; `tone` colours the
 * answer as a verdict.
 */
export interface Answer {
  readonly question: string;
  readonly answer: string;
  readonly detail: string;
  readonly tone?: Verdict;
}

export const measuredRows = (comparison: Comparison): readonly ComparisonRow[] =>
  comparison.rows.filter((row) => !isSimulated(row.event));
