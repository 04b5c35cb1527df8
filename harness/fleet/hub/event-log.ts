// The hub's log of who did what: refusals above all.
import type {Hub, LogEntry} from './hub-context.ts';
import type {Database} from './database.ts';

/** Newest first. */
export const readLog = async (hub: Hub): Promise<readonly unknown[]> =>
  (
    await hub.database.pool.query<Record<string, unknown>>(
      `select at, who, action, host, job, refused, detail from fleet.log order by id desc limit 1000`,
    )
  ).rows;

/** Refusals of unknown senders must not fill the disk, so only the newest entries are kept. */
const mostEntries = 100_000;
const trimEvery = 1000;

/**
 * Writes to the table and prints refusals; if the database is away, the entry is lost, but the hub
 * goes on.
 */
export const createLog = (
  database: Database,
  say: (text: string) => void,
): ((entry: LogEntry) => void) => {
  let written = 0;
  return ({who, action, host = null, job = null, refused, detail}) => {
    if (refused) say(`refused ${action} by ${who}: ${detail}`);
    database.pool
      .query(
        `insert into fleet.log (who, action, host, job, refused, detail)
         values ($1, $2, $3, $4, $5, $6)`,
        [who, action, host, job, refused, detail.slice(0, 2000)],
      )
      .then(() =>
        written++ % trimEvery === 0
          ? database.pool.query(
              'delete from fleet.log where id <= (select max(id) from fleet.log) - $1',
              [mostEntries],
            )
          : null,
      )
      .catch(() => say(`the log could not be written: ${action} by ${who}`));
  };
};
