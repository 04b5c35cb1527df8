// The pages of a running hub: every view, what does not exist, who may act, and an alert moved in a
// browser.
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {looks, noBrowser, startBrowser, textFaults} from '../../dashboards/testdata/browser.ts';
import {readAlertMoves} from '../../results/history/alert-files.ts';
import {commitOf, importMade, madeFleet} from '../testing/fleet-sessions.ts';
import {connect} from './db/connect.ts';
import type {Connection} from './db/connect.ts';
import {refreshHistory} from './db/refresh-history.ts';
import {noFleet, startFleet} from './fleet.fixture.ts';
import type {Fleet} from './fleet.fixture.ts';

const reason = noFleet();

describe.skipIf(reason !== null)(
  `pages of a hub${reason === null ? '' : `: skipped, ${reason}`}`,
  () => {
    let fleet: Fleet;
    let db: Connection;
    let alert: string;

    const get = async (path: string, who = 'rita', init: RequestInit = {}): Promise<Response> => {
      const login = Buffer.from(`x:${fleet.token(who)}`).toString('base64');
      return fetch(`${fleet.hubUrl}${path}`, {
        redirect: 'manual',
        ...init,
        headers: {Authorization: `Basic ${login}`, ...init.headers},
      });
    };
    const post = (
      path: string,
      who: string,
      form: Record<string, string>,
      origin = fleet.hubUrl,
    ): Promise<Response> =>
      get(path, who, {method: 'POST', body: new URLSearchParams(form), headers: {Origin: origin}});

    beforeAll(async () => {
      fleet = await startFleet(['zen1', 'zen2', 'sky1', 'sky2', 'arm1'], 60);
      await fleet.startHub();
      db = await connect(fleet.server.url);
      for (const {session, commit} of madeFleet()) await importMade(db, session, {commit});
      await refreshHistory(db, Infinity);
      const {rows} = await db.query<{id: string}>('select id from jitstat.alert order by id');
      alert = rows[0].id;
    });
    afterAll(async () => {
      await db?.end();
      await fleet?.stop();
    });

    test('every view answers, and says what the database holds', async () => {
      const {rows} = await db.query<{id: number}>(
        `select id from jitstat.series where event = 'task-clock'`,
      );
      const [one, other] = ['20260105-020000000-zen1', '20260112-020000000-zen1'];
      const wanted: readonly (readonly [string, readonly string[]])[] = [
        ['/', ['Night of 2026-01-12', 'only on Zen (zen1, zen2)', 'sky2', 'arm1', 'never seen']],
        ['/night/2026-01-11', ['Night of 2026-01-11', 'Nothing new']],
        ['/series', ['2 series of 1', 'task-clock']],
        [`/series/${rows[0].id}`, ['tailcall1, task-clock', 'microcode 0x1 -&gt; 0x2']],
        [`/commit/${commitOf(12)}`, ['task-clock', 'more on 2 of 3 hosts']],
        [`/compare?before=${one}&after=${other}`, ['Two sessions of zen1', 'they differ']],
        ['/compare', ['Compare two sessions']],
        ['/hosts', ['5', 'never seen', 'EPYC 7763']],
        ['/alerts', ['2', 'task-clock', alert]],
        ['/alerts?state=closed', ['No closed alerts']],
        [`/alerts/${alert}`, ['nobody has looked at it', 'on 2 of 3 hosts']],
      ];
      for (const [path, texts] of wanted) {
        const answer = await get(path);
        expect({path, status: answer.status}).toEqual({path, status: 200});
        expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
        const page = await answer.text();
        for (const text of texts) expect(page).toContain(text);
      }
    });

    test('missing pages are reported, without an error of the hub', async () => {
      for (const [path, status] of [
        ['/series/999999', 404],
        ['/commit/feedfeed', 404],
        ['/alerts/none', 404],
        ['/alerts/%ff%27;drop', 404],
        ['/night/2026-99-99', 404],
        ['/night/2026-02-30', 404],
        ['/nothing', 404],
        ['/compare?before=a&after=b', 400],
        ['/sessions/none/index.html', 404],
      ] as const)
        expect({path, status: (await get(path)).status}).toEqual({path, status});
      expect((await fetch(fleet.hubUrl)).status).toBe(401);
      expect((await get('/', 'zen1')).status).toBe(403);
    });

    test('a reader and a form from another site are refused; a submitter moves an alert', async () => {
      const path = `/alerts/${alert}`;
      expect(await (await get(path)).text()).not.toContain('<form');
      const ask = {state: 'ack', owner: 'anna', note: ''};
      expect((await post(path, 'rita', ask)).status).toBe(403);
      expect((await post(path, 'anna', ask, 'http://evil.example')).status).toBe(403);
      expect((await post(path, 'anna', {state: 'fixed', note: ''})).status).toBe(400);
      expect((await post('/alerts/none', 'anna', ask)).status).toBe(400);
      expect(readAlertMoves(fleet.hubStore).moves).toEqual([]);
      const done = await post(path, 'anna', ask);
      expect([done.status, done.headers.get('location')]).toEqual([303, path]);
      expect(readAlertMoves(fleet.hubStore).moves).toMatchObject([
        {alert, by: 'anna', state: 'ack', owner: 'anna'},
      ]);
      expect(await (await get(path)).text()).toContain('somebody is looking into it');
    });

    test('measuring again is a job, for a submitter and not for a reader', async () => {
      expect((await post(`/alerts/${alert}/jobs`, 'rita', {kind: 'again'})).status).toBe(403);
      expect((await post(`/alerts/${alert}/jobs`, 'anna', {kind: 'other'})).status).toBe(400);
      const answer = await post(`/alerts/${alert}/jobs`, 'anna', {kind: 'again'});
      // No agent has come yet, so its suites are unknown: the job waits for it.
      expect(answer.status).toBe(303);
      const again = {host: 'zen1', suite: 'nightly', commit: commitOf(12), good: null};
      expect(await fleet.jobs()).toMatchObject([again]);
      expect((await post(`/alerts/${alert}/jobs`, 'anna', {kind: 'bisect'})).status).toBe(303);
      expect(await fleet.jobs()).toMatchObject([again, {...again, good: commitOf(11)}]);
      const page = await (await get(`/alerts/${alert}`)).text();
      expect(page).toMatch(new RegExp(`bisect ${commitOf(11).slice(0, 7)}.*to.*: created`, 's'));
    });

    test.skipIf(noBrowser !== null)('in a browser: no errors, and the form works', async () => {
      const browser = await startBrowser();
      const at = (path: string): string =>
        fleet.hubUrl.replace('//', `//x:${fleet.token('anna')}@`) + path;
      try {
        for (const path of ['/', '/series/1', '/hosts', '/alerts', `/alerts/${alert}`])
          for (const look of looks) {
            const {page, trouble} = await browser.open(at(path), look);
            // The address with the login is not a request to another server.
            const others = trouble.filter((one) => !one.includes(at(path)));
            expect({path, faults: await textFaults(page), others}).toEqual({
              path,
              faults: [],
              others: [],
            });
            await page.close();
          }
        const {page} = await browser.open(at(`/alerts/${alert}`), looks[0]);
        await page.selectOption('select[name=state]', 'wontfix');
        await page.fill('input[name=note]', 'as planned <b>');
        await page.click('text=Save');
        await page.waitForSelector('text=the change stays as it is');
        expect(await page.textContent('main')).toContain('as planned <b>');
        await page.close();
      } finally {
        await browser.close();
      }
      expect(readAlertMoves(fleet.hubStore).moves.at(-1)).toMatchObject({state: 'wontfix'});
    });
  },
);
