// One series on all hosts, with a column of nights for each, its history, and changes of the hosts'
// records.
import {overHosts} from '../../../../results/fleet/over-hosts.ts';
import type {
  FleetHost,
  HostSeries,
  ListedSeries,
  SeriesRef,
  SeriesView,
} from '../../../../results/fleet/views.ts';
import {verdicts} from '../../../../results/types.ts';
import type {Verdict} from '../../../../results/types.ts';
import type {Queryable} from '../queryable.ts';
import type {SeriesColumns} from './columns.ts';
import {hostTraits, seriesColumns, seriesOf} from './columns.ts';
import {recordChanges} from './record-changes.ts';

/**
 * Columns that the index holds, so that the table is not read; one row per host. As JSON, which is
 * parsed in a fraction of the time that arrays take; times in milliseconds since 1970, verdicts as
 * letters.
 */
const columns = `
  select h.name as host, c.* from (
    select p.host as id, array_to_json(array_agg(round(date_part('epoch', p.at) * 1000))) as at,
      array_to_json(array_agg(case when $2 then p.level else p.ratio end)) as value,
      array_to_json(array_agg(p.low)) as low, array_to_json(array_agg(p.high)) as high,
      string_agg(coalesce(left(p.verdict::text, 1), '-'), '') as verdict
    from (select host, at, ratio, level, low, high, verdict from jitstat.point
      where series = $1 order by host, at) p group by p.host) c
  join jitstat.host h on h.id = c.id order by h.name`;

interface Columns {
  readonly host: string;
  readonly at: readonly number[];
  readonly value: readonly (number | null)[];
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
  readonly verdict: string;
}

const letters: Readonly<Record<string, Verdict>> = Object.fromEntries(
  verdicts.map((verdict) => [verdict[0], verdict]),
);

interface Analysed {
  readonly host: string;
  readonly segments: HostSeries['segments'] | null;
  /** Times in milliseconds since 1970. */
  readonly spikes: readonly number[];
  readonly last: string | null;
}

const analysed = `
  select h.name as host, y.stretches as segments, last.name as last,
    coalesce((select array_agg(extract(epoch from o.at)::float8 * 1000) from jitstat.session o
      where o.name in (select jsonb_array_elements_text(y.spikes))), '{}') as spikes
  from jitstat.host h
  left join jitstat.history y on y.host = h.id and y.series = $1
  left join lateral (select o.name from jitstat.point p join jitstat.session o on o.id = p.session
    where p.series = $1 and p.host = h.id order by p.at desc limit 1) last on true`;

const findSeries = async (db: Queryable, id: number): Promise<SeriesRef | null> => {
  const {rows} = await db.query<SeriesColumns>(
    `select ${seriesColumns} from jitstat.series s where s.id = $1`,
    [id],
  );
  return rows.length === 0 ? null : seriesOf(rows[0]);
};

/** Null if there is no such series. */
export const oneSeries = async (
  db: Queryable,
  id: number,
  fleet: readonly FleetHost[] = [],
): Promise<SeriesView | null> => {
  const series = await findSeries(db, id);
  if (series === null) return null;
  const {rows} = await db.query<Columns>(columns, [id, series.after === '']);
  const {rows: more} = await db.query<Analysed>(analysed, [id]);
  const {rows: changes} = await db.query<HostSeries['changes'][number] & {host: string}>(
    `select h.name as host, c.night::text, to_char(c.at at time zone 'UTC',
       'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, c.ratio, c.session_before as "sessionBefore",
       c.session_after as "sessionAfter"
     from jitstat.change_point c join jitstat.host h on h.id = c.host
     where c.series = $1 order by c.at`,
    [id],
  );
  const {rows: notes} = await db.query<{night: string; text: string}>(
    `select night::text, text from jitstat.note where workload is null or workload = $1
     order by night`,
    [series.workload],
  );
  const marks = await recordChanges(
    db,
    rows.map(({host}) => host),
  );
  const traits = await hostTraits(db, fleet);
  const hosts = rows.map((row): HostSeries => {
    const known = more.find(({host}) => host === row.host);
    const spikes = new Set(known?.spikes ?? []);
    const own = <T extends {host: string}>(all: readonly T[]): T[] =>
      all.filter(({host}) => host === row.host);
    return {
      ...row,
      at: row.at.map((at) => new Date(at).toISOString()),
      verdict: [...row.verdict].map((letter) => letters[letter] ?? null),
      spikes: row.at.flatMap((at, index) => (spikes.has(at) ? [index] : [])),
      segments: known?.segments ?? [],
      changes: own(changes),
      marks: own(marks),
      lastSession: known?.last ?? null,
    };
  });
  const [over] = overHosts([
    rows.flatMap((row) => {
      const verdict = letters[row.verdict.at(-1) ?? ''];
      if (verdict === undefined) return [];
      const host = traits.get(row.host) ?? {host: row.host, traits: []};
      const [ratio, low, high] = [row.value, row.low, row.high].map((all) => all.at(-1) ?? null);
      return [{host, ratio, low, high, verdict}];
    }),
  ]);
  return {series, hosts, notes, over};
};

/** All series that were measured in the last year, by name. */
export const listSeries = async (db: Queryable): Promise<ListedSeries[]> => {
  const {rows} = await db.query<SeriesColumns & {hosts: number; last: string}>(
    `select ${seriesColumns}, count(*)::int as hosts, max(last.night)::text as last
     from jitstat.series s cross join jitstat.host h
     cross join lateral (select p.night from jitstat.point p
       where p.series = s.id and p.host = h.id order by p.at desc limit 1) last
     group by s.id order by s.workload, s.event, s.before, s.after, s.repeat`,
  );
  return rows.map((row) => ({...seriesOf(row), hosts: row.hosts, lastNight: row.last}));
};
