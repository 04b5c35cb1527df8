// Handing over finished jobs to a hub that takes them, has them already, or refuses them for good.
import {once} from 'node:events';
import {mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {finishSession, listSessions} from '../../../results/store/index.ts';
import {testHost, testSamples, testSession} from '../../../results/testdata/session.ts';
import {beginJob, finishedJobs, markDone, openAgentFolder} from './agent-folder.ts';
import {handOver} from './run-agent.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-hand-over-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

interface Answer {
  readonly status: number;
  readonly code?: string;
}

/** The requests of an agent with one finished job to a hub that gives `answer` to its result. */
const play = async (host: string, answer: Answer) => {
  const asked: {path: string; message?: string}[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const {message} = JSON.parse(Buffer.concat(chunks).toString()) as {message?: string};
      const path = request.url!;
      asked.push({path, ...(message === undefined ? {} : {message})});
      response.statusCode = path.endsWith('/result') ? answer.status : 200;
      response.end(JSON.stringify({message: 'Odd.', hint: 'None.', code: answer.code ?? null}));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const agentFolder = openAgentFolder(join(folder, host), host);
  const job = {
    id: host,
    attempt: 0,
    suite: 's',
    variant: null,
    commit: 'abcdef1',
    submitter: 'a',
    answer: null,
  };
  await finishSession(beginJob(agentFolder, job.id), testSession({}), testSamples());
  markDone(agentFolder, job);
  expect(finishedJobs(agentFolder)).toEqual([job]);
  const agent = {
    hub: {url, token: 'jst_x'},
    host,
    folder: agentFolder,
    file: {schema: 'jitstat/host-suites/1' as const, suites: {}},
    record: testHost,
    say: () => {},
  };
  const end = await handOver(agent).then(
    () => 'went on',
    (error: Error) => error.message,
  );
  server.close();
  return {
    end,
    asked,
    waiting: readdirSync(join(agentFolder.path, 'jobs')),
    kept: listSessions(agentFolder.store).entries.length,
  };
};

const result = {path: '/api/agent/result'};

test.each([
  ['taken', {status: 200}],
  ['stored', {status: 409, code: 'stored'}],
  ['cancelled', {status: 410, code: 'cancelled'}],
])('%s: the session becomes one of the store', async (host, answer) => {
  expect(await play(host, answer)).toEqual({end: 'went on', asked: [result], waiting: [], kept: 1});
});

test('refused for good: the hub is told that the job failed, and does not give it out forever', async () => {
  const failed = {path: '/api/agent/failed', message: 'Its result was refused: Odd.'};
  expect(await play('refused', {status: 413})).toEqual({
    end: 'went on',
    asked: [result, failed],
    waiting: [],
    kept: 1,
  });
});

test.each([
  ['lease', {status: 409, code: 'lease'}, 'Odd.'],
  ['away', {status: 503}, expect.stringContaining('cannot be reached: Odd.')],
])('%s: it is kept for later', async (host, answer, end) => {
  expect(await play(host, answer)).toEqual({end, asked: [result], waiting: [host], kept: 0});
});
