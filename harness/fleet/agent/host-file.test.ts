// What a host's file may say, and which jobs it allows.
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {spawnSync} from 'node:child_process';
import {afterAll, describe, expect, test} from 'vitest';
import {checkTrusted} from './check-commit.ts';
import {commandsOfJob, readHostFile, suiteOf} from './host-file.ts';
import type {HostFile} from './host-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'jitstat-host-file-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const read = (document: unknown): HostFile => {
  const path = join(folder, 'suites.json');
  writeFileSync(path, typeof document === 'string' ? document : JSON.stringify(document));
  return readHostFile(path);
};
const ofSuite = (suite: object): HostFile =>
  read({schema: 'jitstat/host-suites/1', suites: {calls: suite}});
const job = (suite: string, variant: string | null = null) => ({
  suite,
  variant,
  commit: 'abcdef1',
  submitter: 'anna',
});
const trusted = {repository: folder, branches: ['main']};

test.each([
  [{run: [['rm', '-rf', '/']]}, 'suites.calls.run[0] must begin with ab, run, nightly'],
  [{run: [['ab', '--store', '/x']]}, 'must not hold --store or --resume'],
  [{run: [['ab', '--store=/x']]}, 'must not hold --store or --resume'],
  [{run: [['ab', '{host}']]}, 'knows {variant} and {commit} only'],
  [{run: [['ab', '{variant}']]}, 'a list of variants, or neither'],
  [{run: [['ab', 'x']], variants: ['rfc1']}, 'a list of variants, or neither'],
  [{run: [['ab', '{commit}']]}, 'must say which commits are trusted'],
  [{run: [['ab', '{good}']]}, 'knows {variant} and {commit} only'],
  [{run: [['ab', 'x']], bisect: ['ab', '{good}', '{commit}']}, 'bisect must begin with bisect'],
  [{run: [['ab', 'x']], bisect: ['bisect', '--good', '{good}']}, 'hold the words {good} and {comm'],
  [
    {run: [['ab', 'x']], bisect: ['bisect', '--good', '{good}', '--bad', '{commit}']},
    'must say which commits are trusted',
  ],
  [{run: []}, 'must not be empty'],
  [{run: 'ab'}, 'must be a list'],
  [{run: [['ab', 'x']], runs: 1}, 'there is no such key'],
])('refuses %j', (suite, words) => expect(() => ofSuite(suite)).toThrow(words));

test.each([
  ['{', 'not JSON'],
  ['{"schema": "jitstat/host-suites/1", "suites": {}, "suites": {}}', 'suites is there twice'],
  [{schema: 'x', suites: {}}, 'schema must be one of jitstat/host-suites/1'],
  [{schema: 'jitstat/host-suites/1', suites: {'a b': {run: [['ab']]}}}, 'is not a name'],
])('refuses %j', (document, words) => expect(() => read(document)).toThrow(words));

test('a job is a suite and a variant of the list', () => {
  const file = ofSuite({run: [['ab', 'x', '--after', '{variant}']], variants: ['rfc1']});
  expect(() => suiteOf(file, job('rm'))).toThrow("'rm' is not on this host's list");
  expect(() => suiteOf(file, job('constructor'))).toThrow("is not on this host's list");
  expect(() => suiteOf(file, job('calls'))).toThrow('needs a variant');
  expect(() => suiteOf(file, job('calls', 'v58'))).toThrow("'v58' of 'calls' is not on");
  const suite = suiteOf(file, job('calls', 'rfc1'));
  expect(commandsOfJob(suite, job('calls', 'rfc1'))).toEqual([['ab', 'x', '--after', 'rfc1']]);
  const plain = ofSuite({run: [['ab', 'x']]});
  expect(() => suiteOf(plain, job('calls', 'rfc1'))).toThrow('is not on');
});

test('a bisection is what the suite describes; without that there is none', () => {
  const bisect = ['bisect', '--good', '{good}', '--bad', '{commit}', '--', './bench'];
  const {suites} = ofSuite({run: [['ab', 'x']], bisect, trusted});
  const wanted = {...job('calls'), good: '1234567'};
  expect(commandsOfJob(suites['calls'], wanted)).toEqual([
    ['bisect', '--good', '1234567', '--bad', 'abcdef1', '--', './bench'],
  ]);
  expect(commandsOfJob(suites['calls'], job('calls'))).toEqual([['ab', 'x']]);
  const {suites: plain} = ofSuite({run: [['ab', 'x']]});
  expect(() => commandsOfJob(plain['calls'], wanted)).toThrow("'calls' has no bisection");
});

const noGit = spawnSync('git', ['--version']).status === 0 ? null : 'no git';
describe.skipIf(noGit !== null)(`commits${noGit === null ? '' : `: skipped, ${noGit}`}`, () => {
  test('only those on a trusted branch pass', async () => {
    const git = (...args: string[]): string =>
      spawnSync('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], {
        encoding: 'utf8',
      }).stdout.trim();
    git('init', '-q', '-b', 'main');
    git('commit', '-q', '--allow-empty', '-m', 'one');
    const ours = git('rev-parse', 'HEAD');
    git('checkout', '-q', '-b', 'pull-request');
    git('commit', '-q', '--allow-empty', '-m', 'two');
    const theirs = git('rev-parse', 'HEAD');
    const {suites} = ofSuite({run: [['ab', '{commit}']], trusted});
    await checkTrusted(suites['calls'], ours);
    await expect(checkTrusted(suites['calls'], theirs)).rejects.toThrow(
      'not part of a trusted branch',
    );
    await expect(checkTrusted(suites['calls'], 'abcdef1')).rejects.toThrow('is not in');
    const {suites: any} = ofSuite({run: [['ab', 'x']]});
    await checkTrusted(any['calls'], theirs);
  });
});
