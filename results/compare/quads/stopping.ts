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
 * the width alone, which says nothing about the position of the interval, so the claims made
 * afterwards keep their level. `decision`: stop when the primary event is settled. Every look
 * spends a part of the error budget, see `levelAt`.
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
  /** The part of the error budget that the table may spend; 1 unless it is one of several. */
  readonly share?: number;
}

/**
 * The first look needs this many quads. Below twelve an interval may be narrow by luck; a decision
 * is held to a stricter level instead, which is stricter the earlier it is.
 */
const firstLook = {precision: 12, decision: 6} as const;
/** Each look has this many times the quads of the one before. */
const growth = 1.25;

/** Quad counts at which to look, ending with `maxQuads`. */
export const looks = (rule: StoppingRule): readonly number[] => {
  const counts: number[] = [];
  const first: number = firstLook[rule.kind];
  for (let quads = first; quads < rule.maxQuads; quads = Math.ceil(quads * growth))
    counts.push(quads);
  return [...counts, rule.maxQuads];
};

/**
 * The level to conclude with when stopping at `quads`. `precision` keeps the level. `decision` has
 * spent alpha x (quads / maxQuads) of the budget up to a look (Lan and DeMets 1983), and each look
 * gets its own part: the parts add up to alpha, so the union over all looks stays within it
 * whatever the noise. A session whose time is up ends between looks, for no reason in its counts:
 * its conclusion is the last look, and takes all that is left.
 */
export const levelAt = (rule: StoppingRule, quads: number): number => {
  const level = rule.level ?? 0.95;
  if (rule.kind === 'precision') return level;
  const all = looks(rule);
  const k = all.findLastIndex((count) => count <= quads);
  const isLook = k >= 0 && all[k] === quads;
  const spent = isLook ? (all[k - 1] ?? 0) : (all[k] ?? 0);
  const upTo = isLook ? quads : rule.maxQuads;
  return 1 - ((1 - level) * (upTo - spent)) / rule.maxQuads;
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
  const rows = conclude(drafts, {
    level,
    primary,
    ...(rule.share === undefined ? {} : {share: rule.share}),
    spikes: () => ({before: [], after: []}),
  });
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
