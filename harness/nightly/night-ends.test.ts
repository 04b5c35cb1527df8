// The course of nights in a made-up world: changed hosts, refusals, budgets, limits, kills.
import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {bundleScript} from '../../results/testdata/bundle-script.ts';
import {readHistory, readNights, writeNight} from '../../results/history/index.ts';
import {listSessions} from '../../results/store/index.ts';
import type {Script} from './made-up-night.fixture.ts';
import {playNight, suiteOf} from './made-up-night.fixture.ts';

let store: string;
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), 'jitstat-night-'));
});
afterEach(() => rmSync(store, {recursive: true, force: true}));

const night = (script: Script = {}, suite?: ReturnType<typeof suiteOf>) =>
  playNight(store, script, suite);

test('changes of host and perf are separate alerts, and marks on the series', async () => {
  await night();
  const changed = await night({day: 23, host: {microcode: '0x2', perf: '6.12'}});
  expect(changed.night.alerts.map(({text}) => text)).toEqual([
    'the host changed: microcode 0x1 -> 0x2',
    'perf changed: 6.1.0 -> 6.12',
  ]);
  expect(readHistory(store).series[0].marks).toEqual([
    {night: '2026-11-23', kind: 'host', text: 'microcode 0x1 -> 0x2, perf 6.1.0 -> 6.12'},
  ]);
});

test('a refused night is recorded with its reason; the series and the next night show it', async () => {
  await night();
  const refused = await night({day: 23, badChecks: ['SMT']}, suiteOf({refuseOn: ['SMT']}));
  expect(refused.night).toMatchObject({
    status: 'refused',
    reason: 'SMT: on',
    exitCode: 2,
    workloads: [],
  });
  expect(refused.page).toMatch(/REFUSED: SMT: on/);
  expect((await night({day: 24, host: 'perf is not installed'})).night).toMatchObject({
    status: 'refused',
    reason: 'perf is not installed',
    exitCode: 2,
  });
  const next = await night({day: 25});
  expect(next.codes).toEqual(['refused-night', 'refused-night']);
  expect(next.night.exitCode).toBe(0);
  expect(readHistory(store).series[0].marks.map(({kind}) => kind)).toEqual(['refused', 'refused']);
  expect((await night({day: 26})).night.alerts).toEqual([]);
});

test('a second night on the machine is refused while one runs, and leaves no record', async () => {
  const {night: first} = await night();
  writeNight(store, {
    ...first,
    id: '20261122-030000000-zzzz',
    status: 'unfinished',
    owner: {pid: process.ppid, start: null},
  });
  await expect(night({day: 23})).rejects.toThrow(/Another night runs in this store/);
  expect(readNights(store).nights.length).toBe(2);
});

test('budgets alert when they are proven to be exceeded', async () => {
  const suite = suiteOf({
    budgets: {'task-clock': {max: 12, maxRatio: 1.5}, 'page-faults': {max: 1000}},
    gate: [],
  });
  const {night: record} = await night({}, suite);
  expect(record.alerts).toMatchObject([
    {code: 'budget-exceeded', workload: 'w', event: 'task-clock', gate: true},
    {code: 'budget-exceeded', workload: 'x'},
  ]);
  expect(record.alerts[0].text).toMatch(/w: task-clock 12\.\d+ a run, the budget is 12;/);
  expect(record.exitCode).toBe(1);
});

test(
  'one side against its own history needs eight nights, then a step of 6 % alerts and ' +
    'noise does not',
  async () => {
    const suite = suiteOf({workloads: [{name: 'w', workload: 'tailcall1', variant: 'rfc1'}]});
    for (let day = 1; day <= 9; day++) expect((await night({day}, suite)).night.alerts).toEqual([]);
    const slower = await night(
      {day: 10, outcomes: {tailcall1: [{events: {'task-clock': 13.25, 'page-faults': 120}}]}},
      suite,
    );
    expect(slower.night.alerts).toMatchObject([
      {code: 'change-found', event: 'task-clock', gate: true},
    ]);
    expect(slower.night.alerts[0].text).toMatch(/against the level of 9 nights/);
  },
);

