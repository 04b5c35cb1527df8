// A whole fleet for deep tests: a PostgreSQL server, a hub, agents and tokens, all in separate
// processes on Node 22, with a mark by which anything they leave is found.
import {spawn, spawnSync} from 'node:child_process';
import type {ChildProcess} from 'node:child_process';
import {randomUUID} from 'node:crypto';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {noPerf} from '../testing/captured-io.ts';
import {installPackages} from '../testing/debian.ts';
import {deepCache} from '../testing/deep-cache.ts';
import {markedProcesses} from '../testing/marked-processes.ts';
import {nodeOf, noRegistry} from '../testing/node-of.ts';
import {freePort, noPostgres, startPostgres} from '../testing/postgres-server.ts';
import type {PostgresServer} from '../testing/postgres-server.ts';
import {readDatabaseUrl} from './db/connect.ts';
import {openDatabase} from './hub/database.ts';
import {createToken} from './hub/tokens.ts';
import {callHub} from './protocol/hub-client.ts';
import type {ListedHost, ListedJob} from './protocol/messages.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const main = join(root, 'dist/harness/main.js');

/** Null if a fleet can run here, otherwise the reason to skip. */
export const noFleet = (): string | null =>
  noPerf ??
  (noPostgres() === null ? null : installPackages(['postgresql'])) ??
  noPostgres() ??
  (process.env['JITSTAT_DEEP'] === '1' ? noRegistry() : 'only in npm run test:deep');

/** Short sessions of `true`, long ones of `sleep`, and a suite whose command fails. */
const measured = ['--no-aa', '--no-report', '--runs-per-block', '1', '-q'];
const session = (runs: string, ...command: string[]): string[] =>
  ['ab', ...measured, '-r', runs, '--events', 'task-clock,page-faults'].concat(
    ['--', ...command],
    ['--', ...command],
  );
const testSuites = {
  schema: 'jitstat/host-suites/1',
  class: 'box',
  suites: {
    true: {run: [session('4', 'true')]},
    slow: {run: [session('8', 'sleep', '1')]},
    sleep: {run: [session('400', 'sleep', '1')]},
    broken: {run: [['ab', 'no-such-workload']]},
  },
};

const people = {root: 'admin', anna: 'submitter', ben: 'submitter', rita: 'reader'} as const;

