// From drafts to verdicts: correction over the whole table, proof of equality, and the reason in
// one clause.
import {normalQuantile} from '../../stats/distributions.ts';
import {budget, weightedHolm} from '../../stats/holm.ts';
import type {Change, ComparisonRow, Spike, Verdict} from '../../types.ts';
import type {RowDraft} from './row.ts';
import {fewestQuads} from './row.ts';

export interface VerdictOptions {
  readonly level: number;
  readonly primary: string | null;
  /** Said in the reason where every verdict has to be withheld (an A/A that changed). */
  readonly withheld?: string;
  /** Program executions in one run of each side, where known. */
  readonly executions?: {readonly before: number | undefined; readonly after: number | undefined};
  readonly spikes: (row: RowDraft) => {
    readonly before: readonly Spike[];
    readonly after: readonly Spike[];
  };
}

/**
 * Verdicts spend three quarters of the error budget: the rest is kept back for what no test knows,
 * such as an order of sides
 * that was not drawn at random. Adjusted p values are larger by this factor.
 */
export const reserve = 4 / 3;

/** More quads than this are no advice. */
const mostQuadsNeeded = 1_000_000;

/** Rows in the order given, each with its verdict. */
export const conclude = (drafts: readonly RowDraft[], options: VerdictOptions): ComparisonRow[] => {
  const primary = drafts.map((draft) => draft.event === options.primary);
  const weights = budget(primary);
  const adjusted = weightedHolm(
    drafts.map((draft) => draft.p),
    weights,
  ).map((p) => (p === null ? null : Math.min(1, reserve * p)));
  return drafts.map((draft, i) => {
    const called = verdictOf(draft, adjusted[i], options);
    return {
      event: draft.event,
      unit: draft.unit,
      kind: draft.kind,
      before: draft.before,
      after: draft.after,
      change: changeOf(draft, options.level),
      ...called,
      ...(called.verdict === 'unsettled' && options.withheld === undefined
        ? quadsNeeded(draft, (weights[i] * (1 - options.level)) / reserve)
        : {}),
      p: draft.p,
      pAdjusted: adjusted[i],
      margin: draft.margin,
      primary: primary[i],
      spikes: options.spikes(draft),
      warnings: draft.warnings,
      ...perExecution(draft, options.executions),
    };
  });
};

const verdictOf = (
  draft: RowDraft,
  p: number | null,
  options: VerdictOptions,
): {readonly verdict: Verdict; readonly reason: string} => {
  if (options.withheld !== undefined) return {verdict: 'unsettled', reason: options.withheld};
  const margin = `${percent(draft.margin)} %`;
  const equal =
    draft.equivalence !== null &&
    Math.abs(draft.equivalence.low) < Math.log1p(draft.margin) &&
    Math.abs(draft.equivalence.high) < Math.log1p(draft.margin);
  if (p !== null && p <= 1 - options.level && draft.direction !== 0) {
    const clear =
      draft.estimate === null ||
      draft.estimate.low > draft.mustClear ||
      draft.estimate.high < -draft.mustClear;
    if (draft.mustClear === 0 && !clear)
      return {
        verdict: 'unsettled',
        reason: `the test points to a change (adjusted p ${format(p)}) but its interval holds none`,
      };
    if (!clear)
      return equal
        ? {verdict: 'equal', reason: `within the margin of ${margin}`}
        : {
            verdict: 'unsettled',
            reason: `a difference is there (adjusted p ${format(p)}) but two separate sessions can differ by the margin of ${margin}`,
          };
    const shown = p === 0 && draft.note !== null ? draft.note : `shown at adjusted p ${format(p)}`;
    return {
      verdict: draft.direction > 0 ? 'more' : 'less',
      reason: equal ? `${shown}, though within the margin of ${margin}` : shown,
    };
  }
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

/** Medians (means, where runs are not known) per program execution. */
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

const changeOf = (draft: RowDraft, level: number): Change | null => {
  const estimate = draft.estimate;
  if (estimate === null || !Number.isFinite(estimate.low) || !Number.isFinite(estimate.high))
    return null;
  return {
    ratio: Math.exp(estimate.value),
    low: Math.exp(estimate.low),
    high: Math.exp(estimate.high),
    level,
  };
};

/**
 * Quads in all that would show a change of the size seen, or prove it within the margin, with a
 * power of 80 %. Nothing
 * for sides measured apart: more runs do not lessen what two sessions differ by.
 */
const quadsNeeded = (draft: RowDraft, alpha: number): {readonly quadsNeeded?: number} => {
  const estimate = draft.estimate;
  if (
    estimate === null ||
    draft.mustClear > 0 ||
    draft.units < 2 ||
    !(estimate.high > estimate.low)
  )
    return {};
  const error = (estimate.high - estimate.low) / 2 / normalQuantile(0.975);
  const power = normalQuantile(0.8);
  const toShow = Math.abs(estimate.value) / (normalQuantile(1 - alpha / 2) + power);
  const toProve =
    (Math.log1p(draft.margin) - Math.abs(estimate.value)) / (normalQuantile(0.95) + power);
  const quads = Math.max(
    fewestQuads,
    Math.ceil(draft.units * (error / Math.max(toShow, toProve)) ** 2),
  );
  return quads > draft.units && quads <= mostQuadsNeeded ? {quadsNeeded: quads} : {};
};

const percent = (fraction: number): string => String(Number((100 * fraction).toPrecision(3)));
const format = (p: number): string => (p < 0.0001 ? '< 0.0001' : p.toPrecision(2));
