// Nothing lost, nothing doubled: a hundred jobs with real, short sessions on three hosts for two
// submitters, while agents, hub and database are killed at thirty random moments.
import {setTimeout as sleep} from 'node:timers/promises';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {verifyStore} from '../../results/history/verify-store.ts';
import {listSessions} from '../../results/store/index.ts';
import {seededRandom} from '../derived-seed.ts';
import {connect} from './db/connect.ts';
import type {Connection} from './db/connect.ts';
import {noFleet, startFleet, until} from './fleet.fixture.ts';
import type {Fleet, Started} from './fleet.fixture.ts';
import {readOrigin} from './hub/origin.ts';
import {callPatiently} from './protocol/patience.ts';

const reason = noFleet();
const hosts = ['alder', 'birch', 'cedar'] as const;
const kills = 30;
const inClass = 20;
const single = 40;
const all = inClass * hosts.length + single;

const commit = (number: number): string => number.toString(16).padStart(8, '0');

describe.skipIf(reason !== null)(`a fleet${reason === null ? '' : `: skipped, ${reason}`}`, () => {
  let fleet: Fleet;
  beforeAll(async () => {
    fleet = await startFleet(hosts, 20);
  });
  afterAll(() => fleet?.stop());

  test(`${all} jobs, ${kills} kills: every result once`, {timeout: 3_600_000}, async () => {
    const random = seededRandom(22);
    const begin = Date.now();
    const running = new Map<string, Started>();
    running.set('hub', await fleet.startHub());
    for (const host of hosts) running.set(host, fleet.startAgent(host));

    const send = async (name: string, request: object, number: number): Promise<string[]> => {
      const hub = {url: new URL(fleet.hubUrl), token: fleet.token(name)};
      const {jobs} = await callPatiently<{jobs: {id: string}[]}>(hub, 'POST', '/api/submit', {
        request: `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`,
        suite: 'true',
        variant: null,
        commit: commit(number),
        host: null,
        class: null,
        interactive: number % 10 === 0,
        ...request,
      });
      return jobs.map(({id}) => id);
    };
    // A class has its hosts once their agents have come.
    expect(
      await until(async () => (await fleet.hosts()).every((one) => one.suites !== null), 60),
    ).toBe(true);
    const anna = async (): Promise<string[]> => {
      const ids: string[] = [];
      for (let at = 0; at < inClass; at++) ids.push(...(await send('anna', {class: 'box'}, at)));
      return ids;
    };
    const ben = async (): Promise<string[]> => {
      const ids: string[] = [];
      for (let at = 0; at < single; at++)
        ids.push(...(await send('ben', {host: hosts[at % 3]}, 1000 + at)));
      return ids;
    };
    const killed = {agent: 0, hub: 0, server: 0};
    const kill = async (): Promise<void> => {
      for (let at = 0; at < kills; at++) {
        await sleep(200 + random() * 2000);
        const which = random();
        if (which < 0.15) {
          killed.server++;
          await fleet.server.kill();
          await sleep(random() * 1500);
          await fleet.server.restart();
          continue;
        }
        const name = which < 0.35 ? 'hub' : hosts[Math.floor(random() * hosts.length)];
        killed[name === 'hub' ? 'hub' : 'agent']++;
        const one = running.get(name)!;
        one.process.kill('SIGKILL');
        await one.ended;
        running.set(name, name === 'hub' ? await fleet.startHub() : fleet.startAgent(name));
      }
    };
    const [ofAnna, ofBen] = await Promise.all([anna(), ben(), kill()]);
    const submitted = [...ofAnna, ...ofBen].sort();
    expect(new Set(submitted).size).toBe(all);

    const db = await connect(fleet.server.url);
    const results = async (): Promise<number> =>
      (await db.query<{count: number}>('select count(*)::int as count from fleet.result')).rows[0]
        .count;
    const complete = await until(async () => (await results()) === all, 600);
    if (!complete)
      console.log(
        await fleet.jobs(),
        [...running.values()].map((one) => one.output()),
      );
    expect(complete).toBe(true);
    console.log(
      `fleet: ${all} jobs and ${JSON.stringify(killed)} in ${Math.round((Date.now() - begin) / 1000)} s`,
    );

    await checkResults(db, submitted);
    await checkStore(submitted);
    await checkPages();
    await db.end();

    for (const host of hosts) running.get(host)!.process.kill('SIGTERM');
    await Promise.all(hosts.map((host) => running.get(host)!.ended));
    expect(await until(() => fleet.living().length === 1, 10)).toBe(true);
    running.get('hub')!.process.kill('SIGTERM');
    expect(await until(() => fleet.living().length === 0, 10)).toBe(true);
  });

  /** One result per job in the database, and one session per result. */
  const checkResults = async (db: Connection, submitted: readonly string[]): Promise<void> => {
    const {rows} = await db.query<{job: string; sessions: string[]}>(
      'select job, sessions from fleet.result order by job',
    );
    expect(rows.map(({job}) => job)).toEqual(submitted);
    const indexed = await db.query<{name: string; job: string; host: string}>(
      `select s.name, s.job, h.name as host from jitstat.session s join jitstat.host h on h.id = s.host
       order by s.job`,
    );
    expect(indexed.rows.map(({name, job}) => ({job, sessions: [name]}))).toEqual(rows);
    const states = await db.query<{state: string; count: number}>(
      `select state::text, count(*)::int as count from boss.job_common group by state`,
    );
    expect(states.rows).toEqual([{state: 'completed', count: all}]);
  };

  /** The hub's files say the same, and none is damaged. */
  const checkStore = async (submitted: readonly string[]): Promise<void> => {
    const verified = await verifyStore(fleet.hubStore);
    expect(verified.problems).toEqual([]);
    const {entries} = listSessions(fleet.hubStore);
    const jobs = entries.map(({folder}) => readOrigin(folder)?.job?.id);
    expect(jobs.sort()).toEqual(submitted);
  };

  const checkPages = async (): Promise<void> => {
    const login = Buffer.from(`x:${fleet.token('rita')}`).toString('base64');
    const answer = await fetch(fleet.hubUrl, {headers: {Authorization: `Basic ${login}`}});
    expect(answer.status).toBe(200);
    for (const host of hosts) expect(await answer.clone().text()).toContain(host);
    // Every job has one session, and the page of hosts counts each of them once.
    const page = await fetch(`${fleet.hubUrl}/hosts`, {headers: {Authorization: `Basic ${login}`}});
    const counts = [...(await page.text()).matchAll(/data-label="sessions">\s*(\d+)/g)];
    expect(counts.length).toBe(hosts.length);
    expect(counts.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(all);
  };
});
