// Which agent has a host, whose job comes first, and what becomes of a job that is lost or fails.
import {setTimeout as sleep} from 'node:timers/promises';
import {describe, expect, test} from 'vitest';
import {connect} from './db/connect.ts';
import {noFleet, until} from './fleet.fixture.ts';
import {playFleet} from './played-fleet.fixture.ts';

const reason = noFleet();
const title = `jobs of a hub${reason === null ? '' : `: skipped, ${reason}`}`;

describe.skipIf(reason !== null)(title, () => {
  const play = playFleet(['alder', 'birch'], 10);

  test('one agent per host; a paused one that wakes is refused, and one result is stored', async () => {
    const first = play.startAgent('alder');
    expect(await until(() => first.output().includes('measures for'), 60)).toBe(true);
    const twin = play.startAgent('alder');
    expect(await twin.ended).toBe(2);
    expect(twin.output()).toContain('Host alder is measured from this store');
    const early = play.startAgent('alder', 'elsewhere');
    expect(await early.ended).toBe(2);
    expect(early.output()).toContain('Host alder has another agent');

    const [job] = await play.fleet.submit(play.fleet.token('anna'), {
      suite: 'true',
      commit: 'abcdef2',
      host: 'alder',
    });
    expect(await until(() => first.output().includes(`job ${job}`), 60)).toBe(true);
    first.process.kill('SIGSTOP');
    // The silence of 10 s begins when its open request ends, at most 3 s later.
    await sleep(15_000);
    const second = play.startAgent('alder', 'elsewhere');
    expect(await until(async () => (await play.fleet.jobs())[0].state === 'completed', 90)).toBe(
      true,
    );
    first.process.kill('SIGCONT');
    expect(await first.ended).toBe(2);
    expect(first.output()).toContain('has another agent by now');
    const {rows} = await play.db.query<{sessions: string[]}>(
      'select sessions from fleet.result where job = $1',
      [job],
    );
    expect(rows).toHaveLength(1);
    expect(rows[0].sessions).toHaveLength(1);
    expect(second.output()).toContain('is measured');
  });

  test('a job that could not be handed over is handed over later', async () => {
    const agent = play.startAgent('alder');
    expect(await until(() => agent.output().includes('measures for'), 60)).toBe(true);
    const [job] = await play.fleet.submit(play.fleet.token('anna'), {
      suite: 'true',
      commit: 'abcdef3',
      host: 'alder',
    });
    expect(await until(() => agent.output().includes(`job ${job}`), 60)).toBe(true);
    await play.fleet.server.kill();
    expect(await until(() => agent.output().includes('is measured'), 60)).toBe(true);
    expect(await until(() => agent.output().includes('It tries again'), 60)).toBe(true);
    agent.process.kill('SIGKILL');
    await agent.ended;
    await play.fleet.server.restart();
    play.db = await connect(play.fleet.server.url);
    const again = play.startAgent('alder');
    expect(await until(async () => (await play.fleet.jobs())[0].state === 'completed', 90)).toBe(
      true,
    );
    expect(again.output()).not.toContain('is measured');
  });

  test('a hub that is away for longer than the heartbeat costs no measurement', async () => {
    const agent = play.startAgent('alder');
    const [job] = await play.fleet.submit(play.fleet.token('anna'), {
      suite: 'slow',
      commit: 'abcdef5',
      host: 'alder',
    });
    expect(await until(() => agent.output().includes(`job ${job}`), 60)).toBe(true);
    play.hub.process.kill('SIGKILL');
    await play.hub.ended;
    await sleep(11_000);
    play.hub = await play.fleet.startHub();
    expect(await until(async () => (await play.fleet.jobs())[0].state === 'completed', 120)).toBe(
      true,
    );
    const {rows} = await play.db.query('select attempt from fleet.result where job = $1', [job]);
    expect(rows).toEqual([{attempt: 0}]);
    expect(agent.output()).not.toContain('ended:');
  });

  test('submitters take turns, interactive jobs first, duplicates once, cancel and retry', async () => {
    const send = (who: string, number: number, interactive = false): Promise<string[]> =>
      play.fleet.submit(play.fleet.token(who), {
        suite: 'sleep',
        commit: `abcdef0${number}`,
        host: 'birch',
        interactive,
      });
    for (let at = 0; at < 4; at++) await send('anna', at);
    for (let at = 4; at < 6; at++) await send('ben', at);
    await send('anna', 6, true);
    expect(await send('ben', 0)).toEqual(await send('anna', 0));
    const order = (await play.fleet.jobs()).map((one) => `${one.submitter}${one.commit.at(-1)}`);
    expect(order).toEqual(['anna6', 'anna0', 'ben4', 'anna1', 'ben5', 'anna2', 'anna3']);

    const agent = play.startAgent('birch');
    expect(await until(async () => (await play.fleet.jobs())[0].state === 'active', 60)).toBe(true);
    const {id} = (await play.fleet.jobs())[0];
    expect(
      await play.refused(
        play.fleet.call(play.fleet.token('ben'), 'POST', `/api/jobs/${id}/cancel`, {}),
      ),
    ).toMatch(/is of anna/);
    await until(() => play.fleet.living().some((line) => line.includes('sleep 1')), 60);
    await play.fleet.call(play.fleet.token('root'), 'POST', '/api/hosts/birch/drain', {});
    await play.fleet.call(play.fleet.token('anna'), 'POST', `/api/jobs/${id}/cancel`, {});
    expect(await until(() => agent.output().includes('ended: it is cancelled'), 30)).toBe(true);
    expect(play.fleet.living().filter((line) => line.includes('sleep'))).toEqual([]);
    await sleep(1000);
    // Drained: nothing is given out; resumed, the cancelled job may be tried again.
    expect((await play.fleet.jobs()).filter(({state}) => state === 'active')).toEqual([]);
    await play.fleet.call(play.fleet.token('anna'), 'POST', `/api/jobs/${id}/retry`, {});
    await play.fleet.call(play.fleet.token('root'), 'POST', '/api/hosts/birch/resume', {});
    expect(await until(async () => (await play.fleet.jobs())[0].state === 'active', 30)).toBe(true);
    expect((await play.fleet.jobs())[0].id).toBe(id);
  });

  test('a command that fails is tried three times and then put aside', async () => {
    play.startAgent('alder');
    await play.fleet.submit(play.fleet.token('anna'), {
      suite: 'broken',
      commit: 'abcdef4',
      host: 'alder',
    });
    expect(await until(async () => (await play.fleet.jobs())[0]?.state === 'failed', 120)).toBe(
      true,
    );
    const [job] = await play.fleet.jobs();
    expect(job).toMatchObject({attempt: 2});
    expect(job.message).toContain("There is no workload 'no-such-workload'");
    const {rows} = await play.db.query(`select from boss.job_common where name = 'dead'`);
    expect(rows).toHaveLength(1);
  });
});
