// Conclusions from samples: verdicts, bad samples, exactness of the test under disturbances,
// spikes, parts and disturbances.
import {describe, expect, test} from 'vitest';
import {session} from '../bench/bench-table.ts';
import {parseSamplesCsv} from '../samples/samples-csv.ts';
import {randomFrom} from '../stats/random.ts';
import {conclude, rowOf, codes, noisy} from '../testdata/compare.ts';
import type {Samples} from '../types.ts';

describe('verdicts', () => {
  test.each([
    ['a change beyond the noise', 0.01, 0.03, 'more'],
    ['the other way', 0.01, -0.03, 'less'],
    ['no change, little noise', 0.002, 0, 'equal'],
    ['no change, much noise', 0.1, 0, 'unsettled'],
  ])('%s', (_, spread, effect, verdict) => {
    const row = rowOf(
      conclude(session(25, {'task-clock': noisy(1, spread, effect)})),
      'task-clock',
    );
    expect(row.verdict).toBe(verdict);
    expect(row.primary).toBe(true);
    expect(row.change?.low).toBeLessThanOrEqual(Math.exp(effect));
    expect(row.change?.high).toBeGreaterThanOrEqual(Math.exp(effect));
  });

  test('unsettled says how many quads would settle it', () => {
    const row = rowOf(conclude(session(10, {'task-clock': noisy(21, 0.05)})), 'task-clock');
    expect(row.verdict).toBe('unsettled');
    expect(row.quadsNeeded).toBeGreaterThan(10);
  });

  test('half of the error budget belongs to the primary event', () => {
    const events = Object.fromEntries(
      ['cycles', 'task-clock', 'instructions', 'branches', 'L1-dcache-loads'].map((event, i) => [
        event,
        noisy(30 + i, 0.02),
      ]),
    );
    const comparison = conclude(session(25, events));
    const [first] = [...comparison.rows].sort((a, b) => a.pAdjusted! - b.pAdjusted!);
    expect(first.pAdjusted).toBeCloseTo(
      Math.min(1, first.p! * (4 / 3) * (first.primary ? 2 : 8)),
      12,
    );
    expect(rowOf(comparison, 'task-clock').primary).toBe(true);
    expect(rowOf(conclude(session(25, events), {primary: 'cycles'}), 'cycles').primary).toBe(true);
  });

  test('an A/A that changed withholds every verdict', () => {
    const samples = session(12, {'task-clock': noisy(4, 0.001, 0.1)});
    const comparison = conclude(samples, {aa: {samples}});
    expect(comparison.aa).toMatchObject({changed: 1, rows: 1, events: ['task-clock']});
    expect(rowOf(comparison, 'task-clock')).toMatchObject({
      verdict: 'unsettled',
      reason: expect.stringContaining('A/A'),
    });
    expect(codes(comparison)).toContain('aa-changed');
    expect(
      rowOf(
        conclude(samples, {aa: {samples: session(6, {'task-clock': noisy(5, 0.001)})}}),
        'task-clock',
      ).verdict,
    ).toBe('more');
  });

  test('an A/A of one quad shows nothing', () => {
    const samples = session(6, {'task-clock': noisy(5, 0.001)});
    expect(
      conclude(samples, {
        aa: {samples: session(1, {'context-switches': (_, side) => 3 + 20 * side})},
      }).aa,
    ).toMatchObject({changed: 0, quads: 1});
  });

  test('equal image hashes are an A/A', () => {
    const comparison = conclude(session(8, {'task-clock': noisy(6, 0.01)}), {
      before: {label: 'a', imageHash: 'x'},
      after: {label: 'b', imageHash: 'x'},
    });
    expect(comparison.sameImage).toBe(true);
    expect(codes(comparison)).toContain('same-image');
  });
});

