// Every export against a reader that is not ours if there is one, and against the rules of its
// format.
import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {expect, test} from 'vitest';
import type {Night} from '../history/types.ts';
import {testHost, testSamples, testSession} from '../testdata/session.ts';
import type {Session} from '../types.ts';
import {exports} from './index.ts';

const awkward = 'a "b", <c> & d\\e|f';
const samples = testSamples(1, 1.06);
const base = testSession({}, samples, {'task-clock': 'more', cycles: 'unsettled'});
const session: Session = {
  ...base,
  before: {...base.before, executions: 1000},
  after: {...base.after!, label: awkward, variant: awkward, executions: 1000},
  notCounted: [{event: 'LLC-loads', status: 'not-supported', reason: awkward}],
};
const one: Session = {
  ...testSession({
    id: '20261122-093000000-bbbb',
    kind: 'run',
    after: null,
    comparison: null,
    summary: [{event: 'task-clock', unit: 'msec', stats: base.comparison!.rows[0].before}],
  }),
};
const night: Night = {
  schema: 'jitstat/night/1',
  id: 'n',
  night: '2026-11-22',
  created: '2026-11-22T02:00:00.000Z',
  finished: '2026-11-22T02:10:00.000Z',
  status: 'finished',
  machine: 'lab1',
  host: testHost,
  suite: 'test',
  aa: null,
  workloads: [{name: 'w', session: session.id}],
  notes: [],
  exitCode: 1,
  alerts: [
    {
      code: 'change-found',
      gate: true,
      workload: 'w',
      event: 'task-clock',
      text: `w: task-clock +6 % ${awkward}`,
    },
    {code: 'host-changed', gate: false, text: 'the host changed: kernel 6.1 -> 6.12'},
  ],
};
const input = {
  sessions: [
    {session, samples},
    {session: one, samples: null},
  ],
  night,
};

const write = (name: string): string =>
  exports.find((candidate) => candidate.name === name)!.write(input);

