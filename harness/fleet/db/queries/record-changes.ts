// When hosts changed: nights on which the host record differs from the night before.
import {hostChanges} from '../../../../results/history/index.ts';
import type {HostRecord} from '../../../../results/types.ts';
import type {Queryable} from '../queryable.ts';

export interface RecordChange {
  readonly host: string;
  readonly night: string;
  readonly text: string;
}

/** Oldest first; for the named hosts, or for all. */
export const recordChanges = async (
  db: Queryable,
  hosts: readonly string[] | null = null,
): Promise<RecordChange[]> => {
  const {rows} = await db.query<{
    name: string;
    night: string;
    before: HostRecord;
    after: HostRecord;
  }>(
    `select h.name, n.night::text, b.record as before, a.record as after
     from jitstat.host_night n join jitstat.host h on h.id = n.host
     join jitstat.host_record a on a.id = n.record
     join jitstat.host_record b on b.id = n.record_before
     where n.record_before is not null and ($1::text[] is null or h.name = any ($1))
     order by n.night, h.name`,
    [hosts],
  );
  return rows.flatMap(({name, night, before, after}) => {
    const changes = hostChanges(before, after);
    return changes.length === 0 ? [] : [{host: name, night, text: changes.join(', ')}];
  });
};