describe('kinds of events', () => {
  test('exact counts need no statistics', () => {
    const comparison = conclude(
      session(2, {'image/bytes/': (_, side) => 100 + side, 'callgrind/instructions/': () => 7}),
    );
    expect(rowOf(comparison, 'image/bytes/')).toMatchObject({kind: 'exact', verdict: 'more', p: 0});
    expect(rowOf(comparison, 'callgrind/instructions/')).toMatchObject({verdict: 'equal'});
  });

  test('an exact count that varies is doubted and judged like a measured one', () => {
    const row = rowOf(
      conclude(
        session(12, {'callgrind/instructions/': (run, side) => 1000 + (run % 3) + 50 * side}),
      ),
      'callgrind/instructions/',
    );
    expect(row.warnings.map((warning) => warning.code)).toEqual(['exact-varies']);
    expect(row.verdict).toBe('more');
  });

  test('a spike neither makes nor hides a change of level', () => {
    const random = randomFrom(8);
    const misses =
      (effect: number) =>
      (run: number, side: number): number =>
        run === 17 ? 12e6 : random.poisson(480 * Math.exp(effect * side));
    const quiet = conclude(session(25, {'iTLB-load-misses': misses(0)}));
    expect(rowOf(quiet, 'iTLB-load-misses').verdict).not.toBe('more');
    expect(rowOf(quiet, 'iTLB-load-misses').change?.ratio).toBeCloseTo(1, 1);
    expect(
      rowOf(conclude(session(25, {'iTLB-load-misses': misses(0.2)})), 'iTLB-load-misses').verdict,
    ).toBe('more');
  });

  test('small counts are tested but get no ratio', () => {
    const random = randomFrom(9);
    const row = rowOf(
      conclude(session(25, {'cpu-migrations': (_, side) => random.poisson(0.1 + 2 * side)})),
      'cpu-migrations',
    );
    expect(row).toMatchObject({kind: 'rare', verdict: 'more', change: null});
  });
});

