// Finished sessions: what is written comes back; damage is named and skipped; references are found
// or explained.
import {execFileSync} from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {testSamples, testSession} from '../testdata/session.ts';
import {writing} from './durable.ts';
import {defaultStore} from './default-store.ts';
import {newSessionId} from './store-layout.ts';
import {finishSession, listSessions, loadSession} from './session.ts';

let store: string;
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), 'jitstat-store-'));
});
afterEach(() => rmSync(store, {recursive: true}));

const ids = ['20261122-093000000-aaaa', '20261122-093000000-aabb', '20261123-093000000-cccc'];
const fill = async (): Promise<string[]> =>
  Promise.all(ids.map((id) => finishSession(store, testSession({id}), testSamples())));

test('a session comes back as it was, with NaN for what was not counted', async () => {
  const samples = testSamples();
  samples.events[1].value[5] = NaN;
  const session = testSession({
    placements: [{text: 'fixed:0', side: 'before', addresses: {main: '0x10000'}}],
  });
  const folder = await finishSession(store, session, samples, testSamples(2));
  const loaded = await loadSession(store, session.id);
  expect(loaded).toEqual({session, samples, aaSamples: testSamples(2), folder, checked: true});
  expect(folder).toBe(join(store, 'data', 'lab1', '2026', '11', session.id));
});

test('a finished session is never rewritten, and nothing stays in tmp', async () => {
  const folder = await finishSession(store, testSession(), testSamples());
  const before = readFileSync(join(folder, 'session.json'));
  const late = testSession({warnings: [{code: 'late', text: 'late'}]});
  await expect(finishSession(store, late, testSamples(3))).rejects.toThrow(/is finished already/);
  expect(readFileSync(join(folder, 'session.json'))).toEqual(before);
  expect(readdirSync(join(store, 'tmp'))).toEqual([]);
});

test('what a dead process left in tmp is swept, what a living one has there stays', async () => {
  mkdirSync(join(store, 'tmp', '4194303-1.0'), {recursive: true});
  mkdirSync(join(store, 'tmp', `${process.ppid}-x.0`), {recursive: true});
  await finishSession(store, testSession(), testSamples());
  expect(readdirSync(join(store, 'tmp'))).toEqual([`${process.ppid}-x.0`]);
});

test('references: id, prefix, last, folder, file', async () => {
  const folders = await fill();
  for (const [ref, index] of [
    [ids[0], 0],
    ['20261123', 2],
    ['last', 2],
    [folders[1], 1],
    [join(folders[1], 'session.json'), 1],
  ] as const) {
    expect((await loadSession(store, ref)).session.id).toBe(ids[index]);
  }
});

test.each([
  ['20261122-09', /fits 2 sessions/],
  ['2027', /no session '2027'/],
  ['./nowhere', /not the folder of a session/],
])('reference %s is explained', async (ref, message) => {
  await fill();
  await expect(loadSession(store, ref)).rejects.toThrow(message);
});

test('an empty store says how to fill it', () =>
  expect(loadSession(store, 'last')).rejects.toThrow(/no sessions/));

test('a link that leads nowhere hides nothing next to it', async () => {
  const session = testSession();
  const folder = await finishSession(store, session, testSamples());
  symlinkSync('self', join(folder, '..', 'self'));
  symlinkSync(join(folder, 'session.json', 'below'), join(folder, '..', 'below'));
  const {entries, problems} = listSessions(store);
  expect(entries.map(({id}) => id)).toEqual([session.id]);
  expect(problems.map(({path}) => path.split('/').at(-1)).sort()).toEqual(['below', 'self']);
});

test('damaged and foreign files are named and skipped', async () => {
  const folders = await fill();
  writeFileSync(
    join(folders[0], 'session.json'),
    readFileSync(join(folders[0], 'session.json')).subarray(0, 200),
  );
  writeFileSync(join(folders[1], 'session.json'), '{"schema":"jitstat/session/9"}');
  writeFileSync(join(store, 'data', 'notes.txt'), 'x');
  mkdirSync(join(store, 'data', 'lab1', '2026', '11', 'holiday-pictures'));
  mkdirSync(join(store, 'data', 'lab1', '2026', '11', '20261124-093000000-dddd'));
  const {entries, problems} = listSessions(store);
  expect(entries.map((entry) => entry.id)).toEqual([ids[2]]);
  expect(problems.map((problem) => problem.path.slice(store.length + 1)).sort()).toEqual([
    'data/lab1/2026/11/20261122-093000000-aaaa/session.json',
    'data/lab1/2026/11/20261122-093000000-aabb/session.json',
    'data/lab1/2026/11/20261124-093000000-dddd/session.json',
    'data/lab1/2026/11/holiday-pictures',
    'data/notes.txt',
  ]);
});

test.each([
  ['a pipe', (file: string) => execFileSync('mkfifo', [file]), /not a regular file/],
  ['a folder', (file: string) => mkdirSync(file), /not a regular file/],
  ['a link to itself', (file: string) => symlinkSync('session.json', file), /ELOOP/],
  [
    'a file of 2 GB',
    (file: string) => {
      writeFileSync(file, '');
      truncateSync(file, 2 ** 31);
    },
    /more than a store holds/,
  ],
  ['null', (file: string) => writeFileSync(file, 'null'), /not an object/],
  [
    'a session without host id',
    (file: string) => write(file, {host: {name: 'lab1'}}),
    /its host\.id is missing/,
  ],
  [
    'a session of no date',
    (file: string) => write(file, {created: 'soon'}),
    /its created is not a date/,
  ],
  [
    'a session with a damaged summary',
    (file: string) => write(file, {summary: [{}]}),
    /its summary\[0\]\.event is missing/,
  ],
  [
    'a session without plan',
    (file: string) => write(file, {plan: null}),
    /its plan is null, not Object/,
  ],
] as const)('%s in the place of session.json is named and skipped', async (_, make, message) => {
  const [folder] = await fill();
  rmSync(join(folder, 'session.json'));
  make(join(folder, 'session.json'));
  const {entries, problems} = listSessions(store);
  expect(entries.map((entry) => entry.id)).toEqual(ids.slice(1));
  expect(problems.map(({text}) => text)).toEqual([expect.stringMatching(message)]);
});

