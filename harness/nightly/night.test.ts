// Nights in a made-up world: what alerts, what does not, what is confirmed, silenced, refused,
// shortened and survives a kill.
import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {UserError} from '../../results/error.ts';
import {StoreError} from '../../results/error.ts';
import {readHistory, readNights, writeNight} from '../../results/history/index.ts';
import {finishSession, listSessions, newSessionId} from '../../results/store/index.ts';
import {testHost, testPlan, testSamples, testSession} from '../../results/testdata/session.ts';
import type {HostRecord, Session} from '../../results/types.ts';
import {frontPage} from './front-page.ts';
import type {MeasureTask, NightWorld} from './night-task.ts';
import {runNight} from './night.ts';
import {parseSuite} from './suite/suite.ts';

let store: string;
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), 'jitstat-night-'));
});
afterEach(() => rmSync(store, {recursive: true, force: true}));

const suiteOf = (more: object = {}) =>
  parseSuite(
    'suite.json',
    JSON.stringify({
      schema: 'jitstat/suite/1',
      name: 'test',
      seconds: 10,
      workloads: [
        {name: 'w', workload: 'tailcall1', before: 'v58', after: 'rfc1'},
        {name: 'x', workload: 'tailcall2', before: 'v58', after: 'rfc1'},
      ],
      ...more,
    }),
    '/',
    ['SMT'],
  );

/** How a made-up session turns out; `ratio` after / before of task-clock. */
interface Outcome {
  readonly ratio?: number;
  readonly verdict?: 'more' | 'less' | 'equal' | 'unsettled';
  readonly events?: Readonly<Record<string, number>>;
  readonly running?: number;
  readonly fails?: string;
  /** The store refuses. */
  readonly store?: true;
  readonly seconds?: number;
}

interface Script {
  readonly day?: number;
  readonly host?: Partial<HostRecord> | string;
  readonly badChecks?: readonly string[];
  /** Outcomes by workload (`aa` for the A/A), one a call; the last one repeats. */
  readonly outcomes?: Readonly<Record<string, readonly Outcome[]>>;
}

const night = async (script: Script = {}, suite = suiteOf()) => {
  let clock = Date.UTC(2026, 10, script.day ?? 22, 2);
  const calls: Record<string, number> = {};
  const tasks: MeasureTask[] = [];
  const measure = async (task: MeasureTask): Promise<Session> => {
    const {target} = task;
    tasks.push(task);
    const name =
      target.before === target.after
        ? 'aa'
        : target.kind === 'workload'
          ? target.workload
          : 'command';
    const outcomes = script.outcomes?.[name] ?? [{}];
    const outcome = outcomes[Math.min(calls[name] ?? 0, outcomes.length - 1)];
    calls[name] = (calls[name] ?? 0) + 1;
    clock += 1000 * (outcome.seconds ?? 5);
    if (outcome.fails !== undefined) throw new UserError(outcome.fails, 'fix it');
    if (outcome.store === true) throw new StoreError('x cannot be written.', 'make room');
    const samples = testSamples(
      clock % 2 ** 31,
      outcome.ratio ?? 1,
      outcome.events ?? {'task-clock': 12.5, 'page-faults': 120},
    );
    const made = testSession(
      {
        id: newSessionId(new Date(clock), 'abcd'),
        created: new Date(clock).toISOString(),
        night: task.night!,
        plan: {...testPlan, quads: 8, repeat: task.repeat},
        workload: name === 'aa' ? 'tailcall1' : name,
        host: {...testHost, ...(typeof script.host === 'object' ? script.host : {})},
      },
      samples,
      {'task-clock': outcome.verdict ?? 'equal'},
    );
    const rows = made.comparison!.rows.map((row) => ({
      ...row,
      before: {...row.before, running: outcome.running ?? 1},
    }));
    const session: Session =
      task.target.after === null
        ? {
            ...made,
            kind: 'run',
            after: null,
            comparison: null,
            summary: rows.map(({event, unit, before}) => ({event, unit, stats: before})),
          }
        : {...made, comparison: {...made.comparison!, rows}};
    await finishSession(store, session, samples);
    return session;
  };
  const world: NightWorld = {
    now: () => new Date(clock),
    host: async () => {
      if (typeof script.host === 'string') throw new UserError(script.host, 'install it');
      return {...testHost, ...script.host};
    },
    checks: () =>
      (script.badChecks ?? []).map((name) => ({
        name,
        status: 'bad',
        value: 'on',
        why: '',
        fix: null,
      })),
    measure,
    random: 'nnnn',
    progress: () => {},
  };
  const finished = await runNight(world, store, suite, testHost);
  const page = frontPage({...finished, history: readHistory(store), full: false});
  return {...finished, tasks, page, codes: finished.night.alerts.map(({code}) => code)};
};

