// When to stop measuring early: at looks fixed in advance, by a rule that keeps its error rate
// however often one looks.
import type {Samples} from '../../types.ts';
import {eventInfo} from '../../events/events.ts';
import {primaryEvent} from '../context.ts';
import type {Layout} from './quads.ts';
import {layoutOf} from './quads.ts';
import {draftRow} from './row.ts';
import {conclude} from './verdict.ts';

/**
 * `precision`: stop when the primary event's interval is no wider than +- `target`. The rule reads
 * the width alone, which
 * says nothing about where the interval lies, so the claims made afterwards keep their level.
 * `decision`: stop when the primary event is settled. Every look spends a part of the error budget,
 * see `levelAt`.
 */
export interface StoppingRule {
  readonly kind: 'precision' | 'decision';
  /**
   * Half width of the interval as a fraction (0.005 = 0.5 %); for `decision` the margin that proves
   * equality.
   */
  readonly target: number;
  readonly maxQuads: number;
  readonly primary?: string;
  /** 0.95. */
  readonly level?: number;
}

/** The first look needs this many quads: below, an interval may be narrow by luck. */
const firstLook = 12;
/** Each look has this many times the quads of the one before. */
const growth = 1.25;

/** Quad counts at which to look, ending with `maxQuads`. */
export const looks = (rule: StoppingRule): readonly number[] => {
  const counts: number[] = [];
  for (let quads = firstLook; quads < rule.maxQuads; quads = Math.ceil(quads * growth))
    counts.push(quads);
  return [...counts, rule.maxQuads];
};

/**
 * The level to conclude with when stopping at `quads`. `precision` keeps the level. `decision` has
 * spent
 * alpha x (quads / maxQuads) of the budget up to a look (Lan and DeMets 1983), and each look gets
 * its own part: the parts
 * add up to alpha, so the union over all looks stays within it whatever the noise.
 */
export const levelAt = (rule: StoppingRule, quads: number): number => {
  const level = rule.level ?? 0.95;
  if (rule.kind === 'precision') return level;
  const all = looks(rule);
  const k = Math.max(
    0,
    all.findLastIndex((count) => count <= quads),
  );
  const before = k === 0 ? 0 : all[k - 1];
  return 1 - ((1 - level) * (all[k] - before)) / rule.maxQuads;
};

/**
 * Whether to stop after the samples so far. Between looks the answer is `go on`; at `maxQuads` it
 * is `stop`.
 */
export const nextLook = (samples: Samples, rule: StoppingRule): 'stop' | 'go on' => {
  const layout = layoutOf(samples);
  const quads = wholeQuads(layout);
  if (quads >= rule.maxQuads) return 'stop';
  if (quads < layout.quads || !looks(rule).includes(quads)) return 'go on';
  const primary = primaryEvent(
    samples.events.map((series) => series.event),
    rule.primary,
  );
  const series = samples.events.find((candidate) => candidate.event === primary);
  if (series === undefined) return 'go on';
  const level = levelAt(rule, quads);
  if (rule.kind === 'precision') {
    const estimate = draftRow(samples, series, layout, {level, margin: undefined}).estimate;
    return estimate !== null && (estimate.high - estimate.low) / 2 <= Math.log1p(rule.target)
      ? 'stop'
      : 'go on';
  }
  const drafts = samples.events.map((each) =>
    draftRow(samples, each, layout, {
      level,
      margin: each === series ? rule.target : eventInfo(each.event).margin,
    }),
  );
  const rows = conclude(drafts, {level, primary, spikes: () => ({before: [], after: []})});
  return rows.some((row) => row.primary && row.verdict !== 'unsettled') ? 'stop' : 'go on';
};

/** Quads with as many blocks as the largest: the last one may still be under way. */
const wholeQuads = (layout: Layout): number => {
  const blocks = Array.from(
    {length: layout.quads},
    (_, q) => layout.firstBlock[q + 1] - layout.firstBlock[q],
  );
  const most = blocks.reduce((a, b) => Math.max(a, b), 0);
  return blocks.filter((count) => count === most).length;
};
