// Two sides measured apart, early stopping and plans: wider intervals, error rates that are kept,
// sensible numbers.
import {expect, test} from 'vitest';
import {simulate} from '../../bench/noise.ts';
import {anyClaim, conclude, relabelled} from '../../bench/simulated-session.ts';
import {session} from '../../bench/bench-table.ts';
import {selectRuns, firstQuads} from '../../samples/select.ts';
import {randomFrom} from '../../stats/random.ts';
import {planQuads} from '../quads/quads-needed.ts';
import {compareSamples} from '../samples.ts';
import {compareRuns, summariseSide} from '../side.ts';
import type {ComparisonRow} from '../../types.ts';
import type {StoppingRule} from '../quads/stopping.ts';
import {levelAt, looks, nextLook} from '../quads/stopping.ts';

const context = {before: {label: 'a'}, after: {label: 'b'}, design: 'blocked'} as const;

test('two one-sided sessions', () => {
  const random = randomFrom(1);
  const all = session(20, {
    'task-clock': (_, side) => 100 * Math.exp(0.01 * random.normal() + 0.05 * side),
    cycles: () => 1e9 * Math.exp(0.001 * random.normal()),
  });
  const [before, after] = [0, 1].map((side) => selectRuns(all, (run) => all.side[run] === side));
  const comparison = compareRuns(before, {...after, side: new Uint8Array(after.runs)}, context);
  expect(comparison.design).toBe('blocked');
  expect(comparison.quads).toBeNull();
  expect(comparison.rows.map((row) => row.verdict)).toEqual(['more', 'equal']);
  expect(comparison.findings.map((finding) => finding.code)).toContain('blocked-design');
  const paired = compareSamples(all, {...context, design: 'abba'});
  const width = (row: ComparisonRow): number => row.change!.high! - row.change!.low!;
  expect(width(comparison.rows[0])).toBeGreaterThan(width(paired.rows[0]));
  expect(summariseSide(before)[0]).toMatchObject({
    event: 'task-clock',
    unit: 'msec',
    stats: {n: 40},
  });
});

test('three runs a side that agree by chance are not proof', () => {
  const side = (count: number) => {
    const all = session(1, {'context-switches': () => count, cycles: () => 1e6 * count});
    return selectRuns({...all, side: new Uint8Array(4)}, (run) => run < 3);
  };
  expect(compareRuns(side(3), side(9), context).rows.map((row) => row.verdict)).toEqual([
    'unsettled',
    'unsettled',
  ]);
});

test('times that are mostly 0 give no ratio, in either design', () => {
  const all = session(10, {
    duration_time: (run, side) => (run % 8 < 2 ? (side === 0 ? 0.0004 : 0.001) : 0),
  });
  const [before, after] = [0, 1].map((side) => selectRuns(all, (run) => all.side[run] === side));
  for (const {rows} of [
    compareRuns(before, {...after, side: new Uint8Array(after.runs)}, context),
    compareSamples(all, {...context, design: 'abba'}),
  ]) {
    expect(rows[0]).toMatchObject({verdict: 'unsettled', change: null});
    expect(rows[0].reason).toContain('read 0');
  }
});

test('an event of one session only', () => {
  const cycles = session(4, {cycles: () => 5});
  const comparison = compareRuns(cycles, session(4, {instructions: () => 5}), context);
  expect(comparison.rows.map((row) => row.reason)).toEqual([
    'not counted on the after side',
    'not counted on the before side',
  ]);
});

test('drift between sessions makes few false claims', () => {
  const random = randomFrom(2);
  let wrong = 0;
  for (let t = 0; t < 40; t++)
    if (
      anyClaim(
        conclude(relabelled(simulate(random, {scenario: 'drift', perSide: 50}), random), 'blocked'),
      )
    )
      wrong++;
  // benchstat's rule is wrong in nearly all of these 40.
  expect(wrong).toBeLessThanOrEqual(7);
});

