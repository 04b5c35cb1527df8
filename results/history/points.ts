// From stored sessions to series of nights: one point a session for each workload, side, event and machine.
import {eventInfo} from '../events.ts';
import type {Session, SideInfo, SideStats} from '../types.ts';
import type {HistoryPoint, HistorySeries} from './types.ts';

/** A series before anything is concluded from it. */
export type RawSeries = Pick<HistorySeries, 'key' | 'workload' | 'side' | 'measure' | 'event' | 'unit' | 'kind' | 'machine' | 'points'> & {
  /** The sessions of the points, same order. */
  readonly sessions: readonly Session[];
};

/**
 * Series of `sessions` (oldest first) by key. Of the sessions a night measured of one thing, the last counts: the confirming one.
 * Runs of another `repeat` are another series.
 * A side that stands in several comparisons of a night gives one point; an A/A gives a ratio (the noise floor) and no levels.
 */
export const seriesOf = (sessions: readonly Session[]): RawSeries[] => {
  const chosen = lastOfEachNight(sessions);
  const machineName = namesOf(chosen);
  const workloadName = workloadNamesOf(chosen);
  const series = new Map<string, RawSeries & {points: HistoryPoint[]; sessions: Session[]}>();
  const subjects = new Map<string, Set<string>>();
  for (const session of chosen) {
    const machine = machineName(session);
    const workload = workloadName(session);
    const subject = subjectOf(session, machine);
    const seen = new Set<string>();
    for (const {side, measure, event, unit, point} of pointsOf(session)) {
      const key = `${workload}/${side}/${measure}/${event}@${machine}`;
      let one = series.get(key);
      const last = one?.sessions.at(-1);
      if (seen.has(key) || (last !== undefined && last.night !== undefined && last.night === session.night)) continue;
      seen.add(key);
      if (one === undefined) {
        one = {key, workload, side, measure, event, unit, kind: eventInfo(event).kind, machine, points: [], sessions: []};
        series.set(key, one);
        if (!subjects.has(subject)) subjects.set(subject, new Set());
        subjects.get(subject)!.add(key);
      }
      one.points.push(point);
      one.sessions.push(session);
    }
    for (const key of subjects.get(subject) ?? []) {
      if (seen.has(key)) continue;
      const one = series.get(key)!;
      one.points.push({...empty(session), value: null, reason: reasonFor(session, one.event)});
      one.sessions.push(session);
    }
  }
  return [...series.values()];
};

export const workloadOf = (session: Pick<Session, 'workload' | 'before' | 'after'>): string =>
  session.workload ?? (session.after === null ? session.before.label : `${session.before.label} | ${session.after.label}`);

export const sideName = (side: SideInfo): string => side.variant ?? side.label;

interface Point {
  readonly side: string;
  readonly measure: 'level' | 'ratio';
  readonly event: string;
  readonly unit: string;
  readonly point: HistoryPoint;
}

const pointsOf = (session: Session): Point[] => {
  if (session.comparison === null) {
    return session.summary.map(({event, unit, stats}) =>
      ({side: sideName(session.before), measure: 'level', event, unit, point: levelPoint(session, session.before, stats, null)}));
  }
  const {before, comparison} = session;
  const after = session.after ?? comparison.after;
  const levels = sideName(before) !== sideName(after);
  return comparison.rows.flatMap((row): Point[] => [
    ...(levels ? [
      {side: sideName(before), measure: 'level' as const, event: row.event, unit: row.unit, point: levelPoint(session, before, row.before, row.spikes.before.length)},
      {side: sideName(after), measure: 'level' as const, event: row.event, unit: row.unit, point: levelPoint(session, after, row.after, row.spikes.after.length)},
    ] : []),
    ...(row.change === null ? [] : [{
      side: `${sideName(before)} -> ${sideName(after)}`, measure: 'ratio' as const, event: row.event, unit: '',
      point: {
        ...empty(session), value: row.change.ratio, low: row.change.low, high: row.change.high,
        spikes: row.spikes.before.length + row.spikes.after.length, runs: sum(row.before.n, row.after.n), running: least(row.before.running, row.after.running),
      },
    }]),
  ]);
};

const levelPoint = (session: Session, side: SideInfo, stats: SideStats, spikes: number | null): HistoryPoint => {
  const value = stats.median ?? stats.mean;
  const reach = stats.sem === null ? null : 1.96 * stats.sem;
  return {
    ...empty(session),
    value,
    low: value === null || reach === null ? null : value - reach,
    high: value === null || reach === null ? null : value + reach,
    spikes,
    runs: stats.n,
    running: stats.running,
    ...(side.imageHash === undefined ? {} : {imageHash: side.imageHash}),
  };
};

const empty = (session: Session): HistoryPoint =>
  ({night: session.created.slice(0, 10), created: session.created, session: session.id, value: null, low: null, high: null, spikes: null, runs: null, running: null, spike: false});

const reasonFor = (session: Session, event: string): string => {
  if (session.status === 'refused') return session.reason ?? 'refused';
  return session.notCounted.find((entry) => entry.event === event)?.reason ?? 'not counted';
};

/** Sessions of one subject measured the same thing and can be compared. */
export const subjectOf = (session: Session, machine: string): string =>
  [session.kind, workloadOf(session), session.plan.repeat, sideName(session.before), session.after === null ? '' : sideName(session.after), machine].join('\n');

const lastOfEachNight = (sessions: readonly Session[]): Session[] => {
  const last = new Map(sessions.map((session) => [`${session.night ?? session.id}\n${subjectOf(session, session.host.id)}`, session]));
  return [...last.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
};

/** Two machines of one name are told apart by their ids. */
const namesOf = (sessions: readonly Session[]): ((session: Session) => string) => {
  const ids = new Map<string, Set<string>>();
  for (const {host} of sessions) ids.set(host.name, (ids.get(host.name) ?? new Set()).add(host.id));
  return ({host}) => (ids.get(host.name)!.size === 1 ? host.name : `${host.name} (${host.id.slice(0, 6)})`);
};

/** A workload that was measured with several repeats is told apart by them. */
const workloadNamesOf = (sessions: readonly Session[]): ((session: Session) => string) => {
  const repeats = new Map<string, Set<number>>();
  for (const session of sessions) repeats.set(workloadOf(session), (repeats.get(workloadOf(session)) ?? new Set()).add(session.plan.repeat));
  return (session) => (repeats.get(workloadOf(session))!.size === 1 ? workloadOf(session) : `${workloadOf(session)} (repeat ${session.plan.repeat})`);
};

const sum = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b);

const least = (a: number | null, b: number | null): number | null => (a === null || b === null ? a ?? b : Math.min(a, b));
