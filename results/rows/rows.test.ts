// Row-makers on small samples whose rows can be written down by hand.
import {describe, expect, test} from 'vitest';
import type {Samples, Session} from '../types.ts';
import {aaRates, aaTables} from './calibration-rows.ts';
import {ecdfSteps} from './ecdf-rows.ts';
import {matrixCells} from './matrix-cells.ts';
import {placementRows} from './placement-rows.ts';
import {sideSamples} from './side-session.ts';
import type {StripRow} from './strip-rows.ts';
import {stripRows} from './strip-rows.ts';
import {thinRuns} from './thin.ts';

/** A warm-up quad, then ABBA: before 10, after 20, after NaN, before 40. */
const samples: Samples = {
  runs: 8,
  quad: Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1),
  position: Uint8Array.of(0, 1, 2, 3, 0, 1, 2, 3),
  side: Uint8Array.of(0, 1, 1, 0, 0, 1, 1, 0),
  warmup: Uint8Array.of(1, 1, 1, 1, 0, 0, 0, 0),
  placement: Int32Array.of(0, 0, 0, 0, 0, 1, 1, 0),
  events: [
    {
      event: 'cycles',
      unit: '',
      value: Float64Array.of(1, 2, 3, 4, 10, 20, NaN, 40),
      enabled: null,
      running: null,
    },
    {
      event: 'duration_time',
      unit: 'ns',
      value: Float64Array.of(1, 1, 1, 1, 7, 8, 9, NaN),
      enabled: null,
      running: null,
    },
  ],
};

describe('strip', () => {
  test('warm-up is left out, runs count within their side, uncounted runs keep their number', () => {
    const rows = stripRows(samples, 'cycles', {before: [{run: 2, value: 40, times: 4}], after: []});
    expect(
      rows.map(({side, run, value, spike, times, elapsedNs, placement}) => [
        side,
        run,
        value,
        spike,
        times,
        elapsedNs,
        placement,
      ]),
    ).toEqual([
      ['before', 1, 10, false, null, 7, 0],
      ['after', 1, 20, false, null, 8, 1],
      ['before', 2, 40, true, 4, null, 0],
    ]);
  });
  test('an unknown event has no rows', () =>
    expect(stripRows(samples, 'branches', {before: [], after: []})).toEqual([]));
});

describe('thinning', () => {
  const row = (run: number, value: number, spike = false): StripRow => ({
    run,
    side: run % 2 === 0 ? 'before' : 'after',
    value,
    spike,
    times: null,
    placement: null,
    quad: 0,
    elapsedNs: null,
  });
  const many = Array.from({length: 100_000}, (_none, i) =>
    row(i, 100 + ((i * 7919) % 1000) / 100, i % 997 === 0),
  );
  const thinned = thinRuns(many, 2000);
  test('every spike stays, and the rest is bounded', () => {
    expect(thinned.filter((one) => one.spike)).toEqual(many.filter((one) => one.spike));
    expect(thinned.filter((one) => !one.spike).length).toBeLessThanOrEqual(2000);
    expect(thinned.filter((one) => !one.spike).length).toBeGreaterThan(1000);
  });
  test('the lowest and the highest quiet run stay, in order', () => {
    const quiet = many.filter((one) => !one.spike).map((one) => one.value);
    const kept = thinned.filter((one) => !one.spike).map((one) => one.value);
    expect(Math.min(...kept)).toBe(quiet.reduce((a, b) => Math.min(a, b)));
    expect(Math.max(...kept)).toBe(quiet.reduce((a, b) => Math.max(a, b)));
    expect(thinned.every((one, i) => i === 0 || one.run > thinned[i - 1].run)).toBe(true);
  });
  test('few rows are left as they are', () =>
    expect(thinRuns(many.slice(0, 50), 100)).toEqual(many.slice(0, 50)));
});

