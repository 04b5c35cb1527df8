// What nights in a made-up world find: what alerts, what is confirmed or silenced, and what is
// still new later.
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {writeNight} from '../../results/history/index.ts';
import type {Outcome, Script} from './made-up-night.fixture.ts';
import {playNight, suiteOf} from './made-up-night.fixture.ts';

let store: string;
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), 'jitstat-night-'));
});
afterEach(() => rmSync(store, {recursive: true, force: true}));

const night = (script: Script = {}, suite?: ReturnType<typeof suiteOf>) =>
  playNight(store, script, suite);
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

test('a new change alerts only if it shows again with twice the quads', async () => {
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

test('a bad A/A silences measured changes, and the alert names them', async () => {
  await night();
  const silenced = await night({day: 23, outcomes: {aa: [more], tailcall1: [more]}});
  expect(silenced.codes).toEqual(['bad-aa']);
  expect(silenced.night.exitCode).toBe(0);
  expect(silenced.night.alerts[0].text).toMatch(/silenced: w: task-clock/);
  const once = await night({day: 24, outcomes: {aa: [more, {}], tailcall1: [more]}});
  expect(once.codes).toEqual(['change-found']);
});

test('findings of a night without an A/A, or of a killed one, are still new the night after', async () => {
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
  'a workload that fails, one that is gone, events no longer counted or counted less ' +
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

test('an entry that measures something else under its old name starts a new series', async () => {
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

test('a budget of an event that is not counted is reported every night', async () => {
  for (const day of [22, 23]) {
    const {night: record} = await night({day}, suiteOf({budgets: {branches: {maxRatio: 1.1}}}));
    expect(record.alerts).toMatchObject([
      {code: 'not-counted', gate: false, workload: 'w', event: 'branches'},
      {code: 'not-counted', gate: false, workload: 'x', event: 'branches'},
    ]);
  }
});
