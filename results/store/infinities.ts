// JSON writes Infinity as null: it is put back if no other meaning is possible.
import type {Comparison, Session} from '../types.ts';

/** A session as it was before it was stored. */
export const withInfinities = (session: Session): Session =>
  session.comparison === null
    ? session
    : {...session, comparison: comparisonWithInfinities(session.comparison)};

/** The same of a comparison document. */
export const comparisonWithInfinities = (document: Comparison): Comparison => ({
  ...document,
  rows: document.rows.map((one) => ({
    ...one,
    change:
      one.change === null
        ? null
        : {...one.change, low: one.change.low ?? 0, high: one.change.high ?? Infinity},
    spikes: {
      before: one.spikes.before.map((spike) => ({...spike, times: spike.times ?? Infinity})),
      after: one.spikes.after.map((spike) => ({...spike, times: spike.times ?? Infinity})),
    },
  })),
});
