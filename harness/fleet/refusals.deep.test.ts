// What a hub refuses and logs, and what the database itself refuses.
import {randomUUID} from 'node:crypto';
import {request} from 'node:http';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {encodeFiles} from '../../results/store/add-session.ts';
import {listSessions} from '../../results/store/index.ts';
import type {SessionEntry} from '../../results/store/index.ts';
import {noFleet, until} from './fleet.fixture.ts';
import {playFleet} from './played-fleet.fixture.ts';

const reason = noFleet();
const title = `refusals of a hub${reason === null ? '' : `: skipped, ${reason}`}`;

describe.skipIf(reason !== null)(title, () => {
  const play = playFleet(['alder', 'birch'], 10);
  const lease = (host: string) => ({host, agent: randomUUID(), epoch: 1});
  const hello = async (host: string, suites: readonly string[] = ['true']) => {
    const own = lease(host);
    const body = {...own, class: null, suites, record: {}};
    await play.fleet.call(play.fleet.token(host), 'POST', '/api/agent/hello', body);
    return own;
  };

  describe('refuses and logs', () => {
    test('a foreign token, and a token that was revoked', async () => {
      const unknown = `jst_${'x'.repeat(43)}`;
      expect(await play.refused(play.fleet.call(unknown, 'GET', '/api/hosts'))).toMatch(
        /does not know this token/,
      );
      await play.db.query(`update fleet.token set revoked = now() where name = 'ben'`);
      expect(
        await play.refused(play.fleet.call(play.fleet.token('ben'), 'GET', '/api/jobs')),
      ).toMatch(/does not know/);
      await play.db.query(`update fleet.token set revoked = null where name = 'ben'`);
    });

    test.each([
      ['rita', 'POST', '/api/submit'],
      ['anna', 'POST', '/api/agent/next'],
      ['anna', 'POST', '/api/hosts/alder/drain'],
      ['alder', 'POST', '/api/submit'],
      ['anna', 'GET', '/api/log'],
    ] as const)('a token of %s for %s %s', async (who, method, path) => {
      const body = method === 'POST' ? {} : undefined;
      expect(
        await play.refused(play.fleet.call(play.fleet.token(who), method, path, body)),
      ).toMatch(/may not do this/);
    });

    test('the job of another host', async () => {
      await play.fleet.submit(play.fleet.token('anna'), {
        suite: 'true',
        commit: 'abcdef1',
        host: 'birch',
      });
      const own = await hello('alder');
      const next = (body: object) =>
        play.fleet.call(play.fleet.token('alder'), 'POST', '/api/agent/next', {
          ...body,
          waitSeconds: 0,
        });
      expect(await play.refused(next({...own, host: 'birch'}))).toMatch(/is not for host birch/);
      expect(await next(own)).toBeNull();
    });

    test('a suite that is not on the list of the host, before and after it is queued', async () => {
      const send = (suite: string): Promise<string[]> =>
        play.fleet.submit(play.fleet.token('anna'), {suite, commit: 'abcdef1', host: 'alder'});
      await hello('alder', ['true', 'rm']);
      expect(await play.refused(send('other'))).toMatch(/does not run a suite 'other'/);
      // The hub knows `rm`, but the agent's own file does not list it.
      await send('rm');
      await play.db.query('update fleet.host set agent = null');
      const agent = play.startAgent('alder');
      expect(await until(async () => (await play.fleet.jobs())[0]?.state === 'failed', 60)).toBe(
        true,
      );
      expect(agent.output()).toContain("The suite 'rm' is not on this host's list.");
      const {rows} = await play.db.query('select from fleet.log where refused and detail like $1', [
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
      expect(await play.refused(play.fleet.submit(play.fleet.token('anna'), wrong))).toMatch(words);
    });

    test('a replayed upload, and one that was changed', async () => {
      play.startAgent('alder');
      const [job] = await play.fleet.submit(play.fleet.token('anna'), {
        suite: 'true',
        commit: 'abcdef9',
        host: 'alder',
      });
      expect(await until(async () => (await play.fleet.jobs())[0]?.state === 'completed', 90)).toBe(
        true,
      );
      const {rows} = await play.db.query<{agent: string; epoch: string}>(
        `select agent, epoch from fleet.host where name = 'alder'`,
      );
      const own = (): readonly SessionEntry[] =>
        listSessions(join(play.fleet.folder, 'store-alder')).entries;
      expect(await until(() => own().length > 0, 30)).toBe(true);
      const [entry] = own();
      const files = encodeFiles(entry.folder);
      const upload = (session: object): Promise<unknown> =>
        play.fleet.call(play.fleet.token('alder'), 'POST', '/api/agent/result', {
          host: 'alder',
          agent: rows[0].agent,
          epoch: Number(rows[0].epoch),
          job,
          attempt: 0,
          sessions: [session],
        });
      expect(await play.refused(upload(files))).toMatch(/is stored already/);
      const text = Buffer.from(files['session.json'], 'base64').toString();
      const changed = Buffer.from(text.replace('"quads":', '"quads" :')).toString('base64');
      const push = play.fleet.call(play.fleet.token('alder'), 'POST', '/api/sessions', {
        host: 'alder',
        session: {...files, 'session.json': changed},
      });
      expect(await play.refused(push)).toMatch(/checksum does not fit/);
      const outside = play.fleet.call(play.fleet.token('alder'), 'POST', '/api/sessions', {
        host: 'alder',
        session: {...files, '../../x': ''},
      });
      expect(await play.refused(outside)).toMatch(/is not a session's file/);
    });

    test('names that do not belong to the hub, and forms on other sites', async () => {
      const authorization = `Basic ${Buffer.from(`x:${play.fleet.token('rita')}`).toString('base64')}`;
      const page = (headers: Record<string, string>, method = 'GET'): Promise<number> =>
        new Promise((resolve, reject) => {
          const sent = request(play.fleet.hubUrl, {method, headers}, (answer) => {
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

  test('the database shows an agent the rows of its host and nothing else', async () => {
    await play.fleet.submit(play.fleet.token('anna'), {
      suite: 'true',
      commit: 'abcdef1',
      host: 'alder',
    });
    await play.fleet.submit(play.fleet.token('anna'), {
      suite: 'true',
      commit: 'abcdef1',
      host: 'birch',
    });
    const as = async (role: string, settings: string, query: string): Promise<string> => {
      await play.db.query('begin');
      try {
        await play.db.query(`select ${settings}, set_config('role', $1, true)`, [role]);
        const {rows, rowCount} = await play.db.query<{name: string}>(query);
        return rows.map(({name}) => name).join(' ') || `${rowCount} rows`;
      } catch (error) {
        return (error as Error).message;
      } finally {
        await play.db.query('rollback');
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
});
