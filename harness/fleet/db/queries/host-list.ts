// The hosts: when they last reported, how noisy their A/A is, and what changed on them.
import type {FleetHost, HostView} from '../../../../results/fleet/views.ts';
import type {HostRecord} from '../../../../results/types.ts';
import type {Queryable} from '../queryable.ts';
import {recordChanges} from './record-changes.ts';

/** A/A and sessions are counted over this many nights. */
const recentNights = 30;
const mostChanges = 5;

interface HostRow {
  readonly name: string;
  readonly last: string | null;
  readonly sessions: number;
  readonly refused: number;
  readonly changed: number;
  readonly rows: number;
  readonly record: HostRecord | null;
}

export const hostList = async (
  db: Queryable,
  fleet: readonly FleetHost[] = [],
): Promise<HostView[]> => {
  const {rows} = await db.query<HostRow>(
    `select h.name, recent.*, r.record from jitstat.host h
     cross join lateral (
       select max(n.night)::text as last, coalesce(sum(n.sessions), 0)::int as sessions,
         coalesce(sum(n.refused), 0)::int as refused, coalesce(sum(n.aa_changed), 0)::int as changed,
         coalesce(sum(n.aa_rows), 0)::int as rows, (array_agg(n.record order by n.night desc))[1] as now
       from (select * from jitstat.host_night n where n.host = h.id
         order by n.night desc limit ${recentNights}) n) recent
     left join jitstat.host_record r on r.id = recent.now
     order by h.name`,
  );
  const changes = await recordChanges(db);
  const known = rows.map((row): HostView => ({
    name: row.name,
    fleet: fleet.find(({name}) => name === row.name) ?? null,
    lastNight: row.last,
    sessions: row.sessions,
    refused: row.refused,
    aa: {changed: row.changed, rows: row.rows},
    record: row.record,
    recordChanges: changes
      .filter(({host}) => host === row.name)
      .slice(-mostChanges)
      .reverse(),
  }));
  const silent = fleet.filter(({name}) => !rows.some((row) => row.name === name));
  return [
    ...known,
    ...silent.map((one): HostView => ({
      name: one.name,
      fleet: one,
      lastNight: null,
      sessions: 0,
      refused: 0,
      aa: {changed: 0, rows: 0},
      record: null,
      recordChanges: [],
    })),
  ];
};