const whole = testSession().comparison!;

test.each([
  ['comparison', {}, /its comparison\.schema is missing/],
  ['rows', {...whole, rows: [null]}, /its comparison\.rows\[0\] is null/],
  ['a row', {...whole, rows: [{event: 'cycles'}]}, /its comparison\.rows\[0\]\.unit is missing/],
  [
    'a verdict',
    {...whole, rows: [{...whole.rows[0], verdict: 'maybe'}]},
    /its comparison\.rows\[0\]\.verdict is "maybe", not "more" or "less" or "equal"/,
  ],
  [
    'a verdict that is not a word',
    {...whole, rows: [{...whole.rows[0], verdict: '"><img src=x>'}]},
    /its comparison\.rows\[0\]\.verdict is a text of 13 characters, not "more" or "less"/,
  ],
  [
    'a spike',
    {
      ...whole,
      rows: [{...whole.rows[0], spikes: {before: [{run: 1, value: 2, times: 'x'}], after: []}}],
    },
    /its comparison\.rows\[0\]\.spikes\.before\[0\]\.times is "x", not number/,
  ],
])('damaged figures (%s) are said when they are read', async (_, comparison, message) => {
  const [folder] = await fill();
  write(join(folder, 'session.json'), {comparison});
  expect(() => listSessions(store).entries[0].session).toThrow(message);
});

const write = (file: string, parts: object): void =>
  writeFileSync(file, JSON.stringify({...testSession({id: ids[0]}), ...parts}));

test('damaged runs are a mistake the user can fix; a summary without runs loads', async () => {
  const [first, second] = await fill();
  writeFileSync(join(first, 'runs.json.gz'), 'no gzip');
  await expect(loadSession(store, ids[0])).rejects.toThrow(/runs.json.gz is damaged/);
  rmSync(join(second, 'runs.json.gz'));
  expect((await loadSession(store, ids[1])).samples).toBeNull();
});

test('the list reads heads; figures are read when asked for', async () => {
  const [first, second] = await fill();
  const pretty = JSON.stringify(testSession({id: ids[0]}), null, 2);
  writeFileSync(join(first, 'session.json'), pretty);
  const lines = Object.entries(testSession({id: ids[1]})).map(
    ([key, value]) => `"${key}": ${JSON.stringify(value)}`,
  );
  const broken = `{\n${lines.join(',\n')}\n}\n`.replace('"rows":[', '"rows":[oops');
  writeFileSync(join(second, 'session.json'), broken);
  const {entries, problems} = listSessions(store);
  expect(problems).toEqual([]);
  expect(entries.map(({id}) => id)).toEqual(ids);
  expect(entries.map(({checked}) => checked)).toEqual([false, false, true]);
  expect(entries[0].session).toEqual(testSession({id: ids[0]}));
  expect(() => entries[1].session).toThrow(/session.json is damaged/);
  expect(entries[2].session.comparison?.rows.length).toBe(4);
  expect(entries[2].head).toMatchObject({id: ids[2], workload: 'tailcall1', status: 'finished'});
});

test('a refused session has no runs and is listed', async () => {
  await finishSession(
    store,
    testSession({status: 'refused', reason: 'governor powersave', comparison: null}),
    null,
  );
  const {entries, problems} = listSessions(store);
  expect(entries.map(({head}) => head.reason)).toEqual(['governor powersave']);
  expect(problems).toEqual([]);
});

test('ids sort by time; the store is named by JITSTAT_STORE or is in the working folder', () => {
  const times = [
    '2026-01-02T03:04:05.006Z',
    '2026-01-02T03:04:05.017Z',
    '2026-11-22T00:00:00.000Z',
  ];
  const made = times.map((time) => newSessionId(new Date(time), 'zz'));
  expect(made[0]).toBe('20260102-030405006-zz');
  expect(made.toSorted()).toEqual(made);
  expect(defaultStore('/home/me', {})).toBe('/home/me/jitstat-store');
  expect(defaultStore('/home/me', {JITSTAT_STORE: 'x'})).toBe('/home/me/x');
});

test("a full disk is the user's to fix, anything else is not; nothing stays in tmp", async () => {
  const failing = (code: string) => () =>
    writing('/store/x', () => {
      throw Object.assign(new Error('write failed'), {code});
    });
  expect(failing('ENOSPC')).toThrow(
    expect.objectContaining({
      name: 'UserError',
      message: '/store/x cannot be written (write failed).',
      hint: expect.stringMatching(/^Make room on the disk/),
    }),
  );
  expect(failing('EIO')).toThrow(expect.objectContaining({name: 'Error', code: 'EIO'}));
  writeFileSync(join(store, 'data'), 'in the way');
  await expect(finishSession(store, testSession(), testSamples())).rejects.toThrow(/data/);
  expect(readdirSync(join(store, 'tmp'))).toEqual([]);
});