export interface Started {
  readonly process: ChildProcess;
  readonly pid: number;
  readonly output: () => string;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

export interface Fleet {
  readonly server: PostgresServer;
  readonly folder: string;
  readonly node: string;
  readonly hubUrl: string;
  readonly hubStore: string;
  readonly token: (name: string) => string;
  /** Runs one command to its end. */
  readonly run: (
    args: readonly string[],
    env?: NodeJS.ProcessEnv,
  ) => {
    status: number | null;
    stdout: string;
    stderr: string;
    ms: number;
  };
  readonly startHub: () => Promise<Started>;
  readonly startAgent: (host: string, store?: string, env?: NodeJS.ProcessEnv) => Started;
  readonly call: <T>(
    token: string,
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
  ) => Promise<T>;
  readonly submit: (token: string, request: object) => Promise<string[]>;
  readonly jobs: (limit?: number) => Promise<readonly ListedJob[]>;
  readonly hosts: () => Promise<readonly ListedHost[]>;
  /** Command lines of all processes of this fleet that are alive. */
  readonly living: () => readonly string[];
  readonly stop: () => Promise<void>;
}

/** A Node that fleets run on; builds what is older than its sources first. */
export const deepNode = (): string => {
  spawnSync(join(root, 'jitstat'), ['--version'], {stdio: 'ignore'});
  return nodeOf('22', deepCache);
};

/** Starts processes in `folder`; `started` holds those that run. */
const starter =
  (folder: string, base: NodeJS.ProcessEnv, started: Set<Started>) =>
  (argv: readonly string[], env: NodeJS.ProcessEnv): Started => {
    const child = spawn(argv[0], argv.slice(1), {
      cwd: folder,
      env: {...base, ...env},
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const one: Started = {
      process: child,
      pid: child.pid!,
      output: () => output,
      ended: new Promise((resolve) =>
        child.once('exit', (code, signal) => {
          started.delete(one);
          resolve(code ?? signal!);
        }),
      ),
    };
    started.add(one);
    return one;
  };

/** A token for each of `people` and for the agent of each host, by name. */
const makeTokens = async (
  url: string,
  hosts: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  const tokens = new Map<string, string>();
  const database = await openDatabase(readDatabaseUrl(url), () => {});
  for (const [name, role] of Object.entries(people))
    tokens.set(name, await createToken(database, {role, name, host: null}));
  for (const host of hosts)
    tokens.set(host, await createToken(database, {role: 'agent', name: `host-${host}`, host}));
  await database.close();
  return tokens;
};

export const startFleet = async (
  hosts: readonly string[],
  heartbeatSeconds: number,
  suitesOfTest: Readonly<Record<string, object>> = {},
): Promise<Fleet> => {
  const node = deepNode();
  const folder = mkdtempSync(join(tmpdir(), 'jitstat-fleet-'));
  const server = await startPostgres();
  const mark = `${process.pid}-${randomUUID()}`;
  const base: NodeJS.ProcessEnv = {
    ...process.env,
    JITSTAT_TEST_FLEET: mark,
    JITSTAT_DB: server.url,
    JITSTAT_STORE: undefined,
    TMPDIR: join(folder, 'tmp'),
  };
  mkdirSync(join(folder, 'tmp'));
  const suites = join(folder, 'host-suites.json');
  const all = {...testSuites, suites: {...testSuites.suites, ...suitesOfTest}};
  writeFileSync(suites, JSON.stringify(all));
  const port = String(await freePort());
  const hubUrl = `http://127.0.0.1:${port}`;
  const hubStore = join(folder, 'hub');
  const started = new Set<Started>();
  const start = starter(folder, base, started);
  const run: Fleet['run'] = (args, env = {}) => {
    const begin = Date.now();
    const {status, stdout, stderr} = spawnSync(node, [main, ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: {...base, JITSTAT_HUB: hubUrl, ...env},
      timeout: 120_000,
    });
    return {status, stdout, stderr, ms: Date.now() - begin};
  };
  const setup = run(['hub', 'setup']);
  if (setup.status !== 0) throw new Error(setup.stderr);
  const call: Fleet['call'] = (token, method, path, body) =>
    callHub({url: new URL(hubUrl), token}, method, path, body);

  const tokens = await makeTokens(server.url, hosts);
  const token = (name: string): string => tokens.get(name)!;

  return {
    server,
    folder,
    node,
    hubUrl,
    hubStore,
    token,
    run,
    startHub: async () => {
      const hub = start(
        [
          node,
          main,
          'hub',
          '--port',
          port,
          '--store',
          hubStore,
          '--heartbeat',
          String(heartbeatSeconds),
        ],
        {},
      );
      for (const end = Date.now() + 300_000; !hub.output().includes(hubUrl); await sleep(50))
        if (hub.process.exitCode !== null || Date.now() > end)
          throw new Error(`the hub did not start: ${hub.output()}`);
      return hub;
    },
    startAgent: (host, store = `store-${host}`, env = {}) =>
      start(
        [
          ...ownName(host),
          node,
          main,
          'agent',
          '--host',
          host,
          '--suites',
          suites,
          '--store',
          join(folder, store),
        ],
        {JITSTAT_HUB: hubUrl, JITSTAT_TOKEN: token(host), ...env},
      ),
    call,
    submit: async (of, request) => {
      const {jobs} = await call<{jobs: readonly {id: string}[]}>(of, 'POST', '/api/submit', {
        request: randomUUID(),
        variant: null,
        host: null,
        class: null,
        interactive: false,
        ...request,
      });
      return jobs.map(({id}) => id);
    },
    jobs: (limit = 1000) => call(token('root'), 'GET', `/api/jobs?limit=${limit}`),
    hosts: () => call(token('root'), 'GET', '/api/hosts'),
    living: () => markedProcesses(`JITSTAT_TEST_FLEET=${mark}`).map(({line}) => line),
    stop: async () => {
      const all = [...started];
      for (const {process: child} of all) child.kill('SIGKILL');
      await Promise.all(all.map(({ended}) => ended));
      await server.stop();
      rmSync(folder, {recursive: true, force: true, maxRetries: 5});
    },
  };
};

/**
 * If allowed, a namespace in which the machine has the host's name, so that host records differ.
 */
const canRename = spawnSync('unshare', ['--uts', 'hostname', 'x'], {stdio: 'ignore'}).status === 0;
const ownName = (host: string): string[] =>
  canRename ? ['unshare', '--uts', 'sh', '-c', 'hostname "$0" && exec "$@"', host] : [];

/** On a busy host everything takes longer; a deadline ends a wait that would fail anyway. */
const patience = 5;

/** Waits until `done`, which takes `seconds` at most on a quiet host; false if it never came. */
export const until = async (
  done: () => boolean | Promise<boolean>,
  seconds: number,
): Promise<boolean> => {
  for (const end = Date.now() + patience * seconds * 1000; Date.now() < end; await sleep(100))
    if (await done()) return true;
  return false;
};
