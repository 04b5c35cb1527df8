// A suite file with any single key wrong, doubled or missing gives one message with the path of the
// key.
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {findWorkload} from '../../../workloads/list/index.ts';
import {checkHost} from '../../host/host-checks.ts';
import {duplicateKeys} from '../../../jit/duplicate-keys.ts';
import {documentedKeys} from './suite-shape.ts';
import {defaultSuiteText, parseSuite} from './suite.ts';

const checks = checkHost().map(({name}) => name);
const parse = (text: string) => parseSuite('suite.json', text, '/', checks);

/** Every key of a suite at least once. */
const whole = {
  schema: 'jitstat/suite/1',
  name: 'lab',
  time: 3600,
  seconds: 60,
  repeat: 100_000,
  placement: 'random',
  events: ['task-clock', 'instructions', 'cycles'],
  gate: ['task-clock'],
  failOn: 'more',
  confirm: false,
  margins: {'task-clock': 0.01, cycles: 0.02},
  budgets: {instructions: {max: 1e9, maxRatio: 1.05}},
  refuseOn: ['CPU governor'],
  workloads: [
    {
      name: 'tail calls',
      workload: 'tailcall1',
      scenario: 'one.json',
      before: 'v58',
      after: 'rfc1',
      repeat: 1000,
      margins: {cycles: '10%'},
      budgets: {cycles: {maxRatio: 1.5}},
    },
    {workload: 'tailcall2', variant: 'rfc1'},
    {name: 'sort', beforeCommand: ['sort', 'a'], afterCommand: ['sort', '-u', 'a']},
    {command: ['true']},
  ],
};

const text = JSON.stringify(whole);

type Path = readonly (string | number)[];

const pathText = (path: Path): string =>
  path.reduce<string>(
    (out, step) =>
      typeof step === 'number' ? `${out}[${step}]` : out === '' ? step : `${out}.${step}`,
    '',
  );

const pathsOf = (value: unknown, path: Path = []): Path[] => {
  if (Array.isArray(value))
    return value.flatMap((inner, index) => pathsOf(inner, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    [...path, key],
    ...pathsOf(inner, [...path, key]),
  ]);
};

const edited = (
  path: Path,
  edit: (parent: Record<string, unknown>, key: string) => void,
): string => {
  const copy = structuredClone(whole) as unknown;
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((at, step) => (at as Record<string | number, unknown>)[step], copy);
  edit(parent as Record<string, unknown>, path.at(-1) as string);
  return JSON.stringify(copy);
};

const messageOf = (broken: string): string => {
  try {
    parse(broken);
    return 'no fault';
  } catch (error) {
    expect((error as Error).name).toBe('UserError');
    return (error as Error).message;
  }
};

const keyPaths = pathsOf(whole);

test('the whole suite and the default suite are read', () => {
  const suite = parse(text);
  expect(suite.workloads.map(({name}) => name)).toEqual([
    'tail calls',
    'tailcall2 rfc1',
    'sort',
    'true',
  ]);
  expect(suite.workloads[0]).toMatchObject({
    repeat: 1000,
    margins: {'task-clock': 0.01, cycles: 0.1},
    budgets: {cycles: {maxRatio: 1.5}, instructions: {max: 1e9}},
  });
  const tailcall2 = findWorkload('tailcall2');
  expect(suite.workloads[1].target).toEqual({
    kind: 'workload',
    workload: 'tailcall2',
    before: 'rfc1',
    after: null,
    workloads: {before: tailcall2, after: tailcall2},
  });
  expect(suite.workloads[3].target).toEqual({
    kind: 'commands',
    before: ['true'],
    after: null,
    cwd: '/',
  });
  expect(parse(defaultSuiteText)).toMatchObject({
    name: 'default',
    failOn: 'new-more',
    confirm: true,
    gate: ['task-clock', 'slices/ns-per-execution/', 'instructions', 'callgrind/instructions/'],
    time: null,
  });
});

test('every key is in use above and documented', () => {
  const docs = readFileSync(
    fileURLToPath(new URL('../../../docs/nightly.md', import.meta.url)),
    'utf8',
  );
  const used = new Set(keyPaths.map((path) => String(path.at(-1))));
  for (const {key, path} of documentedKeys) {
    expect({[path]: used.has(key)}).toEqual({[path]: true});
    expect({[path]: docs.includes(`| \`${path}\` |`)}).toEqual({[path]: true});
  }
});

test.each(keyPaths.map((path) => [pathText(path), path] as const))(
  '%s with a wrong value',
  (name, path) => {
    const message = messageOf(
      edited(path, (parent, key) => {
        parent[key] = typeof parent[key] === 'object' ? 17 : {nonsense: true};
      }),
    );
    expect(message).toMatch(/^suite\.json: /);
    expect(message).toContain(name);
  },
);

