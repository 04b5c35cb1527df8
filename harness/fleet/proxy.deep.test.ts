// A hub reached through a proxy with TLS: a command and an agent work, an untrusted certificate
// ends the connection before the token is sent.
import {spawn, spawnSync} from 'node:child_process';
import type {ChildProcess} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {freePort} from '../testing/postgres-server.ts';
import {noFleet, until} from './fleet.fixture.ts';
import {playFleet} from './played-fleet.fixture.ts';

/** Forwards requests below /fleet/, and writes down what it was asked. */
const proxy = `
import {createServer} from 'node:https';
import {request} from 'node:http';
import {appendFileSync, readFileSync} from 'node:fs';
const [key, cert, port, hub, log] = process.argv.slice(1);
createServer({key: readFileSync(key), cert: readFileSync(cert)}, (asked, answer) => {
  appendFileSync(log, asked.method + ' ' + asked.url + '\\n');
  const url = new URL(asked.url.replace(/^\\/fleet/, ''), hub);
  const passed = request(url, {method: asked.method, headers: asked.headers}, (got) => {
    answer.writeHead(got.statusCode, got.headers);
    got.pipe(answer);
  });
  passed.on('error', () => answer.destroy());
  asked.pipe(passed);
}).listen(Number(port), '127.0.0.1', () => console.log('listens'));
`;

const reason =
  noFleet() ?? (spawnSync('openssl', ['version']).status === 0 ? null : 'without openssl');
const title = `a hub with a proxy${reason === null ? '' : `: skipped, ${reason}`}`;

describe.skipIf(reason !== null)(title, () => {
  const play = playFleet(['alder'], 20);
  const folder = mkdtempSync(join(tmpdir(), 'jitstat-proxy-'));
  const [key, cert, log] = ['key.pem', 'cert.pem', 'log'].map((name) => join(folder, name));
  let child: ChildProcess;
  let url: string;

  beforeAll(async () => {
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', ...subject];
    expect(spawnSync('openssl', [...made, '-keyout', key, '-out', cert]).status).toBe(0);
    writeFileSync(log, '');
    const port = String(await freePort());
    url = `https://localhost:${port}/fleet`;
    const script = ['--input-type=module', '-e', proxy, key, cert, port, play.fleet.hubUrl, log];
    child = spawn(process.execPath, script, {stdio: ['ignore', 'pipe', 'inherit']});
    let said = '';
    child.stdout!.on('data', (chunk: Buffer) => (said += chunk.toString()));
    expect(await until(() => said.includes('listens'), 20)).toBe(true);
  });
  afterAll(() => {
    child?.kill();
    rmSync(folder, {recursive: true, force: true});
  });

  test('a job is submitted, measured and handed over through it', async () => {
    const trusting = {JITSTAT_HUB: url, NODE_EXTRA_CA_CERTS: cert};
    const agent = play.startAgent('alder', 'store-alder', trusting);
    expect(await until(() => agent.output().includes('measures for'), 60)).toBe(true);
    const submit = ['submit', 'true', '--host', 'alder', '--commit', 'abcdef1'];
    const sent = play.fleet.run(submit, {...trusting, JITSTAT_TOKEN: play.fleet.token('anna')});
    expect(sent).toMatchObject({status: 0, stderr: ''});
    const ended = async () => (await play.fleet.jobs())[0].state === 'completed';
    expect(await until(ended, 60)).toBe(true);
    expect(readFileSync(log, 'utf8')).toContain('POST /fleet/api/agent/result');
  });

  test('an untrusted certificate is refused', () => {
    writeFileSync(log, '');
    const env = {JITSTAT_HUB: url, JITSTAT_TOKEN: play.fleet.token('anna')};
    const {status, stderr} = play.fleet.run(['jobs'], env);
    expect([status, stderr]).toEqual([2, expect.stringMatching(/self[- ]signed certificate/)]);
    expect(readFileSync(log, 'utf8')).toBe('');
  });
});
