// What a hub refuses and logs, what the database itself refuses, who gives way on one host, whose job
// comes first.
import {randomUUID} from 'node:crypto';
import {request} from 'node:http';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import {encodeFiles} from '../../results/store/add-session.ts';
import {listSessions} from '../../results/store/index.ts';
import type {SessionEntry} from '../../results/store/index.ts';
import {connect} from './db/connect.ts';
import type {Connection} from './db/connect.ts';
import {noFleet, startFleet, until} from './fleet.fixture.ts';
import type {Fleet, Started} from './fleet.fixture.ts';

const reason = noFleet();
const title = `a hub${reason === null ? '' : `: skipped, ${reason}`}`;

describe.skipIf(reason !== null)(title, {timeout: 180_000}, () => {
  let fleet: Fleet;
  let db: Connection;
  let hub: Started;
  const agents: Started[] = [];
  const startAgent = (host: string, store?: string): Started => {
    const agent = fleet.startAgent(host, store);
    agents.push(agent);
    return agent;
  };
  beforeAll(async () => {
    fleet = await startFleet(['alder', 'birch'], 10);
    hub = await fleet.startHub();
    db = await connect(fleet.server.url);
  }, 300_000);
  afterEach(async () => {
    for (const agent of agents.splice(0)) {
      agent.process.kill('SIGKILL');
      await agent.ended;
    }
    await db.query(`delete from boss.job_common`);
    await db.query(`update fleet.host set agent = null, drained = false`);
  });
  afterAll(async () => {
    await db?.end();
    await fleet?.stop();
  }, 60_000);

  /** Message of a refusal, once it is logged as well. */
  const refused = async (call: Promise<unknown>): Promise<string> => {
    const message = await call.then(
      () => 'not refused',
      (error: Error) => error.message,
    );
    const isLogged = async (): Promise<boolean> => {
      const {rows} = await db.query('select from fleet.log where refused and detail = $1', [
        message,
      ]);
      return rows.length > 0;
    };
    expect(await until(isLogged, 5), `${message} is logged`).toBe(true);
    return message;
  };
  const lease = (host: string) => ({host, agent: randomUUID(), epoch: 1});
  const hello = async (host: string, suites: readonly string[] = ['true']) => {
    const own = lease(host);
    const body = {...own, class: null, suites, record: {}};
    await fleet.call(fleet.token(host), 'POST', '/api/agent/hello', body);
    return own;
  };

  describe('refuses and logs', () => {
    test('a foreign token, and a token that was revoked', async () => {
      const unknown = `jst_${'x'.repeat(43)}`;
      expect(await refused(fleet.call(unknown, 'GET', '/api/hosts'))).toMatch(
        /does not know this token/,
      );
      await db.query(`update fleet.token set revoked = now() where name = 'ben'`);
      expect(await refused(fleet.call(fleet.token('ben'), 'GET', '/api/jobs'))).toMatch(
        /does not know/,
      );
      await db.query(`update fleet.token set revoked = null where name = 'ben'`);
    });

    test.each([
      ['rita', 'POST', '/api/submit'],
      ['anna', 'POST', '/api/agent/next'],
      ['anna', 'POST', '/api/hosts/alder/drain'],
      ['alder', 'POST', '/api/submit'],
      ['anna', 'GET', '/api/log'],
    ] as const)('a token of %s for %s %s', async (who, method, path) => {
      const body = method === 'POST' ? {} : undefined;
      expect(await refused(fleet.call(fleet.token(who), method, path, body))).toMatch(
        /may not do this/,
      );
    });

    test('the job of another host', async () => {
      await fleet.submit(fleet.token('anna'), {suite: 'true', commit: 'abcdef1', host: 'birch'});
      const own = await hello('alder');
      const next = (body: object) =>
        fleet.call(fleet.token('alder'), 'POST', '/api/agent/next', {...body, waitSeconds: 0});
      expect(await refused(next({...own, host: 'birch'}))).toMatch(/is not for host birch/);
      expect(await next(own)).toBeNull();
    });

    test('a suite that is not on the list of the host, before and after it is queued', async () => {
      const send = (suite: string): Promise<string[]> =>
        fleet.submit(fleet.token('anna'), {suite, commit: 'abcdef1', host: 'alder'});
      await hello('alder', ['true', 'rm']);
      expect(await refused(send('other'))).toMatch(/does not run a suite 'other'/);
      // The hub was told of `rm`, but the agent's own file does not list it.
      await send('rm');
      await db.query('update fleet.host set agent = null');
      const agent = startAgent('alder');
      expect(await until(async () => (await fleet.jobs())[0]?.state === 'failed', 60)).toBe(true);
      expect(agent.output()).toContain("The suite 'rm' is not on this host's list.");
      const {rows} = await db.query('select from fleet.log where refused and detail like $1', [
        "The suite 'rm' is not%",
      ]);
      expect(rows).toHaveLength(1);
    });

    test.each([
      [{commit: 'main; rm -rf /'}, /commit is not a commit/],
      [{commit: '--upload-pack=x'}, /commit is not a commit/],
      [{suite: '../x'}, /suite is not a name/],
      [{variant: '-x'}, /variant is not a name/],
      [{command: ['rm']}, /command there is no such key/],
    ])('%j', async (odd, words) => {
      const wrong = {suite: 'true', commit: 'abcdef1', host: 'alder', ...odd};
      expect(await refused(fleet.submit(fleet.token('anna'), wrong))).toMatch(words);
    });

    test('a replayed upload, and one that was changed', async () => {
      startAgent('alder');
      const [job] = await fleet.submit(fleet.token('anna'), {
        suite: 'true',
        commit: 'abcdef9',
        host: 'alder',
      });
      expect(await until(async () => (await fleet.jobs())[0]?.state === 'completed', 90)).toBe(
        true,
      );
      const {rows} = await db.query<{agent: string; epoch: string}>(
        `select agent, epoch from fleet.host where name = 'alder'`,
      );
      const own = (): readonly SessionEntry[] =>
        listSessions(join(fleet.folder, 'store-alder')).entries;
      expect(await until(() => own().length > 0, 30)).toBe(true);
      const [entry] = own();
      const files = encodeFiles(entry.folder);
      const upload = (session: object): Promise<unknown> =>
        fleet.call(fleet.token('alder'), 'POST', '/api/agent/result', {
          host: 'alder',
          agent: rows[0].agent,
          epoch: Number(rows[0].epoch),
          job,
          attempt: 0,
          sessions: [session],
        });
      expect(await refused(upload(files))).toMatch(/is stored already/);
      const text = Buffer.from(files['session.json'], 'base64').toString();
      const changed = Buffer.from(text.replace('"quads":', '"quads" :')).toString('base64');
      const push = fleet.call(fleet.token('alder'), 'POST', '/api/sessions', {
        host: 'alder',
        session: {...files, 'session.json': changed},
      });
      expect(await refused(push)).toMatch(/checksum does not fit/);
      const outside = fleet.call(fleet.token('alder'), 'POST', '/api/sessions', {
        host: 'alder',
        session: {...files, '../../x': ''},
      });
      expect(await refused(outside)).toMatch(/is not a session's file/);
    });

    test('names that are not its own, and forms of other sites', async () => {
      const authorization = `Basic ${Buffer.from(`x:${fleet.token('rita')}`).toString('base64')}`;
      const page = (headers: Record<string, string>, method = 'GET'): Promise<number> =>
        new Promise((resolve, reject) => {
          const sent = request(fleet.hubUrl, {method, headers}, (answer) => {
            answer.resume();
            resolve(answer.statusCode!);
          });
          sent.once('error', reject);
          sent.end();
        });
      expect(await page({authorization})).toBe(200);
      expect(await page({})).toBe(401);
      expect(await page({authorization, host: 'evil.example'})).toBe(403);
      expect(await page({authorization, origin: 'https://evil.example'}, 'POST')).toBe(403);
    });
  });

  test('the database gives an agent the rows of its host and nothing else', async () => {
    await fleet.submit(fleet.token('anna'), {suite: 'true', commit: 'abcdef1', host: 'alder'});
    await fleet.submit(fleet.token('anna'), {suite: 'true', commit: 'abcdef1', host: 'birch'});
    const as = async (role: string, settings: string, query: string): Promise<string> => {
      await db.query('begin');
      try {
        await db.query(`select ${settings}, set_config('role', $1, true)`, [role]);
        const {rows, rowCount} = await db.query<{name: string}>(query);
        return rows.map(({name}) => name).join(' ') || `${rowCount} rows`;
      } catch (error) {
        return (error as Error).message;
      } finally {
        await db.query('rollback');
      }
    };
    const alder = `set_config('jitstat.host', 'alder', true)`;
    const ben = `set_config('jitstat.who', 'ben', true)`;
    const select = 'select name from boss.job_common';
    const update = 'update boss.job_common set priority = 7';
    const insert = `insert into boss.job_common (name, data) values ('host/alder', '{"submitter":"eve"}')`;
    expect(await as('jitstat_agent', alder, select)).toBe('host/alder');
    expect(await as('jitstat_agent', alder, update)).toBe('1 rows');
    expect(await as('jitstat_agent', alder, insert)).toMatch(/permission denied/);
    expect(await as('jitstat_agent', alder, 'select name from boss.job')).toMatch(
      /permission denied/,
    );
    expect(await as('jitstat_agent', alder, 'select name from fleet.token')).toMatch(
      /permission denied/,
    );
    expect(await as('jitstat_submitter', ben, update)).toBe('0 rows');
    expect(await as('jitstat_submitter', ben, insert)).toMatch(/row-level security/);
    expect(await as('jitstat_reader', ben, update)).toMatch(/permission denied/);
    expect(await as('jitstat_hub', ben, 'create table fleet.x ()')).toMatch(/permission denied/);
  });

  test('one agent a host; a paused one that wakes is refused, and stored is one result', async () => {
    const first = startAgent('alder');
    expect(await until(() => first.output().includes('measures for'), 60)).toBe(true);
    const twin = startAgent('alder');
    expect(await twin.ended).toBe(2);
    expect(twin.output()).toContain('Host alder is measured from this store');
    const early = startAgent('alder', 'elsewhere');
    expect(await early.ended).toBe(2);
    expect(early.output()).toContain('Host alder has another agent');

    const [job] = await fleet.submit(fleet.token('anna'), {
      suite: 'true',
      commit: 'abcdef2',
      host: 'alder',
    });
    expect(await until(() => first.output().includes(`job ${job}`), 60)).toBe(true);
    first.process.kill('SIGSTOP');
    // The silence of 10 s begins when its open request ends, 3 s later at most.
    await sleep(15_000);
    const second = startAgent('alder', 'elsewhere');
    expect(await until(async () => (await fleet.jobs())[0].state === 'completed', 90)).toBe(true);
    first.process.kill('SIGCONT');
    expect(await first.ended).toBe(2);
    expect(first.output()).toContain('has another agent by now');
    const {rows} = await db.query<{sessions: string[]}>(
      'select sessions from fleet.result where job = $1',
      [job],
    );
    expect(rows).toHaveLength(1);
    expect(rows[0].sessions).toHaveLength(1);
    expect(second.output()).toContain('is measured');
  });

  test('what is not handed over yet is handed over later', async () => {
    const agent = startAgent('alder');
    expect(await until(() => agent.output().includes('measures for'), 60)).toBe(true);
    const [job] = await fleet.submit(fleet.token('anna'), {
      suite: 'true',
      commit: 'abcdef3',
      host: 'alder',
    });
    expect(await until(() => agent.output().includes(`job ${job}`), 60)).toBe(true);
    await fleet.server.kill();
    expect(await until(() => agent.output().includes('is measured'), 60)).toBe(true);
    expect(await until(() => agent.output().includes('It tries again'), 60)).toBe(true);
    agent.process.kill('SIGKILL');
    await agent.ended;
    await fleet.server.restart();
    db = await connect(fleet.server.url);
    const again = startAgent('alder');
    expect(await until(async () => (await fleet.jobs())[0].state === 'completed', 90)).toBe(true);
    expect(again.output()).not.toContain('is measured');
  });

  test('a hub that is away for longer than the heartbeat costs no measurement', async () => {
    const agent = startAgent('alder');
    const [job] = await fleet.submit(fleet.token('anna'), {
      suite: 'slow',
      commit: 'abcdef5',
      host: 'alder',
    });
    expect(await until(() => agent.output().includes(`job ${job}`), 60)).toBe(true);
    hub.process.kill('SIGKILL');
    await hub.ended;
    await sleep(11_000);
    hub = await fleet.startHub();
    expect(await until(async () => (await fleet.jobs())[0].state === 'completed', 120)).toBe(true);
    const {rows} = await db.query('select attempt from fleet.result where job = $1', [job]);
    expect(rows).toEqual([{attempt: 0}]);
    expect(agent.output()).not.toContain('ended:');
  });

  test('turns between submitters, interactive jobs first, duplicates once, cancel and retry', async () => {
    const send = (who: string, number: number, interactive = false): Promise<string[]> =>
      fleet.submit(fleet.token(who), {
        suite: 'sleep',
        commit: `abcdef0${number}`,
        host: 'birch',
        interactive,
      });
    for (let at = 0; at < 4; at++) await send('anna', at);
    for (let at = 4; at < 6; at++) await send('ben', at);
    await send('anna', 6, true);
    expect(await send('ben', 0)).toEqual(await send('anna', 0));
    const order = (await fleet.jobs()).map((one) => `${one.submitter}${one.commit.at(-1)}`);
    expect(order).toEqual(['anna6', 'anna0', 'ben4', 'anna1', 'ben5', 'anna2', 'anna3']);

    const agent = startAgent('birch');
    expect(await until(async () => (await fleet.jobs())[0].state === 'active', 60)).toBe(true);
    const {id} = (await fleet.jobs())[0];
    expect(
      await refused(fleet.call(fleet.token('ben'), 'POST', `/api/jobs/${id}/cancel`, {})),
    ).toMatch(/is of anna/);
    await until(() => fleet.living().some((line) => line.includes('sleep 1')), 60);
    await fleet.call(fleet.token('root'), 'POST', '/api/hosts/birch/drain', {});
    await fleet.call(fleet.token('anna'), 'POST', `/api/jobs/${id}/cancel`, {});
    expect(await until(() => agent.output().includes('ended: it is cancelled'), 30)).toBe(true);
    expect(fleet.living().filter((line) => line.includes('sleep'))).toEqual([]);
    await sleep(1000);
    // Drained: nothing is given out; resumed, the cancelled job may be tried again.
    expect((await fleet.jobs()).filter(({state}) => state === 'active')).toEqual([]);
    await fleet.call(fleet.token('anna'), 'POST', `/api/jobs/${id}/retry`, {});
    await fleet.call(fleet.token('root'), 'POST', '/api/hosts/birch/resume', {});
    expect(await until(async () => (await fleet.jobs())[0].state === 'active', 30)).toBe(true);
    expect((await fleet.jobs())[0].id).toBe(id);
  });

  test('a command that fails is tried three times and then kept aside', async () => {
    startAgent('alder');
    await fleet.submit(fleet.token('anna'), {suite: 'broken', commit: 'abcdef4', host: 'alder'});
    expect(await until(async () => (await fleet.jobs())[0]?.state === 'failed', 120)).toBe(true);
    const [job] = await fleet.jobs();
    expect(job).toMatchObject({attempt: 2});
    expect(job.message).toContain("There is no workload 'no-such-workload'");
    const {rows} = await db.query(`select from boss.job_common where name = 'dead'`);
    expect(rows).toHaveLength(1);
  });
});
