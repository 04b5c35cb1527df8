// SQL that several queries share: a series, and what is known about one point of one host.
import type {HostTraits} from '../../../../results/fleet/host-traits.ts';
import {traitsOf} from '../../../../results/fleet/host-traits.ts';
import type {AlertState} from '../../../../results/history/alert-states.ts';
import type {CellView, FleetHost, SeriesRef} from '../../../../results/fleet/views.ts';
import type {HostRecord} from '../../../../results/types.ts';
import type {Queryable} from '../queryable.ts';

/** Of `jitstat.series s`. */
export const seriesColumns = `s.id as series, s.workload, s.repeat::float8 as repeat, s.before,
  s.after, s.event, s.unit, s.kind`;

export interface SeriesColumns extends Omit<SeriesRef, 'id'> {
  readonly series: number;
}

export const seriesOf = (row: SeriesColumns): SeriesRef => ({
  id: row.series,
  workload: row.workload,
  repeat: row.repeat,
  before: row.before,
  after: row.after,
  event: row.event,
  unit: row.unit,
  kind: row.kind,
});

/** Repetitions further from a point than this do not count as repetitions of it. */
const repeatDays = 14;

const isShown = `p.verdict in ('more', 'less')`;

/**
 * Of a point `p` of host `h`, with `cellJoins`: its session `o` and what belongs to it. The A/A is
 * the session's own, or that of the night's record, or that of other sessions of the night.
 */
export const cellColumns = `h.name as host, p.ratio, p.low, p.high, p.level, p.verdict, p.is_new,
  o.name as session, o.commit, earlier.commit as commit_before, earlier.name as session_before,
  coalesce(case when o.aa_rows > 0 then o.aa_changed = 0 end, record.aa_quiet,
    case when hn.aa_rows > 0 then hn.aa_changed = 0 end) as aa_quiet,
  again.agrees as confirmed, a.id as alert, a.state`;

export const cellJoins = `
  join jitstat.session o on o.id = p.session
  left join jitstat.host_night hn on hn.host = p.host and hn.night = p.night
  left join jitstat.alert a on a.series = p.series and a.host = p.host and a.night = p.night
  left join lateral (select bool_and(n.aa_quiet) as aa_quiet from jitstat.night_record n
    where n.night = p.night and n.host = p.host) record on true
  left join lateral (select e.commit, e.name from jitstat.point q
    join jitstat.session e on e.id = q.session
    where ${isShown} and q.series = p.series and q.host = p.host and q.at < p.at
      and q.night < p.night
    order by q.at desc limit 1) earlier on true
  left join lateral (select array_agg(e.id) as ids from jitstat.session e
    where e.commit = o.commit and e.host = o.host) same on true
  left join lateral (select bool_or(q.verdict = p.verdict) as agrees from jitstat.point q
    where ${isShown} and q.series = p.series and q.host = p.host and q.session <> p.session
      and q.at between p.at - interval '${repeatDays} days' and p.at + interval '${repeatDays} days'
      and (q.night = p.night or q.session = any (same.ids))) again on true`;

type SameColumns = 'host' | 'ratio' | 'low' | 'high' | 'level' | 'verdict' | 'session' | 'commit';

export interface CellColumns extends Pick<CellView, SameColumns> {
  readonly is_new: boolean;
  readonly commit_before: string | null;
  readonly session_before: string | null;
  readonly aa_quiet: boolean | null;
  readonly confirmed: boolean | null;
  readonly alert: string | null;
  readonly state: AlertState | null;
}

export const cellOf = (row: CellColumns): CellView => ({
  host: row.host,
  ratio: row.ratio,
  low: row.low,
  high: row.high,
  level: row.level,
  verdict: row.verdict,
  isNew: row.is_new,
  session: row.session,
  commit: row.commit,
  commitBefore: row.commit_before,
  confirmed: row.confirmed,
  aaQuiet: row.aa_quiet,
  alert: row.alert === null ? null : {id: row.alert, state: row.state!},
});

/** The traits of every host by its newest record; `fleet` adds the classes. */
export const hostTraits = async (
  db: Queryable,
  fleet: readonly FleetHost[],
): Promise<ReadonlyMap<string, HostTraits>> => {
  const {rows} = await db.query<{name: string; record: HostRecord}>(
    `select h.name, r.record from jitstat.host h
     cross join lateral (select n.record from jitstat.host_night n where n.host = h.id
       order by n.night desc limit 1) last
     join jitstat.host_record r on r.id = last.record`,
  );
  return new Map(
    rows.map(({name, record}) => {
      const own = fleet.find((one) => one.name === name)?.class ?? null;
      return [name, traitsOf(name, own === null ? [] : [own], record)];
    }),
  );
};