test.each(keyPaths.map((path) => [pathText(path), path] as const))('%s doubled', (name, path) => {
  const doubled = edited(path, (parent, key) => {
    const entries = Object.entries(parent);
    for (const own of Object.keys(parent)) delete parent[own];
    for (const [own, value] of entries) {
      parent[own] = value;
      if (own === key) parent['__TWICE__'] = value;
    }
  }).replace('"__TWICE__"', JSON.stringify(path.at(-1)));
  expect(duplicateKeys(doubled)).toEqual([name]);
  expect(messageOf(doubled)).toBe(`suite.json: ${name} is a duplicate key.`);
});

test.each(keyPaths.map((path) => [pathText(path), path] as const))('%s misspelt', (name, path) => {
  const key = String(path.at(-1));
  const parent = String(path.at(-2));
  // Events are free names: any word may be an event.
  const free = parent === 'margins' || parent === 'budgets';
  const misspelt = edited(path, (holder, own) => {
    holder[`${own} x`] = holder[own];
    delete holder[own];
  });
  expect(messageOf(misspelt)).toContain(`${pathText(path.slice(0, -1))}["${key} x"]`);
  expect(name).toContain(key);
  expect(messageOf(misspelt)).toContain(free ? 'is not the name of an event' : 'is not a key');
});

/** Keys without a default, and what the message names if they are missing. */
const required: Record<string, RegExp> = {
  schema: /schema is missing/,
  name: /name is missing/,
  workloads: /workloads is missing/,
  'workloads[0].workload': /workloads\[0\]\.workload is missing/,
  'workloads[0].before': /workloads\[0\]\.before is missing/,
  'workloads[0].after': /workloads\[0\]\.after is missing/,
  'workloads[0].budgets.cycles.maxRatio': /workloads\[0\]\.budgets\.cycles needs max or maxRatio/,
  'workloads[1].workload': /workloads\[1\]\.workload is missing/,
  'workloads[1].variant': /workloads\[1\]\.variant is missing/,
  'workloads[2].beforeCommand': /workloads\[2\]\.beforeCommand is missing/,
  'workloads[2].afterCommand': /workloads\[2\]\.afterCommand is missing/,
  'workloads[3].command': /workloads\[3\] needs one of/,
};

test.each(keyPaths.map((path) => [pathText(path), path] as const))('%s missing', (name, path) => {
  const message = messageOf(edited(path, (parent, key) => delete parent[key]));
  expect(message).toMatch(required[name] ?? /^no fault$/);
});

test.each([
  ['a trailing comma', '{"schema":"jitstat/suite/1",}', /is not JSON/],
  ['a list', '[]', /the document must be an object/],
  [
    'an unknown workload',
    text.replace('tailcall1', 'tailcal1'),
    /workloads\[0\]\.workload is wrong: There is no workload 'tailcal1'/,
  ],
  [
    'an unknown variant',
    text.replace('"before":"v58"', '"before":"v57"'),
    /workloads\[0\]\.before is wrong/,
  ],
  [
    'a negative time',
    text.replace('"seconds":60', '"seconds":-1'),
    /seconds must be a number from 0.01 to 86400, not -1/,
  ],
  [
    'half a repetition',
    text.replace('"repeat":1000,', '"repeat":1.5,'),
    /workloads\[0\]\.repeat must be a whole number/,
  ],
  ['an unknown check', text.replace('CPU governor', 'weather'), /refuseOn\[0\] is not a check/],
  [
    'an empty command',
    text.replace('"sort","a"', ''),
    /workloads\[2\]\.beforeCommand must not be empty/,
  ],
  [
    'an empty budget',
    text.replace('"max":1000000000,"maxRatio":1.05', ''),
    /budgets\.instructions needs max or maxRatio/,
  ],
  [
    'both forms of a workload',
    text.replace('"variant":"rfc1"', '"variant":"rfc1","before":"v58"'),
    /workloads\[1\] needs one of/,
  ],
  [
    'one name twice',
    text.replace('"name":"sort"', '"name":"tail calls"'),
    /workloads\[2\] is the second one called 'tail calls'/,
  ],
  [
    'an unknown placement',
    text.replace('"placement":"random"', '"placement":"anywhere"'),
    /placement is wrong/,
  ],
  [
    'a gate on a mistyped event',
    text.replace('"gate":["task-clock"]', '"gate":["taskclock"]'),
    /gate\[0\] is not among the events that are counted/,
  ],
  [
    'a margin of an event that is not counted',
    text.replace('"cycles":0.02', '"branches":0.02'),
    /margins\.branches is not among/,
  ],
  [
    'a budget of a mistyped event',
    text.replace('"budgets":{"cycles"', '"budgets":{"cycels"'),
    /workloads\[0\]\.budgets\.cycels is not among/,
  ],
  [
    'one event twice',
    text.replace('["task-clock","instructions",', '["task-clock","task-clock",'),
    /events\[1\] is a duplicate entry/,
  ],
])('%s', (_name, broken, message) => expect(messageOf(broken)).toMatch(message));
