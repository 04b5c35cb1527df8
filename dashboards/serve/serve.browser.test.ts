// The server against a store on disk: pages, what it refuses, and sessions that appear while it
// runs.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {request} from 'node:http';
import type {Server} from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {finishSession} from '../../results/store/index.ts';
import {buildSession} from '../testdata/build.ts';
import {looks, noBrowser, startBrowser, textFaults} from '../testdata/browser.ts';
import {cases} from '../testdata/cases.ts';
import {fillStore} from '../testdata/store.ts';
import {storeView} from './routes.ts';
import {startServer} from './server.ts';

const store = mkdtempSync(join(tmpdir(), 'jitstat-serve-'));
let server: Server;
let base = '';
let ids: readonly string[] = [];

beforeAll(async () => {
  ids = await fillStore(store);
  const started = await startServer({port: 0, answer: storeView({store, interactive: false})});
  server = started.server;
  base = started.url;
});

afterAll(() => {
  server.close();
  server.closeAllConnections();
  rmSync(store, {recursive: true, force: true});
});

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly location: string;
  readonly text: string;
}

/** Sends the path exactly as given, which fetch would tidy up. */
const get = (path: string, options: {method?: string; host?: string} = {}): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const {hostname, port} = new URL(base);
    const sent = request(
      {
        hostname,
        port,
        path,
        method: options.method ?? 'GET',
        headers: {Host: options.host ?? `localhost:${port}`},
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            type: response.headers['content-type'] ?? '',
            location: response.headers.location ?? '',
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    sent.on('error', reject);
    sent.end();
  });

test.each([
  ['/', 'text/html', '26 sessions of 2 workloads'],
  ['/search?q=flow_dissector', 'text/html', '1 session with “flow_dissector”'],
  ['/search?q=%3Cscript%3Ealert(1)%3C/script%3E', 'text/html', '&lt;script&gt;'],
  ['/workload/tailcall1/index.html', 'text/html', '1 change point in 25 nights'],
  ['/night/20261024-015900000-n23/index.html', 'text/html', 'flow_dissector was not measured'],
  ['/night/20261024-015900000-n23/history.html', 'text/html', 'new microcode on lab-3'],
  ['/sessions/20261122-093007000-test/index.html', 'text/html', 'flow_dissector: v58 → rfc1'],
  [
    '/sessions/20261122-093007000-test/comparison.json',
    'application/json',
    '"jitstat/comparison/1"',
  ],
  ['/sessions/20261122-093007000-test/charts/forest.svg', 'image/svg+xml', '<svg'],
  ['/sessions/20261122-093007000-test/charts/forest.csv', 'text/csv', 'event,percent'],
  [
    '/compare/20261001-020000000-n0/20261024-020000000-n23/index.html',
    'text/html',
    'one after the other',
  ],
])('%s is %s', async (path, type, words) => {
  const reply = await get(path);
  expect([reply.status, reply.type.split(';')[0]]).toEqual([200, type]);
  expect(reply.text.replaceAll('\u00a0', ' ').includes(words)).toBe(true);
});

test.each([
  '/../../etc/passwd',
  '/sessions/../../../etc/passwd',
  '/sessions/..%2f..%2f..%2fetc%2fpasswd/index.html',
  `/sessions/${'20261122-093007000-test'}/../../../../etc/passwd`,
  '/sessions/20261122-093007000-test/charts/..%2f..%2fsession.json',
  '/sessions/20261122-093007000-test/session.json',
  '/sessions/last/index.html',
  '/sessions/20261122/index.html',
  '/workload/nothing/index.html',
  '/%ff%fe',
  '/%',
  '/sessions//etc/passwd/index.html',
  '/__proto__',
  '/constructor/x',
  '/sessions/__proto__/index.html',
])('%s does not exist', async (path) => {
  const reply = await get(path);
  expect(reply.status).toBe(404);
  expect(reply.text).not.toContain('root:');
});

test('other names are refused, so that no other site can read the store through a browser', async () => {
  expect((await get('/', {host: 'evil.example'})).status).toBe(403);
  expect((await get('/', {host: 'localhost.evil.example:80'})).status).toBe(403);
  expect((await get('/', {host: '127.0.0.1:1'})).status).toBe(200);
  expect((await get('/', {host: '[::1]:1'})).status).toBe(200);
});

