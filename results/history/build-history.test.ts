// History of a made-up year from recorded sessions: planted steps are found where they were
// planted, gaps and marks are shown.
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {decodeRuns} from '../store/runs-file.ts';
import {finishSession} from '../store/session.ts';
import {testSamples, testSession} from '../testdata/session.ts';
import type {RealSession, YearPlan} from '../testdata/year.ts';
import {dateOf, yearOf} from '../testdata/year.ts';
import type {Session} from '../types.ts';
import {buildHistory, readHistory} from './build-history.ts';
import type {HistorySeries, Night, Note} from './types.ts';

const recorded = (name: string): RealSession => {
  const read = (file: string) => readFileSync(new URL(`../testdata/real/${file}`, import.meta.url));
  return {
    session: JSON.parse(read(`${name}.json`).toString()) as Session,
    samples: decodeRuns(read(`${name}.runs.json.gz`)).samples,
  };
};

const plan: YearPlan = {
  seed: 11,
  begin: '2026-01-01',
  nights: 150,
  noise: 0.005,
  spikeShare: 0.03,
  steps: [{workload: 'tailcall1', at: 60, factor: 1.02, sides: [1]}],
  spikingRuns: {workload: 'tailcall1', at: 120},
  gaps: [20, 21, 90],
  microcode: {at: 100, value: '0x99', factor: 1.03},
};
const notes: Note[] = [
  {schema: 'jitstat/note/1', date: '2026-04-11', text: 'new microcode'},
  {schema: 'jitstat/note/1', date: '2026-01-05', text: 'elsewhere', machine: 'lab9'},
];
const refused = {
  status: 'refused',
  reason: 'too hot',
  night: dateOf(plan, 90),
  machine: 'demo',
} as Night;
const history = buildHistory(
  [...yearOf([recorded('tailcall1')], plan)].map(({session}) => session),
  notes,
  [refused],
);
const of = (side: string, event: string): HistorySeries =>
  history.series.find((series) => series.side === side && series.event === event)!;

test(
  'the planted step is on its own side and on the ratio, the microcode on both sides and ' +
    'not on the ratio',
  () => {
    const nightsOf = (series: HistorySeries): number[] =>
      series.changes.map(({night}) =>
        Math.round((Date.parse(night) - Date.parse(plan.begin)) / 86_400_000),
      );
    const near = (found: number[], planted: number[]): boolean =>
      found.length === planted.length &&
      found.every((night, index) => Math.abs(night - planted[index]) <= 2);
    for (const [side, planted] of [
      ['v58', [100]],
      ['rfc1', [60, 100]],
      ['v58 -> rfc1', [60]],
    ] as const) {
      expect({
        side,
        found: nightsOf(of(side, 'task-clock')),
        near: near(nightsOf(of(side, 'task-clock')), [...planted]),
      }).toMatchObject({side, near: true});
    }
    const [step] = of('v58 -> rfc1', 'task-clock').changes;
    expect(step.ratio).toBeCloseTo(1.02, 2);
    expect(step.sessionBefore < step.sessionAfter).toBe(true);
  },
);

test('counts that stay the same have no change points, and neither do counts that are 2 or 3', () => {
  for (const event of ['page-faults', 'context-switches', 'cpu-migrations'])
    expect({event, changes: of('rfc1', event).changes}).toEqual({event, changes: []});
});

test('the share of spiking runs is a separate series', () => {
  const [change, ...more] = of('rfc1', 'task-clock').spikeChanges;
  expect(more).toEqual([]);
  expect(
    Math.abs(Date.parse(change.night) - Date.parse(dateOf(plan, 120))) / 86_400_000,
  ).toBeLessThanOrEqual(2);
  expect(of('v58', 'task-clock').spikeChanges).toEqual([]);
});

test('gaps have no point, whole nights that spike are flagged, segments cover all points', () => {
  const series = of('rfc1', 'task-clock');
  expect(series.points.length).toBe(147);
  expect(series.points.filter(({spike}) => spike).length).toBeGreaterThan(0);
  for (const {spike, value} of series.points) if (value! > 2 * 2.6) expect(spike).toBe(true);
  expect(series.segments.map(({from}) => from)).toEqual([
    0,
    ...series.changes.map(({index}) => index),
  ]);
  expect(series.segments.map(({to}) => to)).toEqual([
    ...series.changes.map(({index}) => index - 1),
    146,
  ]);
  for (const {level, low, high} of series.segments)
    expect(low! < level! && level! < high!).toBe(true);
});

test('marks: notes of this machine, host changes, refused nights', () => {
  expect(of('rfc1', 'task-clock').marks).toEqual([
    {night: dateOf(plan, 90), kind: 'refused', text: 'too hot'},
    {night: '2026-04-11', kind: 'note', text: 'new microcode'},
    {night: dateOf(plan, 100), kind: 'host', text: 'microcode 0x1000065 -> 0x99'},
  ]);
});

const at = (day: number, more: Partial<Session> = {}, samples = testSamples(day)): Session =>
  testSession(
    {
      id: `202601${String(day).padStart(2, '0')}-020000000-aaaa`,
      created: `2026-01-${String(day).padStart(2, '0')}T02:00:00.000Z`,
      night: `n${day}`,
      ...more,
    },
    samples,
  );

