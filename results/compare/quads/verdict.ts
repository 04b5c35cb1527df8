// From drafts to verdicts: correction over the whole table, proof of equality, and the reason in
// one clause.
import {isClaim} from '../../claims.ts';
import {budget, weightedHolm} from '../../stats/holm.ts';
import {directionOf} from '../../events/events.ts';
import type {Change, ComparisonRow, Spike, Verdict} from '../../types.ts';
import {figuresOf} from './figures.ts';
import type {Pace} from './needs.ts';
import {needsOf} from './needs.ts';
import type {RowDraft} from './row.ts';
import {percentFigure} from '../../wording.ts';

export interface VerdictOptions {
  readonly level: number;
  readonly primary: string | null;
  /** The part of the table's error budget that these rows may spend; 1 unless others spend too. */
  readonly share?: number;
  /** The reason to print if every verdict has to be withheld (an A/A that changed). */
  readonly withheld?: string;
  /** Program executions in one run of each side, if known. */
  readonly executions?: {readonly before: number | undefined; readonly after: number | undefined};
  /** What one quad takes, for the runs and seconds that would settle a row. */
  readonly pace?: Pace;
  readonly spikes: (row: RowDraft) => {
    readonly before: readonly Spike[];
    readonly after: readonly Spike[];
  };
}

/**
 * Verdicts spend three quarters of the error budget: the rest is held out for what no test knows,
 * such as an order of sides that was not drawn at random. Adjusted p values are larger by this
 * factor.
 */
export const reserve = 4 / 3;

/** Rows in the order given, each with its verdict. */
export const conclude = (drafts: readonly RowDraft[], options: VerdictOptions): ComparisonRow[] => {
  const {share = 1} = options;
  const primary = drafts.map((draft) => draft.event === options.primary);
  const weights = budget(primary);
  const adjusted = weightedHolm(
    drafts.map((draft) => draft.p),
    weights,
  ).map((p) => (p === null ? null : Math.min(1, (reserve / share) * p)));
  return drafts.map((draft, i) => {
    const spikes = options.spikes(draft);
    const change = changeOf(draft, options.level);
    const figures = figuresOf(draft, change, spikes);
    const called = agreeing(verdictOf(draft, adjusted[i], options), change, figures);
    const isOpen = called.verdict === 'unsettled' && options.withheld === undefined;
    return {
      event: draft.event,
      unit: draft.unit,
      kind: draft.kind,
      before: draft.before,
      after: draft.after,
      change,
      ...(draft.points === undefined ? {} : {points: draft.points}),
      ...(figures === null ? {} : {figures}),
      direction: draft.better === undefined ? directionOf(draft.event, draft.unit) : draft.better,
      ...called,
      ...needsOf(
        isOpen ? draft : null,
        (share * weights[i] * (1 - options.level)) / reserve,
        options.pace,
      ),
      p: draft.p,
      pAdjusted: adjusted[i],
      margin: draft.margin,
      primary: primary[i],
      spikes,
      warnings: draft.warnings,
      ...perExecution(draft, options.executions),
    };
  });
};

/** A claim that contradicts the two figures next to it is not made. */
const agreeing = (
  called: Called,
  change: Change | null,
  figures: ComparisonRow['figures'] | null,
): Called => {
  if (change !== null || figures === null || figures === undefined) return called;
  const way = Math.sign(figures.after - figures.before);
  return !isClaim(called) || way === (called.verdict === 'more' ? 1 : -1)
    ? called
    : {verdict: 'unsettled', reason: 'most quads point one way and the mean counts the other way'};
};

interface Called {
  readonly verdict: Verdict;
  readonly reason: string;
}

const verdictOf = (draft: RowDraft, p: number | null, options: VerdictOptions): Called => {
  if (options.withheld !== undefined) return {verdict: 'unsettled', reason: options.withheld};
  const margin = `${percentFigure(draft.margin)} %`;
  const equal =
    draft.equivalence !== null &&
    Math.abs(draft.equivalence.low) < Math.log1p(draft.margin) &&
    Math.abs(draft.equivalence.high) < Math.log1p(draft.margin);
  if (p !== null && p <= 1 - options.level && draft.direction !== 0) {
    const clear =
      draft.estimate === null ||
      !Number.isFinite(draft.estimate.low) ||
      draft.estimate.low > draft.mustClear ||
      draft.estimate.high < -draft.mustClear;
    if (draft.mustClear === 0 && !clear)
      return {
        verdict: 'unsettled',
        reason:
          `the test points to a change (adjusted p ${format(p)}) but its interval contains ` +
          '"no change"',
      };
    if (!clear)
      return equal
        ? {verdict: 'equal', reason: `within the margin of ${margin}`}
        : {
            verdict: 'unsettled',
            reason:
              `a difference is there (adjusted p ${format(p)}) but two separate sessions ` +
              `can differ by the margin of ${margin}`,
          };
    const shown = p === 0 && draft.note !== null ? draft.note : `shown at adjusted p ${format(p)}`;
    return {
      verdict: draft.direction > 0 ? 'more' : 'less',
      reason: equal ? `${shown}, though within the margin of ${margin}` : shown,
    };
  }
  if (draft.isStated === true && p === null && draft.direction !== 0)
    return {
      verdict: draft.direction > 0 ? 'more' : 'less',
      reason: 'the source calls it a difference',
    };
  if (p === null) return {verdict: 'unsettled', reason: draft.note ?? 'no test could be formed'};
  if (
    draft.estimate !== null &&
    draft.estimate.low === 0 &&
    draft.estimate.high === 0 &&
    draft.note !== null
  )
    return {verdict: 'equal', reason: draft.note};
  if (equal) return {verdict: 'equal', reason: `proven within the margin of ${margin}`};
  const why =
    draft.estimate === null
      ? 'too few counts for a ratio'
      : `the interval reaches beyond the margin of ${margin}`;
  return {verdict: 'unsettled', reason: `no change shown (adjusted p ${format(p)}), and ${why}`};
};

/** Medians (means, if runs are not known) per program execution. */
const perExecution = (
  draft: RowDraft,
  executions: VerdictOptions['executions'],
): Pick<ComparisonRow, 'perExecution'> => {
  const figure = (side: 'before' | 'after'): number | null => {
    const [value, count] = [draft[side].median ?? draft[side].mean, executions?.[side]];
    return value === null || count === undefined || count <= 0 ? null : value / count;
  };
  const [before, after] = [figure('before'), figure('after')];
  return before === null || after === null ? {} : {perExecution: {before, after}};
};

const changeOf = ({estimate}: RowDraft, level: number): Change | null => {
  if (estimate === null || !Number.isFinite(estimate.value)) return null;
  const isKnown = Number.isFinite(estimate.low) && Number.isFinite(estimate.high);
  return {
    ratio: Math.exp(estimate.value),
    low: isKnown ? Math.exp(estimate.low) : null,
    high: isKnown ? Math.exp(estimate.high) : null,
    level,
  };
};

const format = (p: number): string => (p < 0.0001 ? '< 0.0001' : p.toPrecision(2));
