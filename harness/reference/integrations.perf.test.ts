// The files in docs/integrations: the script of the GitHub action measures two revisions of a real
// repository, systemd accepts the units, and Grafana's queries name metrics and labels of the real
// export.
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, describe, expect, test} from 'vitest';
import {exports} from '../../results/exports/index.ts';
import {testSession} from '../../results/testdata/session.ts';
import type {Night} from '../../results/history/index.ts';
import {noPerf} from '../testing/captured-io.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const place = (name: string): string => join(root, 'docs/integrations', name);
const text = (name: string): string => readFileSync(place(name), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'jitstat-integrations-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const run = (command: string, args: readonly string[], cwd = folder, env = {}) => {
  const {status, stdout, stderr} = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: {...process.env, ...env},
  });
  return {status, stdout, stderr};
};
const absent = (tool: string): string | null =>
  run('sh', ['-c', `command -v ${tool}`]).status === 0 ? null : `no ${tool}`;

const unable = noPerf ?? absent('git');
describe.skipIf(unable !== null)(`ab-revisions.sh (skipped: ${unable})`, () => {
  const git = (...args: string[]) =>
    run('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args]);
  const commit = (seconds: string): void => {
    writeFileSync(join(folder, 'bench.in'), `sleep ${seconds}\n`);
    git('add', '-A');
    expect(git('commit', '-qm', seconds).status).toBe(0);
  };
  const script = (build: string, ...options: string[]) =>
    run(
      'sh',
      [place('ab-revisions.sh'), 'HEAD~1', 'HEAD', build, 'sh ./bench', ...options],
      folder,
      {
        JITSTAT: join(root, 'jitstat'),
        OUT: join(folder, 'out'),
      },
    );

  test('a slower revision is found, printed as table and JSON, and leaves no worktree', () => {
    expect(git('init', '-q').status).toBe(0);
    commit('0.01');
    commit('0.3');
    const {status, stderr} = script(
      'cp bench.in bench',
      '-r',
      '16',
      '--no-aa',
      '--fail-on',
      'more',
    );
    expect({status, stderr: status === 1 ? '' : stderr}).toEqual({status: 1, stderr: ''});
    expect(readFileSync(join(folder, 'out/table.md'), 'utf8')).toMatch(
      /^\*\*.*base -&gt; head: slower, elapsed [+x]\S+ /,
    );
    expect(JSON.parse(readFileSync(join(folder, 'out/comparison.json'), 'utf8'))).toMatchObject({
      schema: 'jitstat/comparison/1',
      before: {label: 'base'},
      after: {label: 'head'},
    });
    expect(git('worktree', 'list').stdout.trim().split('\n')).toHaveLength(1);
  });
  test('a build that fails ends it, and leaves no worktree', () => {
    expect(script('exit 7').status).toBe(7);
    expect(git('worktree', 'list').stdout.trim().split('\n')).toHaveLength(1);
  });
});

test('the action calls that script with inputs that it declares', () => {
  const action = readFileSync(join(root, 'action.yml'), 'utf8');
  const [, inputs] = /^inputs:\n([\s\S]*?)^outputs:/m.exec(action)!;
  const known = [...inputs.matchAll(/^ {2}([a-z-]+):$/gm)].map(([, name]) => name);
  const used = [...action.matchAll(/inputs\.([a-z-]+)/g)].map(([, name]) => name);
  expect(known.toSorted()).toEqual([...new Set(used)].toSorted());
  const scripts = [...action.matchAll(/action_path \}\}\/(docs\/\S+)/g)].map(([, path]) =>
    readFileSync(join(root, path), 'utf8'),
  );
  expect(scripts).toHaveLength(2);
  for (const [, name] of action.matchAll(/^ {8}([A-Z_]+): /gm))
    if (!['JITSTAT', 'GH_TOKEN'].includes(name))
      expect([action, ...scripts].join('\n')).toContain(`$${name}`);
});