describe('ecdf', () => {
  test('steps of tied and uncounted values', () =>
    expect(ecdfSteps([3, 1, NaN, 3, 2])).toEqual([
      {value: 1, share: 0.25},
      {value: 2, share: 0.5},
      {value: 3, share: 1},
    ]));
  test('nothing counted, no steps', () => expect(ecdfSteps([NaN])).toEqual([]));
  test('thinned steps keep both ends and stay in order', () => {
    const steps = ecdfSteps(
      Array.from({length: 5000}, (_none, i) => i),
      400,
    );
    expect(steps.length).toBe(400);
    expect(steps[0]).toEqual({value: 0, share: 1 / 5000});
    expect(steps.at(-1)).toEqual({value: 4999, share: 1});
    expect(steps.every((step, i) => i === 0 || step.share > steps[i - 1].share)).toBe(true);
  });
});

test('one side of a session is a separate session', () => {
  const after = sideSamples(samples, 'after');
  expect(after.runs).toBe(4);
  expect([...after.events[0].value]).toEqual([2, 3, 20, NaN]);
  expect([...after.warmup]).toEqual([1, 1, 0, 0]);
});

test('placement rows: median, offsets in line and page, runs', () => {
  const session = {
    placements: [
      {text: 'fixed:0', side: 'before', addresses: {main: '0x10008'}},
      {text: 'random:9', side: 'after', addresses: {main: '0x11fe0'}},
    ],
  } as unknown as Session;
  expect(
    placementRows(session, samples, 'cycles').map(
      ({placement, side, line, page, value, runs, firstRun, lastRun}) => [
        placement,
        side,
        line,
        page,
        value,
        runs,
        firstRun,
        lastRun,
      ],
    ),
  ).toEqual([
    [0, 'before', 8, 8, 25, 2, 1, 2],
    [1, 'after', 32, 0xfe0, 20, 1, 1, 1],
  ]);
});

test('every comparison has a cell for every event', () => {
  const comparison = (events: readonly string[]) =>
    ({rows: events.map((event) => ({event, verdict: 'more', change: {ratio: 2}}))}) as never;
  expect(
    matrixCells([
      {label: 'a', comparison: comparison(['x', 'y'])},
      {label: 'b', comparison: comparison(['y'])},
    ]),
  ).toEqual([
    {label: 'a', event: 'x', verdict: 'more', ratio: 2},
    {label: 'a', event: 'y', verdict: 'more', ratio: 2},
    {label: 'b', event: 'x', verdict: 'none', ratio: null},
    {label: 'b', event: 'y', verdict: 'more', ratio: 2},
  ]);
});

describe('rates of the A/A', () => {
  const of = (workload: string, changed: number | null, sameImage = false, quads = 4): Session =>
    ({
      workload,
      before: {label: workload},
      comparison: {
        aa: changed === null ? null : {changed, rows: 6, quads, events: []},
        sameImage,
        quads,
        rows: [{verdict: 'more'}, {verdict: 'equal'}],
      },
    }) as unknown as Session;
  const ratesOf = (sessions: readonly Session[]) => aaRates(sessions.flatMap(aaTables));
  test('tables are counted as a whole, all sessions first, then each workload', () => {
    const rates = ratesOf([
      of('a', 0),
      of('a', 3),
      of('b', 0),
      of('b', null),
      {...of('c', 0), comparison: null},
    ]);
    expect(rates.map(({label, tables, wrong}) => [label, tables, wrong])).toEqual([
      ['all sessions', 3, 1],
      ['a', 2, 1],
      ['b', 1, 0],
    ]);
    expect(
      rates.every(({tables, wrong, low, high}) => low <= wrong / tables && wrong / tables <= high),
    ).toBe(true);
  });
  test('a session of one image is an A/A itself', () => {
    expect(ratesOf([of('a', null, true)])).toMatchObject([
      {label: 'all sessions', tables: 1, wrong: 1},
    ]);
    expect(ratesOf([of('a', null)])).toEqual([]);
  });
  test('an A/A too short to claim anything does not count', () => {
    expect(ratesOf([of('a', 0, false, 3), of('a', null, true, 3)])).toEqual([]);
  });
});