test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s is refused', async (method) =>
  expect((await get('/', {method})).status).toBe(405),
);

test('HEAD has no body', async () =>
  expect(await get('/', {method: 'HEAD'})).toMatchObject({status: 200, text: ''}));

test('the compare form leads to the comparison; half of it to a message', async () => {
  expect(await get('/compare?before=a%2Fb&after=c')).toMatchObject({
    status: 303,
    location: '/compare/a%2Fb/c/index.html',
  });
  expect((await get('/compare?before=a')).text).toContain('Two sessions are needed');
});

test('it listens on this machine only', () =>
  expect(server.address()).toMatchObject({address: '127.0.0.1'}));

test('a taken port is a message', async () => {
  const {port} = new URL(base);
  await expect(startServer({port: Number(port), answer: async () => null})).rejects.toThrow(
    `Port ${port} cannot be used`,
  );
});

describe.skipIf(noBrowser !== null)(
  `in Chromium${noBrowser === null ? '' : `: skipped, ${noBrowser}`}`,
  () => {
    test('front page, workload and comparison are whole, wide and narrow', async () => {
      const browser = await startBrowser();
      const paths = [
        '',
        'workload/tailcall1/index.html',
        'event/tailcall1/page-faults/index.html',
        'night/20261024-015900000-n23/index.html',
        'search?q=tailcall1',
      ];
      for (const path of paths) {
        for (const look of path === '' ? looks : [looks[0], looks[3]]) {
          const {page, trouble} = await browser.open(`${base}${path}`, look);
          expect([path, await textFaults(page), trouble]).toEqual([path, [], []]);
          await page.close();
        }
      }
      await browser.close();
    });
  },
);

test('a command with slashes in its name has a page; a session in a known month is seen', async () => {
  const {session, samples} = buildSession({
    seed: 78,
    workload: 'x',
    quads: 2,
    runsPerBlock: 1,
    events: [{event: 'task-clock', base: 10, noise: 0.01, effect: 1}],
  });
  const {workload: _workload, ...side} = session.before;
  const put = (id: string, label: string) =>
    finishSession(
      store,
      {
        ...session,
        workload: null,
        before: {...side, label},
        id,
        created: '2026-10-02T03:04:05.000Z',
      },
      samples,
    );
  await put('20261002-030405000-cmd1', './old/build <b>');
  expect((await get('/')).text).toContain('/workload/.%2Fold%2Fbuild%20%3Cb%3E/index.html');
  expect((await get('/workload/.%2Fold%2Fbuild%20%3Cb%3E/index.html')).status).toBe(200);
  await put('20261002-030405000-cmd2', 'other');
  expect((await get('/sessions/20261002-030405000-cmd2/index.html')).status).toBe(200);
});

test('a session whose runs are damaged still shows its summary, and why there is nothing more', async () => {
  const {session, samples} = cases.noPmu();
  const id = '20261003-030405000-dmg1';
  writeFileSync(
    join(
      await finishSession(store, {...session, id, created: '2026-10-03T03:04:05.000Z'}, samples),
      'runs.json.gz',
    ),
    'no gzip',
  );
  const reply = await get(`/sessions/${id}/index.html`);
  expect(reply.status).toBe(200);
  expect(reply.text).toContain('runs.json.gz is damaged');
  expect(reply.text).toContain('Did it change?');
});

test('a new session is there without a restart', async () => {
  expect(ids).toHaveLength(2);
  const {session, samples} = buildSession({
    seed: 77,
    workload: 'new_workload',
    quads: 2,
    runsPerBlock: 1,
    events: [{event: 'task-clock', base: 10, noise: 0.01, effect: 1}],
  });
  await finishSession(
    store,
    {...session, id: '20261123-010203000-new1', created: '2026-11-23T01:02:03.000Z'},
    samples,
  );
  expect((await get('/')).text).toContain('new_workload');
  expect((await get('/sessions/20261123-010203000-new1/index.html')).status).toBe(200);
});
