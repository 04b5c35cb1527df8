// Tokens for the API: shown once when they are made, kept as a hash.
import {createHash, randomBytes} from 'node:crypto';
import {UserError} from '../../../results/error.ts';
import type {Caller} from './hub-context.ts';
import type {Database} from './database.ts';
import type {TokenRole} from './fleet-schema.ts';

/** 256 random bits need no slow hash. */
const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Makes the token `name`; one for an agent makes its host as well. */
export const createToken = (
  database: Database,
  {role, name, host}: {role: TokenRole; name: string; host: string | null},
): Promise<string> =>
  database.transaction(async (tx) => {
    const token = `jst_${randomBytes(32).toString('base64url')}`;
    if (host !== null)
      await tx.query('insert into fleet.host (name) values ($1) on conflict do nothing', [host]);
    const {rowCount} = await tx.query(
      `insert into fleet.token (name, hash, role, host) values ($1, $2, $3, $4)
       on conflict (name) do update set hash = $2, created = now(), revoked = null
       where fleet.token.role = $3 and fleet.token.host is not distinct from $4
         and fleet.token.revoked is not null`,
      [name, hashOf(token), role, host],
    );
    if (rowCount === 0)
      throw new UserError(
        `There is a token '${name}' already.`,
        `Choose another name, or revoke it first: jitstat hub revoke ${name} --db URL.`,
      );
    return token;
  });

export const revokeToken = (database: Database, name: string): Promise<void> =>
  database.transaction(async (tx) => {
    const {rowCount} = await tx.query(
      'update fleet.token set revoked = now() where name = $1 and revoked is null',
      [name],
    );
    if (rowCount === 0)
      throw new UserError(`There is no token '${name}' in use.`, 'jitstat hub tokens lists them.');
  });

/** The owner of a token; null if it is unknown or revoked. */
export const callerOf = async (database: Database, token: string): Promise<Caller | null> => {
  const {rows} = await database.pool.query<Caller>(
    'select role, name, host from fleet.token where hash = $1 and revoked is null',
    [hashOf(token)],
  );
  return rows[0] ?? null;
};

export interface ListedToken {
  readonly name: string;
  readonly role: TokenRole;
  readonly host: string | null;
  readonly created: Date;
  readonly revoked: Date | null;
}

export const listTokens = async (database: Database): Promise<readonly ListedToken[]> =>
  (
    await database.pool.query<ListedToken>(
      'select name, role, host, created, revoked from fleet.token order by name',
    )
  ).rows;