test('the limit of the night is kept by shortening all sessions, and the record says so', async () => {
  const {night: record, tasks} = await night(
    {outcomes: {aa: [{seconds: 9}], tailcall1: [{seconds: 9}], tailcall2: [{seconds: 9}]}},
    suiteOf({time: 30}),
  );
  const shares = tasks.map(({seconds}) => Math.round(10 * seconds) / 10);
  expect(shares).toEqual([7.2, 7, 7]);
  expect(record.notes.find((note) => note.startsWith('to keep'))).toBe(
    'to keep 30 s, workloads were measured for 6.9 s instead of 10 s each',
  );
  const slow = await night({day: 23, outcomes: {tailcall1: [{seconds: 60}]}}, suiteOf({time: 24}));
  expect(slow.night.alerts).toMatchObject([
    {
      code: 'missing-workload',
      workload: 'x',
      text: 'x was not measured: the time of the night was used up',
      gate: false,
    },
  ]);
});

test('with a tight limit fewer workloads are planned and named, take turns, and do not gate', async () => {
  const three = suiteOf({
    time: 20,
    workloads: ['tailcall1', 'tailcall2', 'flow_dissector'].map((workload) => ({
      name: workload,
      workload,
      before: 'v58',
      after: 'rfc1',
    })),
  });
  const turns: string[][] = [];
  for (const day of [22, 23, 24]) {
    const {night: record} = await night({day}, three);
    expect([record.exitCode, record.alerts]).toEqual([0, []]);
    const left = record.workloads.filter(({session}) => session === null);
    expect(left.map(({reason}) => reason)).toEqual(['left for another night']);
    expect(record.notes).toContain(
      `to keep 20 s, 2 of 3 workloads were planned; left for another night: ${left[0].name}`,
    );
    turns.push(left.map(({name}) => name));
  }
  // No workload is left out two nights in a row.
  expect(turns.map(([name]) => name)).toEqual(['flow_dissector', 'tailcall2', 'flow_dissector']);
});

test('SIGKILL at random moments: no finished session is lost, and the next night reports it', async () => {
  const here = (name: string): string =>
    JSON.stringify(fileURLToPath(new URL(name, import.meta.url)));
  const script = await bundleScript(
    store,
    `
        import {runNight} from ${here('./night.ts')};
        import {parseSuite} from ${here('./suite/suite.ts')};
        import {createJournal, finishSession, newSessionId} from ${here('../../results/store/index.ts')};
        import {testHost, testPlan, testSamples, testSession} from ${here(
          '../../results/testdata/session.ts',
        )};
        const suite = parseSuite('s', JSON.stringify({
          schema: 'jitstat/suite/1', name: 'test', workloads: Array.from({length: 50}, (_, i) => (
            {name: 'w' + i, workload: 'tailcall1', before: 'v58', after: 'rfc1'}))}), '/', []);
        let count = 0;
        const measure = async (task) => {
          const id = newSessionId(new Date(), String(count++).padStart(4, '0'));
          const session = testSession({id, created: new Date().toISOString(), night: task.night});
          const journal = createJournal(process.argv[2], {
            schema: 'jitstat/journal/1', id, created: session.created, kind: 'ab', workload: 'tailcall1',
            before: session.before, after: session.after, host: testHost, plan: testPlan, commands: {},
            notCounted: [], night: task.night,
          });
          await new Promise((resolve) => setTimeout(resolve, 2));
          journal.close();
          await finishSession(process.argv[2], session, testSamples());
          process.stdout.write(id + '\\n');
          return session;
        };
        await runNight({now: () => new Date(), host: async () => testHost, checks: () => [], measure,
          random: 'rrrr', progress: () => {}}, process.argv[2], suite, testHost);`,
  );
  for (const wait of [1, 9, 24, 47]) {
    const folder = join(store, `kill-${wait}`);
    const child = spawn(process.execPath, [script, folder], {stdio: ['ignore', 'pipe', 'inherit']});
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    while (said === '') await sleep(2);
    await sleep(wait);
    const closed = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await closed;
    const finished = said.split('\n').slice(0, -1);
    const {entries, problems} = listSessions(folder);
    expect(problems).toEqual([]);
    expect(entries.map(({id}) => id)).toEqual(expect.arrayContaining(finished));
    const [killed] = readNights(folder).nights;
    expect(killed.status).toBe('unfinished');
    store = join(folder);
    const next = await night();
    expect(next.codes.filter((code) => code === 'unfinished-night').length).toBe(1);
    store = join(folder, '..');
  }
});
