// The front page: which changes of a night the night before did not show, and which hosts are
// missing.
import {changeGroups} from '../../../../results/fleet/change-groups.ts';
import type {FleetHost, LastNightView} from '../../../../results/fleet/views.ts';
import type {Alert} from '../../../../results/history/index.ts';
import type {Queryable} from '../queryable.ts';
import type {CellColumns, SeriesColumns} from './columns.ts';
import {cellColumns, cellJoins, cellOf, hostTraits, seriesColumns, seriesOf} from './columns.ts';

/** How many series are shown in full. */
const mostSeries = 40;

/** Hosts that have not reported for longer are retired. */
const retiredDays = 30;

const nightsAround = `
  select (select max(night) from jitstat.host_night where $1::date is null or night <= $1)::text as night,
    (select min(night) from jitstat.host_night where night > $1)::text as later`;

/** Chosen by the size of the largest new change; a change without a ratio goes first. */
const changedSeries = `
  select p.series, max(coalesce(abs(ln(nullif(p.ratio, 0))), 100)) as size
  from jitstat.point p where p.night = $1 and p.is_new and (p.ratio is null or p.ratio >= 0)
  group by p.series order by size desc, p.series`;

/** For each host the new point, or else its last one of the night. */
const nightRows = `
  select ${seriesColumns}, ${cellColumns}
  from unnest($2::int[]) as c(series)
  join jitstat.series s on s.id = c.series
  cross join (select h.* from jitstat.host_night n join jitstat.host h on h.id = n.host
    where n.night = $1) h
  cross join lateral (
    select * from jitstat.point q
    where q.series = c.series and q.host = h.id and q.night = $1
      and q.at >= $1::date and q.at < $1::date + 3
    order by q.is_new desc, q.at desc limit 1) p
  ${cellJoins}
  order by h.name`;

/** `night` as `yyyy-mm-dd`; the last night by default. */
export const lastNight = async (
  db: Queryable,
  {night: asked = null, fleet = []}: {night?: string | null; fleet?: readonly FleetHost[]} = {},
): Promise<LastNightView> => {
  const {rows: around} = await db.query<{night: string | null; later: string | null}>(
    nightsAround,
    [asked],
  );
  const [{night, later}] = around;
  if (night === null)
    return {
      night,
      earlier: null,
      later: null,
      hosts: [],
      missing: fleet.map(({name, state}) => ({host: name, why: state})),
      sessions: 0,
      groups: [],
      left: {groups: 0, standing: 0},
      alerts: [],
    };
  const hosts = await reporting(db, night);
  const {rows: changed} = await db.query<{series: number}>(changedSeries, [night]);
  const chosen = changed.slice(0, mostSeries).map(({series}) => series);
  const {rows} = await db.query<SeriesColumns & CellColumns>(nightRows, [night, chosen]);
  const {rows: counts} = await db.query<{standing: number; earlier: string | null}>(
    `select (select count(distinct series)::int from jitstat.point
       where night = $1 and verdict in ('more', 'less') and not is_new) as standing,
       (select max(night)::text from jitstat.host_night where night < $1) as earlier`,
    [night],
  );
  const names = hosts.map(({name}) => name);
  return {
    night,
    earlier: counts[0].earlier,
    later: asked === null ? null : later,
    hosts: names,
    missing: await missing(db, night, names, fleet),
    sessions: hosts.reduce((sum, {sessions}) => sum + sessions, 0),
    groups: changeGroups(
      rows.map((row) => ({series: seriesOf(row), cell: cellOf(row)})),
      names,
      await hostTraits(db, fleet),
    ),
    left: {groups: Math.max(0, changed.length - mostSeries), standing: counts[0].standing},
    alerts: await nightAlerts(db, night),
  };
};

const reporting = async (
  db: Queryable,
  night: string,
): Promise<{name: string; sessions: number}[]> =>
  (
    await db.query<{name: string; sessions: number}>(
      `select h.name, n.sessions from jitstat.host_night n join jitstat.host h on h.id = n.host
       where n.night = $1 and n.sessions > n.refused order by h.name`,
      [night],
    )
  ).rows;

/** A host that refused says why; one that did not report says since when. */
const missing = async (
  db: Queryable,
  night: string,
  reported: readonly string[],
  fleet: readonly FleetHost[],
): Promise<LastNightView['missing']> => {
  const {rows} = await db.query<{name: string; last: string; reason: string | null}>(
    `select h.name, last.night::text as last,
       coalesce((select reason from jitstat.night_record r where r.host = h.id and r.night = $1
           and r.reason is not null limit 1),
         (select reason from jitstat.session o where o.host = h.id and o.night = $1
           and o.reason is not null order by o.at desc limit 1)) as reason
     from jitstat.host h
     cross join lateral (select n.night from jitstat.host_night n
       where n.host = h.id and n.night <= $1 order by n.night desc limit 1) last
     where h.name <> all ($2) and last.night >= $1::date - ${retiredDays} order by h.name`,
    [night, reported],
  );
  const known = rows.map(({name, last, reason}) => ({
    host: name,
    why: reason === null ? `last reported on ${last}` : `refused: ${reason}`,
  }));
  const never = fleet.filter(
    ({name, drained}) =>
      !drained && !reported.includes(name) && !known.some(({host}) => host === name),
  );
  const drained = new Set(fleet.filter((one) => one.drained).map(({name}) => name));
  return [
    ...known.filter(({host}) => !drained.has(host)),
    ...never.map(({name, state}) => ({host: name, why: state})),
  ];
};

const nightAlerts = async (db: Queryable, night: string): Promise<LastNightView['alerts']> => {
  const {rows} = await db.query<{name: string; alerts: readonly Alert[]}>(
    `select h.name, r.alerts from jitstat.night_record r join jitstat.host h on h.id = r.host
     where r.night = $1 order by h.name`,
    [night],
  );
  return rows.flatMap(({name, alerts}) =>
    alerts.filter(({code}) => code !== 'change-found').map(({text}) => ({host: name, text})),
  );
};
