// One commit on all hosts: the last session of every series that measured it.
import {changeGroups} from '../../../../results/fleet/change-groups.ts';
import type {CellView, CommitView, FleetHost} from '../../../../results/fleet/views.ts';
import type {Queryable} from '../queryable.ts';
import type {CellColumns, SeriesColumns} from './columns.ts';
import {cellColumns, cellJoins, cellOf, hostTraits, seriesColumns, seriesOf} from './columns.ts';

/** A changed series is shown on all hosts; the others are only counted. */
const chosen = `
  with own as (
    select distinct on (p.series, p.host) p.* from jitstat.session e
    join jitstat.point p on p.session = e.id
    where e.commit = $1 order by p.series, p.host, p.at desc
  ), judged as (
    select series, bool_or(verdict in ('more', 'less')) as changed,
      bool_and(verdict = 'equal') as equal
    from own group by series)`;

const mostSeries = 60;

const cells = `${chosen}, wanted as (
    select j.series from judged j join own w on w.series = j.series
    where j.changed and w.verdict in ('more', 'less')
    group by j.series order by max(abs(ln(nullif(greatest(w.ratio, 0), 0)))) desc nulls last
    limit ${mostSeries})
  select ${seriesColumns}, ${cellColumns}
  from wanted c join own p on p.series = c.series
  join jitstat.host h on h.id = p.host
  join jitstat.series s on s.id = p.series
  ${cellJoins} order by h.name`;

export const oneCommit = async (
  db: Queryable,
  commit: string,
  fleet: readonly FleetHost[] = [],
): Promise<CommitView | null> => {
  const {rows: counts} = await db.query<{all: number; equal: number; changed: number}>(
    `${chosen} select count(*)::int as all, count(*) filter (where equal)::int as equal,
       count(*) filter (where changed)::int as changed from judged`,
    [commit],
  );
  const [{all, equal, changed}] = counts;
  const {rows: hosts} = await db.query<{name: string}>(
    `select h.name from jitstat.host h where exists (
       select from jitstat.session o where o.commit = $1 and o.host = h.id) order by h.name`,
    [commit],
  );
  if (hosts.length === 0) return null;
  const {rows} = await db.query<SeriesColumns & CellColumns>(cells, [commit]);
  const names = hosts.map(({name}) => name);
  return {
    commit,
    hosts: names,
    groups: changeGroups(
      rows.map((row) => ({series: seriesOf(row), cell: cellOf(row)})),
      names,
      await hostTraits(db, fleet),
      ({verdict}: CellView) => verdict === 'more' || verdict === 'less',
    ),
    equal,
    unsettled: all - equal - changed,
  };
};