test('machines are never mixed, even if they share a name', () => {
  const other = {...at(2).host, id: 'ffffffffffff', cpu: 'Other CPU'};
  const series = buildHistory([at(1), at(2, {host: other}), at(3)], [], []).series.filter(
    ({event, side}) => event === 'cycles' && side === 'v58',
  );
  expect(series.map(({machine, points}) => [machine, points.length])).toEqual([
    ['lab1 (h01234)', 2],
    ['lab1 (ffffff)', 1],
  ]);
});

test(
  'an event that is not counted, and a refused session, leave a point without a value that ' +
    'says why',
  () => {
    const without = at(
      2,
      {notCounted: [{event: 'cycles', status: 'not-counted', reason: 'the counter was taken'}]},
      testSamples(2, 1, {'task-clock': 12.5}),
    );
    const gone = at(3, {status: 'refused', reason: 'block 2: crashed', comparison: null});
    const [series] = buildHistory([at(1), without, gone, at(4)], [], []).series.filter(
      ({event, side}) => event === 'cycles' && side === 'rfc1',
    );
    expect(series.points.map(({value, reason}) => [value === null, reason])).toEqual([
      [false, undefined],
      [true, 'the counter was taken'],
      [true, 'block 2: crashed'],
      [false, undefined],
    ]);
  },
);

test('the confirming session of a night counts; an A/A gives a ratio and no levels', () => {
  const aa = at(1, {id: '20260101-010000000-aaaa', after: {...at(1).before}});
  const confirm = at(1, {id: '20260101-030000000-aaaa'});
  const {series} = buildHistory([aa, at(1), confirm, at(2)], [], []);
  const level = series.find(({key}) => key === 'tailcall1/v58/level/cycles@lab1')!;
  expect(level.points.map(({session}) => session)).toEqual([
    '20260101-030000000-aaaa',
    '20260102-020000000-aaaa',
  ]);
  expect(
    series.find(({side, event}) => side === 'v58 -> v58' && event === 'cycles')?.points.length,
  ).toBe(1);
});

test('exact counts change when they differ, and an image change is a mark', () => {
  const exact = (day: number, count: number, imageHash: string): Session =>
    ((session) => ({
      ...session,
      comparison: {
        ...session.comparison!,
        rows: session.comparison!.rows.map((row) => ({
          ...row,
          kind: 'exact' as const,
          event: 'callgrind/instructions/',
          unit: '',
          after: {...row.after, median: count, mean: count},
        })),
      },
    }))(
      at(
        day,
        {after: {label: 'after', variant: 'rfc1', imageHash}},
        testSamples(day, 1, {cycles: 1}),
      ),
    );
  const [series] = buildHistory(
    [exact(1, 500, 'aaaaaaaaaa'), exact(2, 500, 'aaaaaaaaaa'), exact(3, 501, 'bbbbbbbbbb')],
    [],
    [],
  ).series.filter(({side, measure}) => side === 'rfc1' && measure === 'level');
  expect(series.changes).toMatchObject([{index: 2, before: 500, after: 501, night: '2026-01-03'}]);
  expect(series.marks).toEqual([
    {night: '2026-01-03', kind: 'image', text: 'image aaaaaaaa -> bbbbbbbb'},
  ]);
});

test('runs with a different repeat are a different series', () => {
  const nights = ['01', '02'].flatMap((day) =>
    [1000, 100_000].map((repeat, at) =>
      testSession(
        {
          id: `202601${day}-0${at}0000000-aaaa`,
          created: `2026-01-${day}T0${at}:00:00.000Z`,
          night: `n${day}`,
          plan: {...testSession().plan, repeat},
        },
        testSamples(1, 1, {'task-clock': repeat}),
      ),
    ),
  );
  const levels = buildHistory(nights, [], []).series.filter(({side}) => side === 'v58');
  expect(levels.map(({workload, points}) => [workload, points.length])).toEqual([
    ['tailcall1 (repeat 1000)', 2],
    ['tailcall1 (repeat 100000)', 2],
  ]);
  for (const {points} of levels) expect(points[0].value).toBe(points[1].value);
});

test('read from a store, a history is that of its nightly sessions, whole or of one event', async () => {
  const store = mkdtempSync(join(tmpdir(), 'jitstat-history-'));
  const {night: _night, ...byHand} = at(9);
  const nights = [at(1), at(2, {after: {...at(2).before}}), at(3)];
  try {
    for (const session of [...nights, byHand]) await finishSession(store, session, null);
    expect(readHistory(store)).toEqual(buildHistory(nights, [], []));
    expect(readHistory(store, {all: true})).toEqual(buildHistory([...nights, byHand], [], []));
    expect(readHistory(store, {event: 'cycles'}).series).toEqual(
      buildHistory(nights, [], []).series.filter(({event}) => event === 'cycles'),
    );
    expect(readHistory(store, {machine: 'lab9'}).series).toEqual([]);
  } finally {
    rmSync(store, {recursive: true});
  }
});
