// docs/fleet.md: its ten commands are run as written, from nothing to results from two hosts.
import {spawnSync} from 'node:child_process';
import {chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {noCompiler} from '../testing/captured-io.ts';
import {freePort, startPostgres} from '../testing/postgres-server.ts';
import type {PostgresServer} from '../testing/postgres-server.ts';
import {endMarked} from '../testing/marked-processes.ts';
import {deepNode, noFleet, until} from './fleet.fixture.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(root, 'docs/fleet.md'), 'utf8');
const block = (language: string): string =>
  new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(page)![1];

const commands = block('sh')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('export '));

test('the page needs ten commands', () => expect(commands).toHaveLength(10));

const isOver = (state: string): boolean => state === 'completed' || state === 'failed';

const reason = noFleet() ?? noCompiler;
describe.skipIf(reason !== null)(`the page${reason === null ? '' : `: skipped, ${reason}`}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'jitstat-fleet-page-'));
  const mark = `JITSTAT_TEST_PAGE=${process.pid}`;
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(async () => {
    endMarked(mark);
    await server?.stop();
    rmSync(folder, {recursive: true, force: true, maxRetries: 5});
  });

  test('leads to results of two hosts', {timeout: 1_800_000}, async () => {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    const script = (name: string, text: string): void => {
      writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
      chmodSync(join(bin, name), 0o755);
    };
    script('jitstat', `exec '${deepNode()}' '${join(root, 'dist/harness/main.js')}' "$@"`);
    // The server already runs and is reached through its socket; the rest is as for a user.
    const socket = `PGHOST='${server.folder}' PGPORT=${server.port} PGUSER=postgres`;
    script('sudo', `[ "$1" = apt-get ] && exit 0; shift 2; exec env ${socket} "$@"`);
    writeFileSync(join(folder, 'host-suites.json'), block('json'));
    const port = await freePort();
    const database = `fleet?host=${server.folder}&port=${server.port}`;
    const text = block('sh')
      .replace('fleet?host=/var/run/postgresql', database)
      .replaceAll('127.0.0.1:7430', `127.0.0.1:${port}`)
      .replace('jitstat hub --store', `jitstat hub --port ${port} --store`);
    const run = (words: string) =>
      spawnSync('sh', ['-e', '-c', words], {
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
        env: {
          ...process.env,
          USER: 'fleetuser',
          PATH: `${bin}:${process.env['PATH']}`,
          [mark.split('=')[0]]: mark.split('=')[1],
        },
      });
    // Processes in the background must not hold the pipe of this shell.
    const began = run(text.replaceAll(/ &$/gm, ' >> log 2>&1 &'));
    expect(began.status, readFileSync(join(folder, 'log'), 'utf8')).toBe(0);
    const hub = `export JITSTAT_HUB=http://127.0.0.1:${port}; `;
    const second = run(
      `${hub} jitstat submit calls --host two --commit 3f1c9aa --token-file me.token`,
    );
    expect(second.status).toBe(0);
    const jobs = (): {state: string; host: string}[] =>
      JSON.parse(run(`${hub} jitstat jobs --json --token-file me.token`).stdout);
    const done = await until(() => jobs().every(({state}) => isOver(state)), 200);
    expect(done).toBe(true);
    const log = readFileSync(join(folder, 'log'), 'utf8');
    for (const {state} of jobs()) expect(state, log).toBe('completed');
    expect(
      jobs()
        .map(({host}) => host)
        .sort(),
    ).toEqual(['one', 'two']);
    const token = readFileSync(join(folder, 'me.token'), 'utf8').trim();
    const authorization = `Basic ${Buffer.from(`x:${token}`).toString('base64')}`;
    const answer = await fetch(`http://127.0.0.1:${port}/`, {headers: {authorization}});
    expect(answer.status).toBe(200);
  });
});