const more: Outcome = {ratio: 1.06, verdict: 'more'};

test('two nights on an unchanged tree: no alert, one line', async () => {
  const first = await night({outcomes: {tailcall1: [more]}});
  const second = await night({day: 23, outcomes: {tailcall1: [more]}});
  expect([first.night.exitCode, second.night.exitCode]).toEqual([0, 0]);
  expect([...first.night.alerts, ...second.night.alerts]).toEqual([]);
  expect(first.page).toMatch(/first night, nothing to compare with/);
  expect(second.page).toMatch(
    /^jitstat 2026-11-23 lab1: no news; w differs as before \(2 workloads, A\/A quiet\)\.\n$/,
  );
  expect(first.tasks.length).toBe(3);
  expect(second.night.aa?.bad).toBe(false);
});

test('a new change alerts only when it shows again with twice the quads', async () => {
  await night();
  const noise = await night({day: 23, outcomes: {tailcall1: [more, {}]}});
  expect(noise.night.alerts).toEqual([]);
  expect(noise.night.workloads[0].confirm).toBeDefined();
  const real = await night({day: 24, outcomes: {tailcall1: [more]}});
  expect(real.codes).toEqual(['change-found']);
  expect(real.night.exitCode).toBe(1);
  expect(real.page).toMatch(/! w: task-clock \+[56]\.\d+ %/);
  const {plan} = [...real.sessions.values()][0];
  expect(real.tasks[2].size).toEqual({
    runs: 2 * plan.quads * 2 * plan.runsPerBlock,
    runsPerBlock: plan.runsPerBlock,
  });
  const known = await night({day: 25, outcomes: {tailcall1: [more]}});
  expect(known.night.alerts).toEqual([]);
});

test.each<[string, Outcome, number]>([
  ['more', more, 1],
  ['less', more, 0],
  ['less', {ratio: 0.94, verdict: 'less'}, 1],
  ['either', {ratio: 0.94, verdict: 'less'}, 1],
  ['new-more', more, 0],
  ['never', more, 0],
])('a first night with failOn %s (%j) ends with %i', async (failOn, outcome, exitCode) => {
  const {night: record} = await night({outcomes: {tailcall2: [outcome]}}, suiteOf({failOn}));
  expect(record.exitCode).toBe(exitCode);
});

test('a bad A/A silences measured changes and says which', async () => {
  await night();
  const silenced = await night({day: 23, outcomes: {aa: [more], tailcall1: [more]}});
  expect(silenced.codes).toEqual(['bad-aa']);
  expect(silenced.night.exitCode).toBe(0);
  expect(silenced.night.alerts[0].text).toMatch(/silenced: w: task-clock/);
  const once = await night({day: 24, outcomes: {aa: [more, {}], tailcall1: [more]}});
  expect(once.codes).toEqual(['change-found']);
});

test('what a night without an A/A, or one that was killed, found is still new the night after', async () => {
  await night();
  const without = await night({day: 23, outcomes: {aa: [{fails: 'no A/A'}], tailcall1: [more]}});
  expect(without.codes).toEqual(['bad-aa']);
  const killed = await night({day: 24, outcomes: {tailcall1: [more]}});
  expect(killed.codes).toEqual(['change-found']);
  writeNight(store, {
    ...killed.night,
    status: 'unfinished',
    alerts: [],
    owner: {pid: 4194304, start: 1},
  });
  expect((await night({day: 25, outcomes: {tailcall1: [more]}})).codes).toContain('change-found');
});

test('a store that cannot be written ends the night with a message', async () => {
  await night();
  await expect(night({day: 23, outcomes: {tailcall1: [{store: true}]}})).rejects.toThrow(
    /cannot be written/,
  );
});

