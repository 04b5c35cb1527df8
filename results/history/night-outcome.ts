// The overall result of a night: one rule for its page, its mail and its exports, so that none of
// them calls a night quiet above a table that shows a change.
import {primaryRow} from '../rows/primary-row.ts';
import {isClaim} from '../claims.ts';
import type {ComparisonRow, Session} from '../types.ts';
import type {News} from './news.ts';
import {newsOf} from './news.ts';
import type {HistorySeries, Night} from './types.ts';

export type NightState =
  | 'refused'
  | 'unfinished'
  /** Alerts of changes or budgets. */
  | 'alerts'
  /** Changes that may be noise, because the A/A was bad or missing. */
  | 'silenced'
  /** New since the last time, and not gated. */
  | 'new'
  | 'first'
  /** It differs as it did. */
  | 'standing'
  /** It differs; whether that is new is not known here. */
  | 'differs'
  | 'quiet';

export interface NightOutcome {
  readonly state: NightState;
  /** Entries of the night with a row that is `more` or `less`, by name. */
  readonly differing: readonly DifferingEntry[];
}

export interface DifferingEntry {
  readonly name: string;
  /** Its primary row, or the first that differs. */
  readonly row: ComparisonRow;
  readonly news: News | null;
}

type OutcomeNight = Pick<Night, 'status' | 'alerts' | 'workloads'>;

/** `series`: ratios of the entries so far, tonight included; null if they are not at hand. */
export const nightOutcome = (
  night: OutcomeNight,
  sessions: readonly Session[],
  series: readonly HistorySeries[] | null,
): NightOutcome => {
  const differing = night.workloads.flatMap(({name, session, confirm}) => {
    const found = sessions.find(({id}) => id === (confirm ?? session));
    const row = found === undefined ? null : differingRow(found);
    return row === null ? [] : [{name, row, news: newsIn(series, found!, row)}];
  });
  return {state: stateOf(night, differing), differing};
};

const stateOf = (
  {status, alerts}: OutcomeNight,
  differing: readonly DifferingEntry[],
): NightState => {
  if (status !== 'finished') return status;
  const codes = new Set(alerts.map(({code}) => code));
  if (codes.has('change-found') || codes.has('budget-exceeded')) return 'alerts';
  if (differing.length === 0) return 'quiet';
  if (codes.has('bad-aa')) return 'silenced';
  const news = new Set(differing.map((one) => one.news));
  return news.has('new')
    ? 'new'
    : news.has('first')
      ? 'first'
      : news.has('standing')
        ? 'standing'
        : 'differs';
};

const differingRow = ({comparison}: Session): ComparisonRow | null => {
  if (comparison === null || comparison.sameImage) return null;
  const primary = primaryRow(comparison);
  return primary !== undefined && isClaim(primary)
    ? primary
    : (comparison.rows.find(isClaim) ?? null);
};

/** Against the point before tonight's; null if the series is not at hand. */
const newsIn = (
  series: readonly HistorySeries[] | null,
  {id}: Session,
  row: ComparisonRow,
): News | null => {
  const points = series?.find(
    (one) =>
      one.measure === 'ratio' &&
      one.event === row.event &&
      one.points.some(({session}) => session === id),
  )?.points;
  if (points === undefined) return null;
  const at = points.findIndex(({session}) => session === id);
  const before = points.slice(0, at).findLast(({value}) => value !== null);
  return newsOf(
    row,
    before === undefined
      ? null
      : {
          verdict: 'unsettled',
          change: {ratio: before.value!, low: before.low, high: before.high},
        },
    row.margin,
  );
};
