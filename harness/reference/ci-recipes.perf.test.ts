// The steps of the GitHub action and of the GitLab job, run as a runner would, on two revisions of a
// real repository. GitHub's command is a stand-in that keeps comments in a folder.
import {spawnSync} from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {noPerf} from '../testing/captured-io.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'jitstat-recipes-'));
const inFolder = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const read = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');

const run = (command: string, args: readonly string[], env: Record<string, string> = {}) => {
  const {status, stdout, stderr} = spawnSync(command, args, {
    cwd: inFolder('repository'),
    encoding: 'utf8',
    env: {...process.env, JITSTAT_STORE: undefined, ...env},
  });
  return {status, stdout, stderr};
};

/** `gh api`, as comment.sh calls it: the comments of one pull request, a file each. */
const gh = `#!/usr/bin/env node
import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
const args = process.argv.slice(2);
const after = (name) => args[args.indexOf(name) + 1];
const folder = ${JSON.stringify(inFolder('comments'))};
const bodies = readdirSync(folder).sort();
const path = args.find((arg) => arg.startsWith('repos/me/mine/issues/'));
if (args.includes('--jq')) {
  const marker = /startswith\\("(.*?)"\\)/.exec(after('--jq'))[1];
  for (const id of bodies)
    if (readFileSync(folder + '/' + id, 'utf8').startsWith(marker)) console.log(id);
} else {
  const body = readFileSync(after('--field').replace(/^body=@/, ''), 'utf8');
  const id = after('--method') === 'POST' ? String(100 + bodies.length) : path.split('/').at(-1);
  writeFileSync(folder + '/' + id, body);
}
`;

const unable =
  noPerf ?? ['git', 'make'].find((tool) => spawnSync(tool, ['--version']).status !== 0) ?? null;

