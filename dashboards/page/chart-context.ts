// What the charts of a session's page are drawn from, and in which order its events appear.
import {spikeLedger} from '../../results/compare/spikes/spike-ledger.ts';
import {isClaim} from '../../results/claims.ts';
import type {Comparison, ComparisonRow, Samples, Session, SideName} from '../../results/types.ts';
import type {StripEvent} from '../charts/strip.ts';
import {sideNames} from '../charts/verdicts.ts';
import {isSimulated} from '../tables/facts.ts';

export interface ChartContext {
  /** Null if the session has one side only. */
  readonly comparison: Comparison | null;
  /** Null if the comparison belongs to no session. */
  readonly session: Session | null;
  /** Null if the single runs are not known. */
  readonly samples: Samples | null;
  readonly labels: Readonly<Record<SideName, string>>;
  /**
   * The compared events that were measured and vary: the primary one, then those with spikes, then
   * those that changed. Empty without a comparison.
   */
  readonly rows: readonly ComparisonRow[];
  /** The same events, or with one side the events of its summary. */
  readonly events: readonly StripEvent[];
}

export const comparisonContext = (
  comparison: Comparison,
  session: Session | null,
  samples: Samples | null,
): ChartContext => {
  const rows = comparison.rows
    .filter(
      (row) =>
        !isSimulated(row.event) &&
        // Slices have processes instead of runs, and separate charts.
        !row.event.startsWith('slices/') &&
        (row.before.sd !== 0 || row.after.sd !== 0),
    )
    .sort((a, b) => weight(b) - weight(a));
  const labels = sideNames(comparison.before, comparison.after);
  return {comparison, session, samples, labels, rows, events: rows};
};

/** One side only: its runs, with the spikes among them; a refused session shows none. */
export const sideContext = (session: Session, stored: Samples | null): ChartContext => {
  const samples = session.status === 'refused' ? null : stored;
  const spikes = samples && spikeLedger(samples, {placements: session.placements, executions: {}});
  const events = session.summary
    .filter(({event, stats}) => !isSimulated(event) && stats.sd !== 0)
    .map(({event, unit}) => ({
      event,
      unit,
      spikes: spikes?.of(event) ?? {before: [], after: []},
    }));
  const labels = sideNames(session.before, null);
  return {comparison: null, session, samples, labels, rows: [], events};
};

const weight = (row: ComparisonRow): number =>
  (row.primary ? 4 : 0) +
  (row.spikes.before.length + row.spikes.after.length > 0 ? 2 : 0) +
  (isClaim(row) ? 1 : 0);

/** True if the event is primary, has spikes or changed. */
export const hasPriority = (row: ComparisonRow): boolean => weight(row) > 0;
