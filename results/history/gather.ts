// From the points of sessions to series of nights: one point per session for each workload, side,
// event and machine.
import {eventInfo} from '../events/events.ts';
import type {HostRecord} from '../types.ts';
import type {Measured} from './points.ts';
import {missingPoint} from './points.ts';
import type {HistoryPoint, HistorySeries} from './types.ts';

/** A series before anything is concluded from it. */
export type RawSeries = Pick<
  HistorySeries,
  'key' | 'workload' | 'side' | 'measure' | 'event' | 'unit' | 'kind' | 'machine' | 'points'
> & {
  /** The hosts of the points, same order; equal records are one object. */
  readonly hosts: readonly HostRecord[];
};

type Growing = RawSeries & {
  readonly points: HistoryPoint[];
  readonly hosts: HostRecord[];
  night: string | undefined;
  /** Position of the last session that has a point in it. */
  last: number;
};

/**
 * Series of `sessions` (oldest first) by key. If a night measured one thing in several sessions,
 * the last one counts: it confirms the others. Runs with a different `repeat` are a different
 * series. A side that is in several comparisons of a night gives one point; an A/A gives a ratio
 * (the noise floor) and no levels.
 */
export const seriesOf = (sessions: readonly Measured[]): RawSeries[] => {
  const chosen = lastOfEachNight(sessions);
  const machineName = namesOf(chosen);
  const workloadName = workloadNamesOf(chosen);
  const oneHost = hostsOnce();
  const series: Growing[] = [];
  const places = new Map<string, Place>();
  const subjects = new Map<string, Set<Growing>>();
  for (const [at, session] of chosen.entries()) {
    const machine = machineName(session);
    const workload = workloadName(session);
    const host = oneHost(session.host);
    const place = childOf(places, `${workload}\n${machine}`);
    const own = oneSet(subjects, `${session.subject}\n${machine}`);
    const add = (one: Growing, point: HistoryPoint): void => {
      one.points.push(point);
      one.hosts.push(host);
      one.night = session.night;
      one.last = at;
    };
    for (const {side, measure, event, unit, point} of session.points) {
      const leaf = childOf(childOf(childOf(place.below, side).below, measure).below, event);
      let one = leaf.series;
      if (one === undefined) {
        one = {
          key: `${workload}/${side}/${measure}/${event}@${machine}`,
          workload,
          side,
          measure,
          event,
          unit,
          kind: eventInfo(event).kind,
          machine,
          points: [],
          hosts: [],
          night: undefined,
          last: -1,
        };
        leaf.series = one;
        series.push(one);
        own.add(one);
      } else if (one.last === at || (one.night !== undefined && one.night === session.night))
        continue;
      add(one, point);
    }
    for (const one of own) if (one.last !== at) add(one, missingPoint(session, one.event));
  }
  return series.map(({night: _night, last: _last, ...one}) => one);
};

/** The last session of each subject, machine and night; sessions outside nights stay. By id. */
export const lastOfEachNight = <
  T extends Pick<Measured, 'id' | 'subject' | 'host'> & {readonly night?: string | null},
>(
  sessions: readonly T[],
): T[] => {
  const last = new Map(
    sessions.map((session) => [
      `${session.night ?? session.id}\n${session.subject}\n${session.host.id}`,
      session,
    ]),
  );
  return [...last.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
};

/** Two machines with the same name are distinguished by their ids. */
const namesOf = (sessions: readonly Measured[]): ((session: Measured) => string) => {
  const ids = new Map<string, Set<string>>();
  for (const {host} of sessions) oneSet(ids, host.name).add(host.id);
  return ({host}) =>
    ids.get(host.name)!.size === 1 ? host.name : `${host.name} (${host.id.slice(0, 6)})`;
};

/** A workload that was measured with several repeats is distinguished by them. */
const workloadNamesOf = (sessions: readonly Measured[]): ((session: Measured) => string) => {
  const repeats = new Map<string, Set<number>>();
  for (const {workload, repeat} of sessions) oneSet(repeats, workload).add(repeat);
  return ({workload, repeat}) =>
    repeats.get(workload)!.size === 1 ? workload : `${workload} (repeat ${repeat})`;
};

const oneSet = <T>(sets: Map<string, Set<T>>, key: string): Set<T> => {
  if (!sets.has(key)) sets.set(key, new Set());
  return sets.get(key)!;
};

/** A path of names; a joined key would have to be built for every point. */
interface Place {
  readonly below: Map<string, Place>;
  series?: Growing;
}

const childOf = (places: Map<string, Place>, name: string): Place => {
  let place = places.get(name);
  if (place === undefined) places.set(name, (place = {below: new Map()}));
  return place;
};

/** Equal records become one object; sessions from an index share theirs already. */
const hostsOnce = (): ((host: HostRecord) => HostRecord) => {
  const byText = new Map<string, HostRecord>();
  const known = new WeakMap<HostRecord, HostRecord>();
  return (host) => {
    const found = known.get(host);
    if (found !== undefined) return found;
    const text = JSON.stringify(host);
    const one = byText.get(text) ?? host;
    byText.set(text, one);
    known.set(host, one);
    return one;
  };
};