const noYaml =
  run('python3', ['-c', 'import yaml']).status === 0 ? null : 'no YAML reader for Python';
test.skipIf(noYaml !== null)(`YAML files can be read (skipped: ${noYaml})`, () => {
  for (const file of [join(root, 'action.yml'), place('gitlab-ci.yml')])
    expect(
      run('python3', ['-c', 'import sys,yaml; yaml.safe_load(open(sys.argv[1]))', file]),
    ).toMatchObject({
      status: 0,
    });
});

const noSystemd = absent('systemd-analyze');
test.skipIf(noSystemd !== null)(`systemd accepts the units (skipped: ${noSystemd})`, () => {
  const service = text('jitstat-night.service');
  expect(service).toContain('/usr/local/bin/jitstat nightly --suite suite.json');
  // The program of the unit need not be installed on the test machine.
  writeFileSync(
    join(folder, 'jitstat-night.service'),
    service.replace('/usr/local/bin/jitstat', process.execPath).replace('User=jitstat\n', ''),
  );
  writeFileSync(join(folder, 'jitstat-night.timer'), text('jitstat-night.timer'));
  const {status, stderr} = run('systemd-analyze', [
    'verify',
    '--man=no',
    './jitstat-night.service',
    './jitstat-night.timer',
  ]);
  const own = stderr.split('\n').filter((line) => line.includes('jitstat-night'));
  expect({status, own}).toEqual({status: 0, own: []});
});

/** Metrics of the real export, each with its labels. */
const metrics = (): Map<string, Set<string>> => {
  const night = {
    machine: 'lab1',
    suite: 'lab',
    status: 'finished',
    finished: '2026-11-18T03:00:00.000Z',
    alerts: [],
  } as unknown as Night;
  const openmetrics = exports.find(({name}) => name === 'openmetrics')!;
  const written = openmetrics.write({sessions: [{session: testSession(), samples: null}], night});
  return new Map(
    [...written.matchAll(/^(jitstat_\w+)\{(.*)\} \S+$/gm)].map(([, name, labels]) => [
      name,
      new Set([...labels.matchAll(/(\w+)="/g)].map(([, label]) => label)),
    ]),
  );
};

test('every query of the dashboard names a metric and labels of the export', () => {
  const dashboard = JSON.parse(text('grafana-dashboard.json')) as {
    panels: {targets: {expr: string; legendFormat: string}[]}[];
  };
  const known = metrics();
  const targets = dashboard.panels.flatMap((panel) => panel.targets);
  for (const {expr, legendFormat} of targets) {
    const [, name, selector] = /(jitstat_\w+)\{([^}]*)\}/.exec(expr)!;
    const labels = [
      ...[...selector.matchAll(/(\w+)=~?"/g)].map(([, label]) => label),
      ...[...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label),
    ];
    expect(known.has(name), name).toBe(true);
    expect(
      labels.filter((label) => !known.get(name)!.has(label)),
      expr,
    ).toEqual([]);
  }
  expect(new Set(targets.map(({expr}) => /jitstat_\w+/.exec(expr)![0])).size).toBe(known.size);
});

test('docs/ecosystem.md lists the metrics with their labels', () => {
  const page = readFileSync(join(root, 'docs/ecosystem.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(jitstat_\w+)` \| ([\w, ]+) \|/gm)];
  expect(new Map(rows.map(([, name, labels]) => [name, new Set(labels.split(', '))]))).toEqual(
    metrics(),
  );
});

test('the container installs what set-up needs', () => {
  const wanted = readFileSync(join(root, 'harness/setup/system.sh'), 'utf8');
  for (const name of ['linux-perf', 'gcc', 'libc6-dev', 'valgrind']) {
    expect(wanted).toContain(name);
    expect(text('Containerfile')).toMatch(new RegExp(`install -y .* ?${name}`));
  }
});
