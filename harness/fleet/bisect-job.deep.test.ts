// A bisection as a job: the host's file says how, the agent runs it in its own clone, and the answer
// comes back with the job.
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {noFleet, until} from './fleet.fixture.ts';
import {playFleet} from './played-fleet.fixture.ts';

const reason = noFleet();
const title = `a bisection as a job${reason === null ? '' : `: skipped, ${reason}`}`;

describe.skipIf(reason !== null)(title, () => {
  const repository = mkdtempSync(join(tmpdir(), 'jitstat-bisect-job-'));
  afterAll(() => rmSync(repository, {recursive: true, force: true}));
  const git = (...args: string[]): string => {
    const whole = ['-C', repository, '-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args];
    return spawnSync('git', whole, {encoding: 'utf8'}).stdout.trim();
  };
  /** A program that loops this many times. */
  const commit = (loops: number, subject: string): string => {
    const loop = `i=0; while [ $i -lt ${loops} ]; do i=$((i+1)); done`;
    writeFileSync(join(repository, 'bench.sh'), `# ${subject}\n${loop}\n`);
    git('add', '.');
    git('commit', '-q', '-m', subject);
    return git('rev-parse', 'HEAD');
  };
  git('init', '-q', '-b', 'main');
  const commits = ['one', 'two', 'three', 'four', 'five'].map((subject, at) =>
    commit(at < 3 ? 1000 : 100_000, subject),
  );
  git('checkout', '-q', '-b', 'pull-request');
  const theirs = commit(1000, 'theirs');
  git('checkout', '-q', 'main');
  const bisect = ['bisect', '--good', '{good}', '--bad', '{commit}', '--time', '1', '-q'];
  const play = playFleet(['alder'], 20, {
    scripts: {
      run: [['ab', 'tailcall1', '--before', 'v58', '--after', 'rfc1']],
      bisect: [...bisect, '--', 'sh', 'bench.sh'],
      trusted: {repository, branches: ['main']},
    },
  });

  const ended = async (suite: string, good: string, bad: string) => {
    const [id] = await play.fleet.submit(play.fleet.token('anna'), {
      suite,
      host: 'alder',
      good,
      commit: bad,
    });
    const job = async () => (await play.fleet.jobs()).find((one) => one.id === id)!;
    expect(
      await until(async () => ['completed', 'failed'].includes((await job()).state), 120),
    ).toBe(true);
    return job();
  };

  test('names the first commit with the change, which enters no series', async () => {
    const agent = play.startAgent('alder');
    expect(await until(() => agent.output().includes('measures for'), 60)).toBe(true);
    const job = await ended('scripts', commits[0], commits[4]);
    expect(job.message).toBe(`first that does more: ${commits[3].slice(0, 12)} four`);
    const {rows} = await play.db.query<{sessions: string; points: string}>(
      'select (select count(*) from jitstat.session) as sessions, count(*) as points ' +
        'from jitstat.point',
    );
    expect(Number(rows[0].sessions)).toBeGreaterThanOrEqual(2);
    expect(Number(rows[0].points)).toBe(0);
    const listed = play.fleet.run(['jobs'], {JITSTAT_TOKEN: play.fleet.token('rita')});
    expect(listed.stdout).toContain(`${commits[0].slice(0, 12)}..${commits[4].slice(0, 12)}`);
  });

  test('from the commit of a stranger, or in a suite without bisection, is refused', async () => {
    const agent = play.startAgent('alder');
    expect(await until(() => agent.output().includes('measures for'), 60)).toBe(true);
    expect(await ended('scripts', theirs, commits[4])).toMatchObject({
      state: 'failed',
      message: `Commit ${theirs} is not part of a trusted branch (main).`,
    });
    expect(await ended('true', commits[0], commits[4])).toMatchObject({
      state: 'failed',
      message: "The suite 'true' has no bisection on this host's list.",
    });
  });
});
