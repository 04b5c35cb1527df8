// Brings a database up to what this jitstat needs: the queue's schema, the fleet's tables, roles
// and row policies, and the tables of results. May run again, and two hubs may start at once.
import {UserError} from '../../../results/error.ts';
import {connect, readDatabaseUrl} from '../db/connect.ts';
import type {Connection, PgOptions} from '../db/connect.ts';
import {migrate} from '../db/migrate.ts';
import {inTransaction} from '../db/queryable.ts';
import {fleetSchema} from './fleet-schema.ts';
import {migrateQueue} from './queue.ts';

/** Any number that nothing else in a database locks. */
const setupLock = 0x6a697474;

/**
 * Returns the options to connect with. A login that may create schemas brings them up to date; any
 * other must find them ready and be a member of jitstat_hub. Throws UserError.
 */
export const prepareDatabase = async (url: string): Promise<PgOptions> => {
  const options = readDatabaseUrl(url);
  const connection = await connect(url);
  try {
    if (await mayCreate(connection)) await bringUpToDate(connection);
    else await checkReady(connection, options);
  } finally {
    await connection.end();
  }
  return options;
};

const mayCreate = async (connection: Connection): Promise<boolean> => {
  const {rows} = await connection.query<{may: boolean}>(
    `select has_database_privilege(current_user, current_database(), 'create')
       and (rolsuper or rolcreaterole) as may from pg_roles where rolname = current_user`,
  );
  return rows[0].may;
};

const bringUpToDate = async (connection: Connection): Promise<void> => {
  await connection.query('select pg_advisory_lock($1)', [setupLock]);
  try {
    await migrateQueue(connection);
    await migrate(connection);
    await inTransaction(connection, async () => {
      await connection.query(fleetSchema);
      await connection.query('grant jitstat_hub to current_user');
    });
  } finally {
    await connection.query('select pg_advisory_unlock($1)', [setupLock]).catch(() => {});
  }
};

const checkReady = async (connection: Connection, {user}: PgOptions): Promise<void> => {
  const {rows} = await connection.query<{ready: boolean}>(
    `select to_regclass('fleet.host') is not null and to_regclass('jitstat.session') is not null
       and pg_has_role(current_user, 'jitstat_hub', 'member') as ready
     where exists (select from pg_roles where rolname = 'jitstat_hub')`,
  );
  if (rows[0]?.ready === true) return;
  throw new UserError(
    `The database is not prepared for a hub, or ${user ?? 'this user'} is not its hub.`,
    'Run jitstat hub setup --db URL once as a user who may create schemas and roles, then grant ' +
      'jitstat_hub to this one.',
  );
};
