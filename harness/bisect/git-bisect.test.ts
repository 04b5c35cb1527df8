// git bisect over a small repository: the first bad commit is found, skipped ones are stepped
// around, and the user's working tree is not touched.
import {execFileSync, spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {buildIn, commitsBetween, prepareBisect, readState, runBisect} from './git-bisect.ts';

const noGit = spawnSync('git', ['--version']).status !== 0;

describe.skipIf(noGit)('git bisect (skipped without git)', () => {
  let repository: string;
  const commits: string[] = [];
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
      cwd: repository,
      encoding: 'utf8',
    }).trim();

  beforeAll(() => {
    repository = mkdtempSync(join(tmpdir(), 'jitstat-git-'));
    git('init', '--quiet');
    mkdirSync(join(repository, 'inner'));
    for (let number = 0; number < 12; number++) {
      writeFileSync(
        join(repository, 'inner', 'state'),
        number < 7 ? `good ${number}` : `bad ${number}`,
      );
      writeFileSync(join(repository, 'inner', 'builds'), number === 5 ? 'no' : 'yes');
      git('add', '.');
      git('commit', '--quiet', '-m', `change ${number}`);
      commits.push(git('rev-parse', 'HEAD'));
    }
    writeFileSync(join(repository, 'inner', 'state'), 'not committed');
  });
  afterAll(() => rmSync(repository, {recursive: true}));

  const options = {command: ['cat', 'state'], build: 'grep -q yes builds', options: {}};

  test('finds the first bad commit in separate worktrees', async () => {
    const setup = await prepareBisect(
      join(repository, 'inner'),
      commits[0].slice(0, 8),
      'HEAD',
      options,
    );
    try {
      expect(readState(setup.stateFile)).toEqual(setup.state);
      expect(setup.state.goodName).toBe(`${commits[0].slice(0, 12)} change 0`);
      expect(commitsBetween(repository, commits[0], commits[11])).toBe(11);
      expect(readFileSync(join(setup.state.goodFolder, 'state'), 'utf8')).toBe('good 0');
      expect(readFileSync(join(setup.state.tryFolder, 'state'), 'utf8')).toBe('bad 11');
      const result = await runBisect(
        setup,
        commits[0],
        commits[11],
        ['sh', '-c', 'cd inner && { grep -q yes builds || exit 125; grep -q good state; }'],
        true,
      );
      expect(result.firstBad).toEqual({commit: commits[7], subject: 'change 7'});
      expect(result.log).toContain('git bisect start');
    } finally {
      setup.remove();
    }
    expect(readFileSync(join(repository, 'inner', 'state'), 'utf8')).toBe('not committed');
    expect(git('worktree', 'list').split('\n').length).toBe(1);
    expect(git('rev-parse', 'HEAD')).toBe(commits[11]);
    expect(existsSync(setup.tryTree)).toBe(false);
  });

  test('with the commits around it skipped, the candidates are named', async () => {
    const setup = await prepareBisect(repository, commits[0], commits[11], {
      ...options,
      build: null,
    });
    const result = await runBisect(
      setup,
      commits[0],
      commits[11],
      [
        'sh',
        '-c',
        'case $(cat inner/state) in "good 6"|"bad 7"|"bad 8") exit 125;; good*) exit 0;; *) exit 1;; esac',
      ],
      true,
    );
    setup.remove();
    expect(result.firstBad).toBeNull();
    expect([...result.candidates].sort()).toEqual(
      [commits[6], commits[7], commits[8], commits[9]].sort(),
    );
  });

  test.each([
    ['no-such', 'HEAD', /--good no-such is not a commit/],
    ['HEAD', '--help', /--bad --help is not a commit/],
    ['HEAD', 'HEAD', /same commit/],
  ])('%s to %s is explained', (good, bad, message) =>
    expect(prepareBisect(repository, good, bad, options)).rejects.toThrow(message),
  );

  test('a good commit that does not build is reported at once', async () => {
    await expect(
      prepareBisect(repository, commits[5], 'HEAD', {
        ...options,
        build: 'cd inner && echo it is broken && grep -q yes builds',
      }),
    ).rejects.toThrow(/does not build: it is broken/);
    expect(git('worktree', 'list').split('\n').length).toBe(1);
    expect(await buildIn(repository, null)).toBeNull();
  });
});
