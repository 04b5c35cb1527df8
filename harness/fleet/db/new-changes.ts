// Which changes are new, and their alerts: decided again for each imported session and the nights
// after it, so that the order of imports does not matter.
import type {Queryable} from './queryable.ts';
import {rowsParameter} from './queryable.ts';

/**
 * New as in `jitstat nightly`: a shown change outside the interval of the last earlier night and
 * away from it by more than the margin. The first night is the reference; a night whose A/A showed
 * a change is neither judged nor a reference.
 */
const isNew = `
  p.verdict in ('more', 'less') and not bad.now and prev.verdict is not null and
  case
    when p.ratio is null or prev.ratio is null then prev.verdict <> p.verdict
    when p.verdict = 'more' then
      coalesce(p.low, '-infinity') > coalesce(prev.high, 'infinity')
      and p.ratio > prev.ratio * (1 + s.margin)
    else
      coalesce(p.high, 'infinity') < coalesce(prev.low, '-infinity')
      and prev.ratio > p.ratio * (1 + s.margin)
  end`;

/**
 * A session's own A/A; if it has none, the last one of its night, which measures one for all its
 * sessions; and what the record of the night says.
 */
const badNight = (point: string): string => `
  exists (select from jitstat.session o where o.id = ${point}.session and (o.aa_changed > 0
    or o.aa_rows is null and o.night_id is not null and (select x.aa_changed > 0
      from jitstat.session x where x.host = o.host and x.night = o.night
        and x.night_id = o.night_id and x.aa_rows is not null order by x.at desc limit 1)))
  or exists (select from jitstat.night_record n
    where n.host = ${point}.host and n.night = ${point}.night and not n.aa_quiet)`;

/** `$1`: the session; its points and all later ones of their series. */
const decide = `
with affected as (
  select distinct p.series, p.host, p.at, p.session from jitstat.point o
  join jitstat.point p on p.series = o.series and p.host = o.host and p.at >= o.at
  where o.session = $1
), judged as (
  select p.series, p.host, p.at, p.session, (${isNew}) as is_new
  from affected a
  join jitstat.point p using (series, host, at, session)
  join jitstat.series s on s.id = p.series
  cross join lateral (select ${badNight('p')} as now) bad
  left join lateral (
    select q.verdict, q.ratio, q.low, q.high from jitstat.point q
    where q.series = p.series and q.host = p.host and q.at < p.at and q.night < p.night
      and q.verdict is not null and not (${badNight('q')})
    order by q.at desc limit 1) prev on true
)
update jitstat.point p set is_new = j.is_new from judged j
where p.series = j.series and p.host = j.host and p.at = j.at and p.session = j.session
  and p.is_new <> j.is_new
returning p.series, p.host, p.night::text as night`;

/** The name of an alert is the same after a rebuild: night, host, and a digest of the series' names. */
const sync = `
with touched as (select * from jsonb_to_recordset($1::jsonb) as t(series int, host int, night date)),
wanted as (
  select distinct p.series, p.host, p.night from touched t
  join jitstat.point p on p.series = t.series and p.host = t.host and p.night = t.night
  where p.is_new
), gone as (
  delete from jitstat.alert a using touched t
  where a.series = t.series and a.host = t.host and a.night = t.night
    and not exists (select from wanted w
      where w.series = a.series and w.host = a.host and w.night = a.night)
)
insert into jitstat.alert (id, series, host, night, state, owner, note, changed)
select k.id, w.series, w.host, w.night, coalesce(m.state, 'new'), m.owner, coalesce(m.note, ''), m.at
from wanted w
join jitstat.series s on s.id = w.series
join jitstat.host h on h.id = w.host
cross join lateral (select to_char(w.night, 'YYYY-MM-DD') || '.' || h.name || '.' || left(
  md5(concat_ws(E'\\n', s.workload, s.repeat, s.before, s.after, s.event)), 10) as id) k
left join lateral (select * from jitstat.alert_move m where m.alert = k.id
  order by m.id desc limit 1) m on true
on conflict (series, host, night) do nothing`;

/** The A/A of a night concerns all its sessions, whichever came first. */
export const updateNightChanges = async (
  db: Queryable,
  host: number,
  night: string,
): Promise<void> => {
  const {rows} = await db.query<{id: number}>(
    'select id from jitstat.session where host = $1 and night = $2 order by at',
    [host, night],
  );
  for (const {id} of rows) await updateChanges(db, id);
};

export const updateChanges = async (db: Queryable, session: number): Promise<void> => {
  const {rows} = await db.query<{series: number; host: number; night: string}>(decide, [session]);
  if (rows.length === 0) return;
  await db.query(sync, [rowsParameter(rows)]);
};
