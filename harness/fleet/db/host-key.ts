// The key of a host by its name; a new name becomes a host.
import type {Queryable} from './queryable.ts';

export const hostKey = async (db: Queryable, name: string): Promise<number> => {
  const {rows} = await db.query<{id: number}>(
    `with added as (
       insert into jitstat.host (name) select $1
       where not exists (select from jitstat.host where name = $1)
       on conflict (name) do nothing returning id)
     select id from added union all select id from jitstat.host where name = $1 limit 1`,
    [name],
  );
  // Another transaction has just added it, unseen by the snapshot of the query above.
  return rows[0]?.id ?? hostKey(db, name);
};
