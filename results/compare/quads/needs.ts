// What would settle an unsettled row: quads, and the runs and seconds they take.
import {normalQuantile} from '../../stats/distributions.ts';
import type {ComparisonRow} from '../../types.ts';
import type {RowDraft} from './row.ts';
import {fewestQuads} from './row.ts';

/** Runs of one side in a quad, and seconds of one run (null = not known). */
export interface Pace {
  readonly runsPerQuad: number;
  readonly secondsPerRun: number | null;
}

/** Advice to run more quads than this is useless. */
const mostQuads = 1_000_000;

/** `draft` null: nothing is open. `alpha`: the row's share of the error budget. */
export const needsOf = (
  draft: RowDraft | null,
  alpha: number,
  pace: Pace | undefined,
): Pick<ComparisonRow, 'quadsNeeded' | 'needs'> => {
  const open = draft === null ? null : quadsNeeded(draft, alpha);
  const quads = draft?.isTooShort === true ? Math.max(fewestQuads, open ?? 0) : open;
  if (quads === null) return {needs: null};
  if (pace === undefined) return {quadsNeeded: quads, needs: null};
  const runs = Math.ceil(quads * pace.runsPerQuad);
  const seconds = pace.secondsPerRun === null ? null : 2 * runs * pace.secondsPerRun;
  return {quadsNeeded: quads, needs: {runs, seconds}};
};

/**
 * The total number of quads that would show a change of the size seen, or prove it within the
 * margin, with a power of 80 %. Null for sides measured apart: more runs do not reduce the
 * difference between two sessions.
 */
const quadsNeeded = (draft: RowDraft, alpha: number): number | null => {
  const {estimate, units} = draft;
  if (estimate === null || draft.mustClear > 0 || units < 2 || !(estimate.high > estimate.low))
    return null;
  const error = (estimate.high - estimate.low) / 2 / normalQuantile(0.975);
  const power = normalQuantile(0.8);
  const toShow = Math.abs(estimate.value) / (normalQuantile(1 - alpha / 2) + power);
  const toProve =
    (Math.log1p(draft.margin) - Math.abs(estimate.value)) / (normalQuantile(0.95) + power);
  const quads = Math.max(fewestQuads, Math.ceil(units * (error / Math.max(toShow, toProve)) ** 2));
  return quads > units && quads <= mostQuads ? quads : null;
};
