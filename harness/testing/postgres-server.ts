// For deep tests and benchmarks: a private PostgreSQL server in a temporary folder, on a free port
// of the loopback, run by an unprivileged user, and ended with the tests.
import {spawn, spawnSync} from 'node:child_process';
import type {ChildProcess} from 'node:child_process';
import {chownSync, existsSync, mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {createServer} from 'node:net';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

export interface PostgresServer {
  readonly port: number;
  /** Connects as the superuser `postgres`, without a password. */
  readonly url: string;
  readonly pid: number;
  readonly folder: string;
  /** SIGKILL, like a power cut: what was committed is there after `restart`. */
  readonly kill: () => Promise<void>;
  readonly restart: () => Promise<void>;
  /** Ends the server and removes its folder. */
  readonly stop: () => Promise<void>;
}

/** Debian keeps the server's programs out of the PATH. */
const debianFolder = '/usr/lib/postgresql';

const binFolder = (): string | null => {
  const versions = existsSync(debianFolder)
    ? readdirSync(debianFolder).sort((a, b) => Number(b) - Number(a))
    : [];
  const found = versions.map((version) => join(debianFolder, version, 'bin'));
  return (
    [...found, '/usr/local/bin', '/usr/bin'].find((one) => existsSync(join(one, 'initdb'))) ?? null
  );
};

/** The path of one of PostgreSQL's programs, such as psql; null if it is not installed. */
export const postgresProgram = (name: string): string | null => {
  const bin = binFolder();
  return (
    [bin ?? '/usr/bin', '/usr/bin', '/usr/local/bin']
      .map((folder) => join(folder, name))
      .find(existsSync) ?? null
  );
};

/** Null if a server can be started, otherwise the reason to skip. */
export const noPostgres = (): string | null => {
  if (binFolder() === null) return 'PostgreSQL is not installed (apt-get install postgresql)';
  return process.getuid?.() === 0 && userIds() === null
    ? 'PostgreSQL does not run as root, and there is no user postgres or nobody'
    : null;
};

/** The user that the server runs as; nothing if this process is not root. */
const userIds = (): {uid: number; gid: number} | null => {
  for (const name of ['postgres', 'nobody']) {
    const {stdout, status} = spawnSync('id', ['-u', name], {encoding: 'utf8'});
    const group = spawnSync('id', ['-g', name], {encoding: 'utf8'}).stdout;
    if (status === 0) return {uid: Number(stdout), gid: Number(group)};
  }
  return null;
};

const readyMs = 60_000;

/** `settings`: lines for postgresql.conf, such as `max_connections=50`. */
export const startPostgres = async (settings: readonly string[] = []): Promise<PostgresServer> => {
  const bin = binFolder();
  if (bin === null) throw new Error(noPostgres()!);
  const user = process.getuid?.() === 0 ? userIds() : null;
  const folder = mkdtempSync(join(tmpdir(), 'jitstat-pg-'));
  if (user !== null) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const env = {PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', HOME: folder};
  const as = {cwd: folder, env, ...user};
  const made = spawnSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--no-instructions'],
    {...as, encoding: 'utf8'},
  );
  if (made.status !== 0) {
    rmSync(folder, {recursive: true, force: true});
    throw new Error(`initdb failed: ${made.stderr || String(made.error)}`);
  }
  const port = await freePort();
  const options = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${folder}`,
    ...settings,
  ];
  let server: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    server = spawn(join(bin, 'postgres'), ['-D', data, ...options.flatMap((one) => ['-c', one])], {
      ...as,
      stdio: 'ignore',
    });
    const until = Date.now() + readyMs;
    while (!isReady(bin, port)) {
      if (server.exitCode !== null || Date.now() > until) {
        server.kill('SIGKILL');
        throw new Error('the PostgreSQL server did not start');
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const end = async (signal: 'SIGINT' | 'SIGKILL'): Promise<void> => {
    const running = server;
    server = null;
    if (running === null || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    await ended;
  };
  // A test that dies must not leave a server or its folder behind.
  const last = (): void => {
    server?.kill('SIGKILL');
    rmSync(folder, {recursive: true, force: true});
  };
  process.once('exit', last);
  await start();
  return {
    port,
    folder,
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    get pid() {
      return server?.pid ?? 0;
    },
    kill: () => end('SIGKILL'),
    restart: start,
    stop: async () => {
      await end('SIGINT');
      process.removeListener('exit', last);
      rmSync(folder, {recursive: true, force: true, maxRetries: 10, retryDelay: 100});
    },
  };
};

const isReady = (bin: string, port: number): boolean =>
  spawnSync(join(bin, 'pg_isready'), ['-q', '-h', '127.0.0.1', '-p', String(port)]).status === 0;

/** A free port on the loopback. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const {port} = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