const precision: StoppingRule = {kind: 'precision', target: 0.01, maxQuads: 60};
const decision: StoppingRule = {kind: 'decision', target: 0.01, maxQuads: 60};

test('looks and the budget they spend', () => {
  expect(looks(precision)).toEqual([12, 15, 19, 24, 30, 38, 48, 60]);
  const spent = looks(decision).reduce((sum, quads) => sum + 1 - levelAt(decision, quads), 0);
  expect(spent).toBeCloseTo(0.05, 12);
  expect(levelAt(precision, 24)).toBe(0.95);
  expect(looks(decision).slice(0, 4)).toEqual([6, 8, 10, 13]);
  // The first look spends 6 of 60 parts; a session that runs out of time has all that is left.
  expect(levelAt(decision, 6)).toBeCloseTo(1 - 0.05 * (6 / 60), 12);
  expect(levelAt(decision, 5)).toBe(0.95);
  expect(levelAt(decision, 9)).toBeCloseTo(1 - 0.05 * (52 / 60), 12);
});

test('quiet sessions stop at the first look, noisy ones at the last', () => {
  const quiet = session(60, {'task-clock': (run) => 100 + (run % 7) * 0.001});
  expect(nextLook(firstQuads(quiet, 11), precision)).toBe('go on');
  expect(nextLook(firstQuads(quiet, 12), precision)).toBe('stop');
  const random = randomFrom(3);
  const noisy = session(60, {'task-clock': () => 100 * Math.exp(0.5 * random.normal())});
  for (const rule of [precision, decision])
    expect(looks(rule).map((quads) => nextLook(firstQuads(noisy, quads), rule))).toEqual([
      ...looks(rule)
        .slice(1)
        .map(() => 'go on'),
      'stop',
    ]);
  const changed = session(60, {'task-clock': (run, side) => 100 + (run % 7) * 0.001 + 10 * side});
  expect(nextLook(firstQuads(changed, 6), decision)).toBe('stop');
});

test('stopping early keeps the error rate', () => {
  const random = randomFrom(4);
  let wrong = 0;
  const trials = 50;
  for (let t = 0; t < trials; t++) {
    const rule = t % 2 === 0 ? precision : decision;
    const samples = simulate(random, {scenario: 'recorded', perSide: 120});
    const stop =
      looks(rule).find((quads) => nextLook(firstQuads(samples, quads), rule) === 'stop') ?? 60;
    if (anyClaim(conclude(firstQuads(samples, stop), 'abba', levelAt(rule, stop)))) wrong++;
  }
  // At a true rate of 5 % more than 8 of 50 happen once in 1,000 times.
  expect(wrong).toBeLessThanOrEqual(8);
});

test('a plan wants four times the quads for half the change', () => {
  const random = randomFrom(5);
  const recorded = session(50, {
    'task-clock': () => 100 * Math.exp(0.02 * random.normal()),
    cycles: () => 7,
  });
  const [plan, ...others] = planQuads(recorded);
  expect(others).toEqual([]);
  expect(plan.quadSpread).toBeGreaterThan(0.015);
  expect(plan.quadSpread).toBeLessThan(0.027);
  const [one, half, tenth] = plan.targets;
  expect(half.quadsToShow / one.quadsToShow).toBeCloseTo(4, 0);
  expect(tenth.quadsToShow / one.quadsToShow).toBeGreaterThan(80);
  expect(one.quadsToKnow).toBeLessThan(one.quadsToShow);
  // A quad of this noise has a spread of 2 %: (2.24 + 0.84)^2 x 4 is about 38.
  expect(one.quadsToShow).toBeGreaterThan(22);
  expect(one.quadsToShow).toBeLessThan(70);
  expect(planQuads({...recorded, side: new Uint8Array(recorded.runs)})[0].quadSpread).toBeCloseTo(
    plan.quadSpread,
    2,
  );
  expect(() => planQuads(firstQuads(recorded, 3))).toThrow(/at least 6/);
});
