// Connections to PostgreSQL from a URL: loopback and Unix sockets without TLS, other hosts only
// with TLS and a certificate that fits the host's name.
import {readFileSync} from 'node:fs';
import {checkServerIdentity} from 'node:tls';
import type {ConnectionOptions} from 'node:tls';
import {UserError} from '../../../results/error.ts';
import {loadPg} from '../packages.ts';
import type {Queryable} from './queryable.ts';

/** Options of a `pg` client or pool. */
export interface PgOptions {
  readonly host: string;
  readonly port: number;
  readonly user?: string;
  readonly password?: string;
  readonly database: string;
  readonly application_name: string;
  readonly connectionTimeoutMillis: number;
  readonly keepAlive: boolean;
  readonly ssl: false | ConnectionOptions;
}

const connectMs = 10_000;
const example = 'For example --db postgres://hub@db.example.org/jitstat?sslrootcert=/etc/ca.pem.';
const known = ['host', 'port', 'sslmode', 'sslrootcert', 'application_name'];
const loopbacks = ['localhost', '127.0.0.1', '::1'];

/**
 * `postgres://USER[:PASSWORD]@HOST[:PORT]/DATABASE`; a socket's folder is given as `?host=/FOLDER`.
 * `sslrootcert` names the authority's file; by default Node's authorities are trusted. Without a
 * password `PGPASSWORD` is used. Throws UserError; the message never holds the password.
 */
export const readDatabaseUrl = (
  text: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): PgOptions => {
  // `user@/database` is libpq's way of leaving the host to an option.
  const full = text.replace(/@\/(?!\/)/, '@localhost/');
  const url = URL.canParse(full) ? new URL(full) : null;
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol))
    throw new UserError('The address of the database cannot be read.', example);
  const odd = [...url.searchParams.keys()].find((key) => !known.includes(key));
  if (odd !== undefined)
    throw new UserError(
      `The address of the database has an option '${odd}' that is not known.`,
      `Known are ${known.join(', ')}.`,
    );
  const host = url.searchParams.get('host') ?? (decoded(url.hostname) || 'localhost');
  const bare = host.replace(/^\[|\]$/g, '');
  const database = decoded(url.pathname.slice(1));
  if (database === '')
    throw new UserError('The address of the database names no database.', example);
  const port = Number(url.port || url.searchParams.get('port') || 5432);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new UserError('The port of the database is not a number from 1 to 65535.', example);
  const password = decoded(url.password) || env['PGPASSWORD'];
  const user = decoded(url.username) || env['PGUSER'];
  return {
    host: bare,
    port,
    database,
    ...(user === undefined ? {} : {user}),
    ...(password === undefined ? {} : {password}),
    application_name: url.searchParams.get('application_name') ?? 'jitstat',
    connectionTimeoutMillis: connectMs,
    keepAlive: true,
    ssl: tlsOf(bare, url.searchParams),
  };
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const tlsOf = (host: string, options: URLSearchParams): PgOptions['ssl'] => {
  const mode = options.get('sslmode');
  const isLocal = host.startsWith('/') || loopbacks.includes(host);
  const root = options.get('sslrootcert');
  if (isLocal && mode !== 'verify-full' && root === null) return false;
  if (mode !== null && mode !== 'verify-full')
    throw new UserError(
      `sslmode=${mode} does not verify who answers at ${host}.`,
      'Leave sslmode out or give verify-full; sslrootcert=FILE names your own authority.',
    );
  return {
    rejectUnauthorized: true,
    // The socket is connected before TLS begins and may not know the requested name.
    checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate),
    ...(root === null ? {} : {ca: authority(root)}),
  };
};

const authority = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new UserError(
      `The certificate of the authority, ${file}, cannot be read.`,
      'sslrootcert names a file in PEM format.',
    );
  }
};

export interface Connection extends Queryable {
  readonly end: () => Promise<void>;
  /** Called once if the connection breaks later: a restart of the server, a cut network. */
  readonly onLost: (listener: (error: Error) => void) => void;
}

/**
 * Throws a UserError if the server cannot be reached, does not know the user, or is not the right
 * one.
 */
export const connect = async (
  url: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Connection> => {
  const options = readDatabaseUrl(url, env);
  const {default: pg} = await loadPg();
  const client = new pg.Client(options);
  const listeners: ((error: Error) => void)[] = [];
  // Without a listener a lost connection would end the process.
  client.on('error', (error) => listeners.splice(0).forEach((listener) => listener(error)));
  try {
    await client.connect();
  } catch (error) {
    await client.end().catch(() => {});
    throw connectError(options, error);
  }
  return {
    query: client.query.bind(client) as Queryable['query'],
    end: () => client.end(),
    onLost: (listener) => void listeners.push(listener),
  };
};

/** What a failed connection means for the user. */
const connectError = ({host, port, database, user}: PgOptions, error: unknown): UserError => {
  const {code, message} = error as {code?: string; message: string};
  const where = `the database ${database} at ${host}${host.startsWith('/') ? '' : `:${port}`}`;
  const hints: readonly (readonly [RegExp, string])[] = [
    [/^(28|3D000)/, 'Check user, password and database in --db; docs/fleet.md creates them.'],
    [
      /CERT|SELF_SIGNED|ALTNAME|TLS|SSL/,
      'The certificate must be of an authority (sslrootcert=FILE) and name this host.',
    ],
    [/./, 'Check the address, that PostgreSQL runs there, and that it listens for you.'],
  ];
  const kind = `${code ?? ''} ${/SSL/.test(message) ? 'SSL' : ''}`;
  return new UserError(
    `Cannot connect to ${where}${user === undefined ? '' : ` as ${user}`}: ${message || code}.`,
    hints.find(([pattern]) => pattern.test(kind.trim() || '.'))![1],
  );
};
