// From the samples of a session to a Comparison: rows, verdicts, spikes, parts, disturbances and findings.
import type {Comparison, Samples} from '../types.ts';
import {draftBlockedRow} from './blocked-row.ts';
import type {CompareContext} from './context.ts';
import {primaryEvent} from './context.ts';
import {layoutOf} from './quads.ts';
import {draftRow} from './row.ts';
import {conclude} from './verdict.ts';

export type {CompareContext} from './context.ts';

export const compareSamples = (samples: Samples, context: CompareContext): Comparison => {
  const level = context.level ?? 0.95;
  const layout = layoutOf(samples);
  const primary = primaryEvent(samples.events.map((series) => series.event), context.primary);
  const blocked = context.design === 'blocked' || layout.quads < 2;
  const drafts = samples.events.map((series) => {
    const options = {level, margin: context.margins?.[series.event]};
    return blocked ? draftBlockedRow(samples, series, options) : draftRow(samples, series, layout, options);
  });
  const rows = conclude(drafts, {level, primary, spikes: () => ({before: [], after: []})});
  const {before, after} = context;
  return {
    schema: 'jitstat/comparison/1',
    before,
    after,
    design: blocked ? 'blocked' : 'abba',
    quads: blocked ? null : layout.quads,
    sameImage: before.imageHash !== undefined && before.imageHash === after.imageHash,
    rows,
    notCounted: context.notCounted ?? [],
    decomposition: {time: null, instructions: null, cpi: null, clock: null, utilisation: null},
    findings: [],
    warnings: [...(context.warnings ?? []), ...layout.warnings],
    aa: null,
  };
};