describe('bad samples', () => {
  const flat = {'task-clock': (): number => 5};
  test('a constant series is equal', () =>
    expect(rowOf(conclude(session(4, flat)), 'task-clock')).toMatchObject({
      verdict: 'equal',
      p: 1,
    }));
  test('constants that differ are a change', () =>
    expect(
      rowOf(conclude(session(4, {'page-faults': (_, side) => 108 + side})), 'page-faults'),
    ).toMatchObject({
      verdict: 'more',
      reason: expect.stringContaining('constant counts that differ'),
    }));
  test('constants of fewer quads say nothing: variation between blocks has not been seen', () => {
    for (const quads of [1, 2, 3])
      expect(
        rowOf(conclude(session(quads, {'page-faults': (_, side) => 108 + side})), 'page-faults')
          .verdict,
      ).toBe('unsettled');
    expect(rowOf(conclude(session(2, flat)), 'task-clock').verdict).toBe('unsettled');
  });
  test('zero in every run is equal once a tenth of a count per run would have been seen', () => {
    const zeros = (quads: number) =>
      rowOf(conclude(session(quads, {'cpu-migrations': () => 0})), 'cpu-migrations');
    expect(zeros(15)).toMatchObject({verdict: 'equal', reason: '0 in every run of both sides'});
    expect(zeros(8)).toMatchObject({
      verdict: 'unsettled',
      reason: '0 in every run of both sides, but in 16 runs a side 0.17 a run could go unseen',
    });
  });
  test('a few quads whose contrasts agree because position affected each alike show nothing', () => {
    const first = session(4, {
      'task-clock': (run) => 100 * ((run & 3) === 0 ? 1.02 : 1) * (1 + 1e-5 * ((run * 7) % 5)),
    });
    const sameOrder = {
      ...first,
      side: first.side.map((_, i) => ((i & 3) === 1 || (i & 3) === 2 ? 1 : 0)),
    };
    expect(rowOf(conclude(sameOrder), 'task-clock')).toMatchObject({verdict: 'unsettled'});
  });
  test('a run in which the event never ran is not counted', () => {
    const lines = [
      'quad,position,side,warmup,cycles,cycles:running',
      ...Array.from(
        {length: 24},
        (_, i) =>
          `${i >> 2},${i & 3},${(i & 3) % 3 === 0 ? 'before' : 'after'},0,` +
          `${i % 8 === 1 ? 0 : 100 + (i % 5)},${i % 8 === 1 ? 0 : 9}`,
      ),
    ];
    const {samples} = parseSamplesCsv(`${lines.join('\n')}\n`);
    expect(rowOf(conclude(samples), 'cycles').after).toMatchObject({n: 9});
  });
  test('negative counts are refused', () =>
    expect(() => conclude(session(3, {cycles: (run) => run - 5}))).toThrow(/cycles is negative/));
  test('infinite counts are refused', () =>
    expect(() => conclude(session(3, {cycles: (run) => 5 / run}))).toThrow(/cycles is endless/));
  test('not counted anywhere', () => {
    const row = rowOf(conclude(session(6, {...flat, cycles: () => Number.NaN})), 'cycles');
    expect(row).toMatchObject({
      verdict: 'unsettled',
      p: null,
      change: null,
      reason: 'not counted on either side',
    });
  });
  test('one run, one side, nothing at all', () => {
    const all = session(2, {'task-clock': noisy(1, 0.1)});
    const first = (runs: number): Samples => ({
      ...all,
      runs,
      quad: all.quad.slice(0, runs),
      position: all.position.slice(0, runs),
      side: all.side.slice(0, runs),
      warmup: all.warmup.slice(0, runs),
      placement: all.placement.slice(0, runs),
      events: all.events.map((series) => ({...series, value: series.value.slice(0, runs)})),
    });
    for (const runs of [0, 1, 2, 4]) {
      const comparison = conclude(first(runs));
      expect(comparison.rows.every((row) => row.verdict === 'unsettled')).toBe(true);
      expect(comparison.rows[0].reason).not.toBe('');
    }
    expect(
      conclude({...all, side: new Uint8Array(8)}).warnings.map((warning) => warning.code),
    ).toContain('side-missing');
  });
  test('quads that lack a side are left out and counted', () => {
    const samples = session(12, {'task-clock': noisy(2, 0.001, 0.05)});
    samples.warmup.fill(1, 4, 6);
    samples.warmup[7] = 1;
    const comparison = conclude(samples);
    expect(comparison.quads).toBe(11);
    expect(comparison.warnings.map((warning) => warning.code)).toEqual(['incomplete-quads']);
    expect(rowOf(comparison, 'task-clock').verdict).toBe('more');
  });
  test('uncounted runs cost only their quads', () => {
    const value = noisy(3, 0.001, 0.05);
    const row = rowOf(
      conclude(session(12, {cycles: (run, side) => (run === 9 ? Number.NaN : value(run, side))})),
      'cycles',
    );
    expect(row.verdict).toBe('more');
    expect(row.before.n! + row.after.n!).toBe(47);
  });
  test('a block of both sides is refused', () => {
    const samples = session(3, flat);
    samples.position.fill(0);
    expect(() => conclude(samples)).toThrow(/holds runs of both sides/);
  });
  test('runs listed side by side find their quads', () => {
    const samples = session(10, {'task-clock': noisy(4, 0.002, 0.05)});
    const order = [...samples.side.keys()].sort((a, b) => samples.side[a] - samples.side[b]);
    const sorted: Samples = {
      ...samples,
      quad: Int32Array.from(order, (i) => samples.quad[i]),
      position: Uint8Array.from(order, (i) => samples.position[i]),
      side: Uint8Array.from(order, (i) => samples.side[i]),
      events: samples.events.map((series) => ({
        ...series,
        value: Float64Array.from(order, (i) => series.value[i]),
      })),
    };
    const [a, b] = [conclude(samples), conclude(sorted)];
    expect(b.quads).toBe(10);
    expect(b.rows[0].verdict).toBe(a.rows[0].verdict);
  });
});