beforeAll(() => {
  for (const name of ['repository', 'comments', 'bin', 'package/dist/harness'])
    mkdirSync(inFolder(name), {recursive: true});
  writeFileSync(inFolder('bin/gh'), gh);
  chmodSync(inFolder('bin/gh'), 0o755);
  if (unable !== null) return;
  const git = (...args: string[]) =>
    expect(run('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args]).status).toBe(0);
  git('init', '-q');
  for (const seconds of ['0.01', '0.25']) {
    writeFileSync(inFolder('repository/bench.in'), `#!/bin/sh\nsleep ${seconds}\n`);
    writeFileSync(inFolder('repository/Makefile'), 'bench: bench.in\n\tinstall bench.in bench\n');
    git('add', '-A');
    git('commit', '-qm', seconds);
  }
});

interface Step {
  readonly env: Readonly<Record<string, string>>;
  readonly script: string;
}

/** What action.yml has below `steps:`, with the expressions of GitHub replaced. */
const stepsOf = (values: Readonly<Record<string, string>>): readonly Step[] => {
  const action = read(join(root, 'action.yml'));
  const filled = (text: string): string =>
    text.replaceAll(/\$\{\{ (.+?) \}\}/g, (_, name: string) => values[name] ?? `no ${name}`);
  const [, steps] = action.split('\n  steps:\n');
  return steps.split(/^ {4}- /m).flatMap((step) => {
    const one = /^ {6}run: (?:\|\n((?: {8}.*\n)+)|(.*)\n)/m.exec(step);
    if (one === null) return [];
    const script = (one[1] ?? one[2]).replaceAll(/^ {8}/gm, '');
    const env = [...step.matchAll(/^ {8}([A-Z_]+): (.*)$/gm)].map(
      ([, name, value]) => [name, filled(value)] as const,
    );
    return [{env: Object.fromEntries(env), script: filled(script)}];
  });
};

const defaults = (): Record<string, string> => {
  const action = read(join(root, 'action.yml'));
  const [, inputs] = /^inputs:\n([\s\S]*?)^outputs:/m.exec(action)!;
  return Object.fromEntries(
    [...inputs.matchAll(/^ {2}([a-z-]+):\n(?: {4}(?!default).*\n)*(?: {4}default: (.*)\n)?/gm)].map(
      ([, name, value]) => [`inputs.${name}`, (value ?? '').replaceAll("'", '')],
    ),
  );
};

describe.skipIf(unable !== null)(`CI recipes (skipped: ${unable})`, () => {
  const given = {
    'inputs.command': './bench',
    'inputs.build': 'make bench',
    'inputs.base': 'HEAD~1',
    'inputs.head': 'HEAD',
    'inputs.options': '-r 16 --no-aa',
    'inputs.token': 'none',
    'github.action_path': root.replace(/\/$/, ''),
    'github.event.pull_request.number': '7',
  };
  const runSteps = (more: Readonly<Record<string, string>> = {}) => {
    const values = {...defaults(), ...given, 'runner.temp': inFolder('temp'), ...more};
    const files = {GITHUB_OUTPUT: inFolder('output'), GITHUB_STEP_SUMMARY: inFolder('summary')};
    for (const file of Object.values(files)) rmSync(file, {force: true});
    const shared = {
      ...files,
      GITHUB_REPOSITORY: 'me/mine',
      PATH: `${inFolder('bin')}:${process.env['PATH']}`,
    };
    mkdirSync(inFolder('temp'), {recursive: true});
    // `shell: sh` is `sh -e`.
    const ended = stepsOf(values).map(({env, script}) =>
      run('sh', ['-e', '-c', script], {...shared, ...env}),
    );
    const statuses = ended.map(({status}) => status);
    return {statuses, output: read(files.GITHUB_OUTPUT), summary: read(files.GITHUB_STEP_SUMMARY)};
  };

  test('the action finds a slower head, comments once and updates its comment', () => {
    const first = runSteps();
    expect(first.statuses).toEqual([0, 0, 1]);
    expect(first.output).toMatch(/^summary=(.*\/comparison\.json)\nchanged=true\n$/);
    const file = /^summary=(.*)$/m.exec(first.output)![1];
    expect(JSON.parse(read(file))).toMatchObject({
      schema: 'jitstat/comparison/1',
      rows: [{event: 'duration_time', verdict: 'more', margin: 0.01}, {}, {}, {}, {}],
    });
    expect(first.summary).toMatch(/^\*\*.*base -&gt; head: slower, /);
    writeFileSync(inFolder('comments/50'), 'Looks good to me.');

    runSteps();
    runSteps({'inputs.name': 'another "job"'});
    expect(readdirSync(inFolder('comments')).toSorted()).toEqual(['100', '102', '50']);
    expect(read(inFolder('comments/100'))).toMatch(/^<!-- jitstat ab: jitstat -->\n\*\*.*slower/);
    expect(read(inFolder('comments/102'))).toMatch(/^<!-- jitstat ab: another -job- -->\n\*\*/);
  });

  test('the action with fail-on never says nothing, and a failed build fails it', () => {
    const {statuses, output} = runSteps({'inputs.fail-on': 'never'});
    expect(statuses.slice(0, 2)).toEqual([0, 0]);
    expect(output).toMatch(/changed=false\n$/);
    expect(runSteps({'inputs.build': 'exit 7'}).statuses[0]).not.toBe(0);
  });

  test('the script of the GitLab job', () => {
    // jitstat is found in PATH, as npm installs it: a link to the package's entry.
    const entry = inFolder('package/dist/harness/main.js');
    writeFileSync(entry, `#!/bin/sh\nexec '${join(root, 'jitstat')}' "$@"\n`);
    chmodSync(entry, 0o755);
    symlinkSync(join(root, 'docs'), inFolder('package/docs'));
    symlinkSync(entry, inFolder('bin/jitstat'));
    const job = read(join(root, 'docs/integrations/gitlab-ci.yml'));
    const [, folded] = /^ {2}script:\n {4}- >-\n((?: {6}.*\n)+)/m.exec(job)!;
    const head = run('git', ['rev-parse', 'HEAD', 'HEAD~1']).stdout.trim().split('\n');
    const {status} = run('sh', ['-c', `${folded.trim().replaceAll(/\n\s*/g, ' ')} -r 16 --no-aa`], {
      OUT: inFolder('gitlab'),
      CI_COMMIT_SHA: head[0],
      CI_MERGE_REQUEST_DIFF_BASE_SHA: head[1],
      PATH: `${inFolder('bin')}:${process.env['PATH']}`,
    });
    expect(status).toBe(1);
    expect(readdirSync(inFolder('gitlab'))).toEqual(
      expect.arrayContaining(['comparison.json', 'table.md']),
    );
    expect(read(inFolder('gitlab/table.md'))).toMatch(/^\*\*.*slower/);
  });
});
