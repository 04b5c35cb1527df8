// From a stored session to the rows a fleet's database keeps of it: one for each event.
import {eventInfo} from '../events/events.ts';
import {sideName, sumKnown, workloadOf} from '../history/points.ts';
import type {EventKind, Session, SideInfo, Verdict} from '../types.ts';

/** What is measured: equal on all hosts that measure it. `after` is empty if there is one side. */
export interface SeriesName {
  readonly workload: string;
  readonly repeat: number;
  readonly before: string;
  readonly after: string;
  readonly event: string;
}

/** `low` and `high` belong to the ratio or, if there is one side, to the level. */
export interface SessionPoint extends SeriesName {
  readonly unit: string;
  readonly kind: EventKind;
  readonly margin: number;
  /** Medians a run; `level` is the after side's, or the only side's. */
  readonly beforeLevel: number | null;
  readonly level: number | null;
  readonly ratio: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly verdict: Verdict | null;
  readonly runs: number | null;
  readonly spikes: number | null;
}

/**
 * `commit`: what the session measured. The commit is left out of the names of sides, so that the
 * commits of a branch are one series.
 */
export const sessionPoints = (session: Session, commit: string | null): SessionPoint[] => {
  const named = {
    workload: workloadOf(session),
    repeat: session.plan.repeat,
    before: withoutCommit(session.before, commit),
    after: '',
  };
  const {comparison} = session;
  if (comparison === null)
    return session.summary.map(({event, unit, stats}) => {
      const level = stats.median ?? stats.mean;
      const reach = level === null || stats.sem === null ? null : 1.96 * stats.sem;
      return {
        ...named,
        event,
        unit,
        ...meaning(event),
        beforeLevel: null,
        level,
        ratio: null,
        low: reach === null ? null : level! - reach,
        high: reach === null ? null : level! + reach,
        verdict: null,
        runs: stats.n,
        spikes: null,
      };
    });
  const after = withoutCommit(session.after ?? comparison.after, commit);
  return comparison.rows.map((row) => ({
    ...named,
    after,
    event: row.event,
    unit: row.unit,
    kind: row.kind,
    margin: row.margin,
    beforeLevel: row.before.median ?? row.before.mean,
    level: row.after.median ?? row.after.mean,
    ratio: row.change?.ratio ?? null,
    low: finite(row.change?.low),
    high: finite(row.change?.high),
    verdict: row.verdict,
    runs: sumKnown(row.before.n, row.after.n),
    spikes: row.spikes.before.length + row.spikes.after.length,
  }));
};

const meaning = (event: string): Pick<SessionPoint, 'kind' | 'margin'> => {
  const {kind, margin} = eventInfo(event);
  return {kind, margin};
};

/** A commit is recognised by its first twelve digits, as git and kernels print it. */
const shortest = 12;

const withoutCommit = (side: SideInfo, commit: string | null): string => {
  const name = sideName(side);
  if (commit === null || commit.length < shortest) return name;
  return name.replaceAll(new RegExp(`${commit.slice(0, shortest)}[0-9a-f]*`, 'g'), () => 'COMMIT');
};

const finite = (value: number | null | undefined): number | null =>
  value === null || value === undefined || !Number.isFinite(value) ? null : value;