/** Runs a Python snippet that reads the export on stdin and prints JSON. */
const python = (code: string, text: string): unknown => {
  const {stdout, stderr} = spawnSync('python3', ['-c', code], {input: text, encoding: 'utf8'});
  expect(stderr).toBe('');
  return JSON.parse(stdout);
};
test('a workload measured with two repeats counts as two in every export that names it', () => {
  const other = {
    ...session,
    id: '20261122-094000000-cccc',
    plan: {...session.plan, repeat: session.plan.repeat + 1},
  };
  const both = {
    sessions: [
      {session, samples: null},
      {session: other, samples: null},
    ],
    night: null,
  };
  const run = (name: string): string =>
    exports.find((candidate) => candidate.name === name)!.write(both);
  expect(Object.keys(JSON.parse(run('bmf')) as object).length).toBe(4);
  const names = (JSON.parse(run('github-benchmark')) as {name: string}[]).map(({name}) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(run('openmetrics')).toContain(`/repeat=${other.plan.repeat}`);
  expect(run('benchfmt')).toContain(`/repeat=${other.plan.repeat}/variant=`);
});

test('benchfmt: what ends a label is not read as GOMAXPROCS', () => {
  const gzip = {...session, after: {...session.after!, label: 'gzip -9', variant: undefined}};
  expect(
    exports
      .find(({name}) => name === 'benchfmt')!
      .write({sessions: [{session: gzip, samples: null}], night: null}),
  ).toContain('/variant=gzip__9 ');
});

test('JUnit shows characters that XML cannot hold as their codes', () => {
  const odd = {
    ...session,
    after: {...session.after!, label: 'x'},
    notCounted: [
      {event: 'e', status: 'not-supported' as const, reason: 'a\u0000\ufffe\uffff\ud800b'},
    ],
  };
  expect(
    exports
      .find(({name}) => name === 'junit')!
      .write({sessions: [{session: odd, samples: null}], night: null}),
  ).toContain('not counted: a\\u0000\\ufffe\\uffff\\ud800b"');
});

const noPython = spawnSync('python3', ['-c', '']).status !== 0;

test.each(exports.map(({name, write: run}) => [name, run] as const))(
  '%s without sessions is still a document',
  (_name, run) => {
    expect(typeof run({sessions: [], night: null})).toBe('string');
  },
);

test.skipIf(noPython)('csv: read by Python (skipped without python3)', () => {
  const rows = python(
    'import csv,json,sys;print(json.dumps(list(csv.DictReader(sys.stdin))))',
    write('csv'),
  ) as Record<string, string>[];
  expect(rows.length).toBe(2 * samples.events.length + 1);
  expect(rows[1]).toMatchObject({
    side: 'after',
    variant: awkward,
    event: 'task-clock',
    unit: 'msec',
    verdict: 'more',
    n: '24',
    spikes: '0',
    machine: 'lab1',
  });
  expect(Number(rows[1]['ratio'])).toBeCloseTo(1.06, 2);
  expect(rows.at(-1)).toMatchObject({ratio: '', verdict: ''});
});

test('benchfmt: every line is configuration or a benchmark with pairs of number and unit', () => {
  const lines = write('benchfmt')
    .split('\n')
    .filter((line) => line !== '');
  const results = lines.filter((line) => line.startsWith('Benchmark'));
  for (const line of lines)
    expect(line).toMatch(/^(?:[a-z][^\sA-Z:]*: .*|Benchmark[^a-z\s]\S*(?: \d+)(?: \S+ \S+)+)$/);
  expect(results.length).toBe(2 * 24 + 1);
  expect(results[0]).toMatch(
    /^BenchmarkW\/variant=v58 1000 12\d{3}\.?\d* ns\/op \d+\.?\d* cycles\/op/,
  );
});

const benchstat = ['/usr/bin/benchstat', '/usr/local/bin/benchstat'].find(existsSync);
test.skipIf(benchstat === undefined)(
  'benchfmt: benchstat reads it (skipped without benchstat)',
  () => {
    const {stdout, status} = spawnSync(benchstat!, ['-col', '/variant', '/dev/stdin'], {
      input: write('benchfmt'),
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^W\b/m);
  },
);

test('bmf: benchmark, measure, value between lower and upper', () => {
  const document = JSON.parse(write('bmf')) as Record<
    string,
    Record<string, {value: number; lower_value: number; upper_value: number}>
  >;
  expect(Object.keys(document)).toEqual(['w/v58', `w/${awkward}`, 'tailcall1/v58']);
  for (const {value, lower_value: lower, upper_value: upper} of Object.values(document['w/v58']))
    expect(lower <= value && value <= upper).toBe(true);
});

test('github-action-benchmark: a list of name, unit and value', () => {
  const entries = JSON.parse(write('github-benchmark')) as {
    name: string;
    unit: string;
    value: number;
    range: string;
  }[];
  expect(entries.length).toBe(2 * samples.events.length + 1);
  for (const {name, unit, value, range} of entries) {
    expect([typeof name, unit.length > 0, Number.isFinite(value), range.startsWith('± ')]).toEqual([
      'string',
      true,
      true,
      true,
    ]);
  }
});

test.skipIf(noPython)(
  'junit: Python parses it; the gated alert fails, the rest is skipped or passes (skipped without python3)',
  () => {
    const found = python(
      `import json,sys,xml.etree.ElementTree as E
root=E.fromstring(sys.stdin.read())
case=lambda c: [c.get('classname'),c.get('name'),[[x.tag,x.get('message')] for x in c]]
print(json.dumps([[s.attrib, [case(c) for c in s]] for s in root]))`,
      write('junit'),
    ) as [Record<string, string>, [string, string, [string, string][]][]][];
    expect(
      found.map(([attributes]) => [
        attributes['tests'],
        attributes['failures'],
        attributes['skipped'],
      ]),
    ).toEqual([
      ['5', '1', '2'],
      ['1', '0', '0'],
      ['1', '0', '1'],
    ]);
    expect(found[0][1][0]).toEqual([
      'w',
      'task-clock',
      [['failure', `w: task-clock +6 % ${awkward}`]],
    ]);
    expect(found[2][1]).toEqual([
      ['night', 'host-changed', [['skipped', 'the host changed: kernel 6.1 -> 6.12']]],
    ]);
  },
);

test('openmetrics: type before samples, no doubled series, EOF at the end', () => {
  const lines = write('openmetrics').split('\n');
  expect(lines.slice(-2)).toEqual(['# EOF', '']);
  let family = '';
  const seen = new Set<string>();
  for (const line of lines.slice(0, -2)) {
    const [, type] = /^# TYPE (\S+) gauge$/.exec(line) ?? [];
    if (type !== undefined) family = type;
    else if (!line.startsWith('# HELP ')) {
      const [, name, labels] =
        /^(\w+)(\{(?:\w+="(?:[^"\\\n]|\\["\\n])*",?)*\}) -?[\d.e+-]+$/.exec(line) ?? [];
      expect({line, name}).toEqual({line, name: family});
      expect(seen.has(`${name}${labels}`)).toBe(false);
      seen.add(`${name}${labels}`);
    }
  }
  expect(lines).toContain('jitstat_night_alerts{machine="lab1",suite="test",gate="true"} 1');
});

test('step summary: alerts, a table, unsettled rows folded, and markdown in names escaped', () => {
  const text = write('step-summary');
  expect(text).toContain('## jitstat 2026-11-22 on lab1: 2 alerts');
  expect(text).toContain('- **gated** w: task-clock +6 % a "b", \\<c\\>');
  expect(text).toMatch(
    /\| task-clock \| 12\.\d+ \| 13\.\d+ \| \+[56]\.\d\d % \| .* \| \*\*more\*\* \|/,
  );
  expect(text).toContain('<details><summary>1 not settled</summary>');
});

test('a refused night fails in junit', () => {
  const refused: Night = {...night, status: 'refused', reason: 'SMT: on', alerts: []};
  expect(exports.find(({name}) => name === 'junit')!.write({sessions: [], night: refused})).toMatch(
    new RegExp(
      String.raw`failures="1".*\n.*<testcase classname="night" name="refused">` +
        String.raw`<failure type="refused-night" message="SMT: on"\/>`,
    ),
  );
});
