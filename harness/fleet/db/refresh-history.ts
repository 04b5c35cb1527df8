// Levels, spikes and change points of series that have new points: always recomputed from all nights.
import {analysePoints} from '../../../results/history/series.ts';
import type {HistoryPoint} from '../../../results/history/types.ts';
import type {EventKind} from '../../../results/types.ts';
import type {Queryable} from './queryable.ts';
import {inTransaction, rowsParameter} from './queryable.ts';

interface Stale {
  readonly series: number;
  readonly host: number;
  readonly kind: EventKind;
  readonly unit: string;
  readonly margin: number;
  readonly after: string;
}

interface StoredPoint {
  readonly at: Date;
  readonly night: string;
  readonly session: string;
  readonly level: number | null;
  readonly ratio: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly spikes: number | null;
  readonly runs: number | null;
}

/** Recomputes at most `most` pairs of series and host, and returns how many it did. */
export const refreshHistory = async (db: Queryable, most = 100): Promise<number> => {
  let done = 0;
  while (done < most && (await inTransaction(db, () => refreshOne(db)))) done++;
  return done;
};

/** Two hubs may refresh at once: each takes what the other has left. */
const refreshOne = async (db: Queryable): Promise<boolean> => {
  const {rows} = await db.query<Stale>(
    `with taken as (
       delete from jitstat.stale where (series, host) in (
         select series, host from jitstat.stale limit 1 for update skip locked)
       returning series, host)
     select t.series, t.host, s.kind, s.unit, s.margin, s.after
     from taken t join jitstat.series s on s.id = t.series`,
  );
  if (rows.length === 0) return false;
  const [one] = rows;
  const points = await pointsOf(db, one);
  const measure = one.after === '' ? 'level' : 'ratio';
  const analysed = analysePoints(points, {...one, measure}, one.margin);
  const at = (index: number): string => points[index].created!;
  await db.query(
    `insert into jitstat.history (series, host, stretches, spikes) values ($1, $2, $3, $4)
     on conflict (series, host)
     do update set stretches = $3, spikes = $4, computed = now()`,
    [
      one.series,
      one.host,
      JSON.stringify(
        analysed.segments.map(({from, to, nights, level, low, high}) => ({
          from: at(from),
          to: at(to),
          nights,
          level,
          low,
          high,
        })),
      ),
      JSON.stringify(analysed.points.filter(({spike}) => spike).map(({session}) => session)),
    ],
  );
  await db.query('delete from jitstat.change_point where series = $1 and host = $2', [
    one.series,
    one.host,
  ]);
  await db.query(
    `insert into jitstat.change_point (series, host, at, night, before_level, after_level, ratio, p,
       session_before, session_after)
     select $1, $2, r.* from jsonb_to_recordset($3::jsonb) as r(at timestamptz, night date,
       before double precision, after double precision, ratio double precision, p double precision,
       "sessionBefore" text, "sessionAfter" text)`,
    [
      one.series,
      one.host,
      rowsParameter(analysed.changes.map((change) => ({...change, at: at(change.index)}))),
    ],
  );
  return true;
};

/** The last session of a night counts: it is the confirming one. */
const pointsOf = async (db: Queryable, {series, host, after}: Stale): Promise<HistoryPoint[]> => {
  const {rows} = await db.query<StoredPoint>(
    `select distinct on (p.night) p.at, p.night::text as night, o.name as session, p.level, p.ratio,
       p.low, p.high, p.spikes, p.runs
     from jitstat.point p join jitstat.session o on o.id = p.session
     where p.series = $1 and p.host = $2 order by p.night, p.at desc`,
    [series, host],
  );
  return rows.map((row) => ({
    night: row.night,
    created: row.at.toISOString(),
    session: row.session,
    value: after === '' ? row.level : row.ratio,
    low: row.low,
    high: row.high,
    spikes: row.spikes,
    runs: row.runs,
    running: null,
    spike: false,
  }));
};