test(
  'a workload that fails, one that is gone, events no longer counted or counted for less ' +
    'of the time',
  async () => {
    await night();
    const failed = await night({
      day: 23,
      outcomes: {tailcall1: [{fails: 'block 3: wrong return value'}]},
    });
    expect(failed.night.alerts).toMatchObject([
      {code: 'missing-workload', gate: true, workload: 'w'},
    ]);
    expect(failed.night.exitCode).toBe(1);
    const gone = await night(
      {day: 24},
      suiteOf({workloads: [{name: 'w', workload: 'tailcall1', before: 'v58', after: 'rfc1'}]}),
    );
    expect(gone.codes).toEqual(['missing-workload']);
    expect(gone.night.exitCode).toBe(0);
    const uncounted = await night({
      day: 25,
      outcomes: {tailcall1: [{events: {'task-clock': 12.5}}]},
    });
    expect(uncounted.night.alerts).toMatchObject([
      {code: 'not-counted', event: 'page-faults', workload: 'w'},
    ]);
    const shorter = await night({day: 26, outcomes: {tailcall1: [{running: 0.4}]}});
    expect(shorter.codes).toEqual(
      ['running-dropped', 'running-dropped'].slice(0, shorter.codes.length),
    );
    expect(shorter.codes.length).toBeGreaterThan(0);
  },
);

test('an entry that measures something else under its old name starts anew', async () => {
  await night();
  const twice = suiteOf({repeat: 2000});
  const changed = await night({day: 23, outcomes: {tailcall1: [more]}}, twice);
  expect(changed.codes).toEqual([]);
  const next = await night(
    {day: 24, outcomes: {tailcall1: [{ratio: 1.12, verdict: 'more'}]}},
    twice,
  );
  expect(next.codes).toEqual(['change-found']);
});

test('a budget of an event that is not counted is said every night', async () => {
  for (const day of [22, 23]) {
    const {night: record} = await night({day}, suiteOf({budgets: {branches: {maxRatio: 1.1}}}));
    expect(record.alerts).toMatchObject([
      {code: 'not-counted', gate: false, workload: 'w', event: 'branches'},
      {code: 'not-counted', gate: false, workload: 'x', event: 'branches'},
    ]);
  }
});

test('host and perf changes are alerts of their own and marks on the series', async () => {
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

test('a refused night is recorded with its reason, marks the series, and the next night tells', async () => {
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

test(
  'the time of the night is kept by shortening all, what preparing costs included, and it ' +
    'is said',
  async () => {
    const {night: record, tasks} = await night(
      {outcomes: {aa: [{seconds: 9}], tailcall1: [{seconds: 9}], tailcall2: [{seconds: 9}]}},
      suiteOf({time: 30}),
    );
    const shares = tasks.map(({seconds}) => Math.round(10 * seconds) / 10);
    expect(shares).toEqual([7.2, 7, 7]);
    expect(record.notes.find((note) => note.startsWith('to keep'))).toBe(
      'to keep 30 s, workloads were measured for 6.9 s instead of 10 s each',
    );
    const slow = await night(
      {day: 23, outcomes: {tailcall1: [{seconds: 60}]}},
      suiteOf({time: 24}),
    );
    expect(slow.night.alerts).toMatchObject([
      {
        code: 'missing-workload',
        workload: 'x',
        text: 'x was not measured: the time of the night was used up',
        gate: false,
      },
    ]);
  },
);

test('a tight limit plans fewer workloads, says which, lets them take turns, and gates nothing', async () => {
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
  // Nothing is left two nights in a row.
  expect(turns.map(([name]) => name)).toEqual(['flow_dissector', 'tailcall2', 'flow_dissector']);
});

test('SIGKILL at random moments: nothing finished is lost, and the next night reports it', async () => {
  const script = join(store, 'night.mjs');
  const here = (name: string): string =>
    JSON.stringify(fileURLToPath(new URL(name, import.meta.url)));
  await build({
    stdin: {
      contents: `
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
      resolveDir: store,
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: script,
    logLevel: 'error',
    banner: {
      js: "import {createRequire} from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
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
