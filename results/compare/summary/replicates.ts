// Several sessions a side: how far apart sessions of one side are is then measured, not assumed.
import type {Comparison, ImportTable, SideInfo, SideName} from '../../types.ts';
import {eventInfo} from '../../events/events.ts';
import {studentQuantile, studentTwoSided} from '../../stats/distributions.ts';
import {meanOf, varianceOf} from '../../stats/moments.ts';
import {primaryEvent} from '../context.ts';
import {whyFindings} from '../decompose/why.ts';
import {finding} from '../findings.ts';
import type {RowDraft} from '../quads/row.ts';
import {conclude} from '../quads/verdict.ts';
import {misprintFindings, misprintOf, misprintReason, withMeans} from './misprints.ts';
import type {CountedPair} from './table-pairs.ts';
import {countedPairs, notCountedOf, pairsOf} from './table-pairs.ts';
import {partsOfTime, whyContext} from './parts.ts';
import type {Printed} from './printed.ts';
import {relativeError, statsOf} from './printed.ts';
import type {TablesContext} from './tables.ts';
import {plural} from '../../wording.ts';

type Tables = readonly ImportTable[];

/** One event in all sessions: natural logs of the means, and their relative errors. */
interface Sessions {
  readonly logs: readonly number[];
  readonly errors: readonly (number | null)[];
}

/**
 * Compares all sessions of the before side with all of the after side. The session is the unit of
 * inference: the level of a side is the mean of its sessions' logs, and the error comes from how
 * sessions of one side differ, pooled over both, but is never below what the runs within them show.
 * At least two sessions on one side are needed for an interval.
 */
export const compareReplicates = (
  before: Tables,
  after: Tables,
  context: TablesContext = {},
): Comparison => {
  const level = context.level ?? 0.95;
  const misprint = misprintReason([...before, ...after]);
  const events = eventsOfAll([...before, ...after]);
  const [left, right] = [before, after].map((tables) => sessionsOf(tables, events));
  const pairs = events.map((event): CountedPair & {sessions: [Sessions, Sessions]} => ({
    event,
    sessions: [left.get(event)!.sessions, right.get(event)!.sessions],
    before: left.get(event)!.printed,
    after: right.get(event)!.printed,
  }));
  const primary = primaryEvent(events, context.primary);
  const drafts = pairs.map((pair) =>
    draft(pair, context.margins?.[pair.event], level, pair.event === 'elapsed' ? null : misprint),
  );
  const rows = conclude(drafts, {level, primary, spikes: () => ({before: [], after: []})});
  const decomposition = partsOfTime(pairs, level);
  return {
    schema: 'jitstat/comparison/1',
    before: sideOf(before, 'before', context.before),
    after: sideOf(after, 'after', context.after),
    design: 'summary',
    quads: null,
    sameImage: false,
    rows,
    notCounted: notCountedOf(before[0], after[0]),
    decomposition,
    findings: [
      ...misprintFindings(before[0], after[0]),
      ...whyFindings(decomposition, whyContext(pairs, rows)),
      finding('replicates', {before: before.length, after: after.length}),
    ],
    warnings: [
      ...(context.warnings ?? []),
      ...[...before, ...after].flatMap((table) => table.warnings),
    ],
    aa: null,
  };
};

/** Events that every table counted, in the order of the first. */
const eventsOfAll = (tables: Tables): string[] => {
  const [first, ...others] = tables;
  return countedPairs(pairsOf(withMeans(first), withMeans(first)))
    .map(({event}) => event)
    .filter((event) =>
      others.every((table) =>
        countedPairs(pairsOf(withMeans(table), withMeans(table))).some(
          (pair) => pair.event === event && pair.before.mean > 0,
        ),
      ),
    );
};

const sessionsOf = (
  tables: Tables,
  events: readonly string[],
): ReadonlyMap<string, {sessions: Sessions; printed: Printed}> => {
  const all = tables.map((table) => countedPairs(pairsOf(withMeans(table), withMeans(table))));
  return new Map(
    events.map((event) => {
      const own = all.map((pairs) => pairs.find((pair) => pair.event === event)!.before);
      const sessions = {
        logs: own.map(({mean}) => Math.log(mean)),
        errors: own.map((one, i) => (misprintOf(tables[i]) === null ? relativeError(one) : null)),
      };
      const mean = Math.exp(meanOf(sessions.logs));
      const error = sideError(sessions);
      return [
        event,
        {
          sessions,
          printed: {
            ...own[0],
            mean,
            sem: error === null ? null : mean * error,
            n: own.reduce<number | null>(
              (sum, {n}) => (sum === null || n === null ? null : sum + n),
              0,
            ),
          },
        },
      ];
    }),
  );
};

/** Relative error of a side's level; null for one session without its own error. */
const sideError = ({logs, errors}: Sessions): number | null => {
  const within = withinError(errors);
  return logs.length < 2
    ? within
    : Math.max(within ?? 0, Math.sqrt(varianceOf(logs) / logs.length));
};

const withinError = (errors: readonly (number | null)[]): number | null => {
  const known = errors.filter((error) => error !== null);
  return known.length < errors.length ? null : Math.hypot(...known) / known.length;
};

const draft = (
  {event, before, after, sessions: [left, right]}: CountedPair & {sessions: [Sessions, Sessions]},
  margin: number | undefined,
  level: number,
  withheld: string | null,
): RowDraft => {
  const info = eventInfo(event);
  const degrees = left.logs.length + right.logs.length - 2;
  const value = meanOf(right.logs) - meanOf(left.logs);
  const base: RowDraft = {
    event,
    unit: after.unit,
    kind: info.kind,
    before: statsOf(before),
    after: statsOf(after),
    estimate: {value, low: -Infinity, high: Infinity},
    equivalence: null,
    direction: Math.sign(value),
    p: null,
    units: Math.min(left.logs.length, right.logs.length),
    margin: margin ?? info.margin,
    mustClear: 0,
    note: withheld ?? (degrees < 1 ? 'one session a side, no interval' : null),
    warnings: [],
    ...(after.direction === undefined ? {} : {better: after.direction}),
  };
  if (base.note !== null) return base;
  const squares = [left, right].reduce(
    (sum, {logs}) => sum + (logs.length < 2 ? 0 : varianceOf(logs) * (logs.length - 1)),
    0,
  );
  const between = Math.sqrt((squares / degrees) * (1 / left.logs.length + 1 / right.logs.length));
  const within = Math.hypot(withinError(left.errors) ?? 0, withinError(right.errors) ?? 0);
  const error = Math.max(between, within);
  const interval = (at: number) => {
    const half = studentQuantile(0.5 + at / 2, degrees) * error;
    return {value, low: value - half, high: value + half};
  };
  return {
    ...base,
    estimate: interval(level),
    equivalence: interval(2 * level - 1),
    p: error === 0 ? (value === 0 ? 1 : 0) : studentTwoSided(value / error, degrees),
  };
};

const sideOf = (tables: Tables, side: SideName, known: SideInfo | undefined): SideInfo => {
  const [{label, command}] = tables;
  return (
    known ?? {
      label: `${label ?? side} (${plural(tables.length, 'session')})`,
      ...(command === null ? {} : {command}),
    }
  );
};
