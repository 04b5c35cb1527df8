// Records of nights: they reach the hub with the result of a job, or by a push from a host's store.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {readNights, writeNight} from '../../results/history/index.ts';
import {noFleet, until} from './fleet.fixture.ts';
import {playFleet} from './played-fleet.fixture.ts';

const reason = noFleet();
const title = `nights of a fleet${reason === null ? '' : `: skipped, ${reason}`}`;

describe.skipIf(reason !== null)(title, () => {
  const folder = mkdtempSync(join(tmpdir(), 'jitstat-night-job-'));
  afterAll(() => rmSync(folder, {recursive: true, force: true}));
  const suite = join(folder, 'suite.json');
  const workload = {name: 'true', beforeCommand: ['true'], afterCommand: ['true']};
  writeFileSync(
    suite,
    JSON.stringify({schema: 'jitstat/suite/1', name: 'short', seconds: 1, workloads: [workload]}),
  );
  const play = playFleet(['alder'], 20, {short: {run: [['nightly', '--suite', suite]]}});
  const known = async () =>
    (await play.db.query('select id, status, suite from jitstat.night_record order by id')).rows;

  test('arrive with the result of a job', async () => {
    const agent = play.startAgent('alder');
    expect(await until(() => agent.output().includes('measures for'), 60)).toBe(true);
    await play.fleet.submit(play.fleet.token('anna'), {
      suite: 'short',
      commit: 'abcdef1',
      host: 'alder',
    });
    expect(await until(async () => (await play.fleet.jobs())[0].state === 'completed', 120)).toBe(
      true,
    );
    const {nights} = readNights(play.fleet.hubStore);
    expect(nights).toMatchObject([{status: 'finished', suite: 'short'}]);
    expect(await known()).toEqual([{id: nights[0].id, status: 'finished', suite: 'short'}]);
  });

  test('arrive by a push, once', () => {
    const store = join(folder, 'by-hand');
    const [night] = readNights(play.fleet.hubStore).nights;
    writeNight(store, {...night, id: night.id.replace(/-\w+$/, '-hand')});
    const push = () =>
      play.fleet.run(['store', 'push', '--host', 'alder', '--store', store], {
        JITSTAT_TOKEN: play.fleet.token('alder'),
      });
    expect(push()).toMatchObject({
      status: 0,
      stdout: '0 sessions sent, 0 were there.\n1 night sent, 0 were there.\n',
    });
    expect(push().stdout).toContain('0 nights sent, 1 were there.');
  });

  test('are refused if they were changed', async () => {
    const night = '{"schema": "jitstat/night/1"}';
    const body = {host: 'alder', night};
    const sent = play.fleet.call(play.fleet.token('alder'), 'POST', '/api/nights', body);
    expect(await play.refused(sent)).toMatch(/is damaged \(it carries no checksum\)/);
    expect(await known()).toHaveLength(2);
  });
});
