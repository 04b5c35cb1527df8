// The plan: seeded, balanced, in whole quads, with the A/A spread among them.
import {expect, test} from 'vitest';
import {
  chooseRunsPerBlock,
  makePlan,
  oneSidedBlocks,
  plannedBlocks,
  plannedSeconds,
} from './plan.ts';
import type {PlanRequest} from './plan.ts';

const request: PlanRequest = {
  seed: 7,
  runs: 40,
  budgetSeconds: 45,
  runSeconds: 1,
  runsPerBlock: 2,
  warmupQuads: 1,
  aa: true,
  stopsEarly: false,
  repeat: 10,
  placement: 'random',
  events: ['task-clock'],
};

test('the same request gives the same plan, another seed another order', () => {
  expect(makePlan(request)).toEqual(makePlan(request));
  const orders = new Set(
    Array.from({length: 20}, (_, seed) => makePlan({...request, seed}).order.join()),
  );
  expect(orders.size).toBeGreaterThan(10);
});

test.each([
  {runs: 40, runsPerBlock: 2, quads: 10},
  {runs: 41, runsPerBlock: 2, quads: 11},
  {runs: 1, runsPerBlock: 1, quads: 1},
  {runs: 7, runsPerBlock: 1, quads: 4},
])('-r $runs with $runsPerBlock runs per block is $quads quads', ({runs, runsPerBlock, quads}) => {
  expect(makePlan({...request, runs, runsPerBlock}).quads).toBe(quads);
});

test('a single side gets all blocks of a quad', () => {
  expect(makePlan({...request, runs: 16, runsPerBlock: 2, aa: false, oneSided: true}).quads).toBe(
    2,
  );
});

test('both sides get the same number of runs at mirrored places', () => {
  const blocks = plannedBlocks(makePlan(request));
  const positions = (side: string) =>
    blocks.filter((block) => block.side === side).reduce((sum, block) => sum + block.position, 0);
  expect(blocks.filter((block) => block.side === 'before')).toHaveLength(blocks.length / 2);
  expect(positions('before')).toBe(positions('after'));
  expect(blocks.map((block) => block.index)).toEqual(blocks.map((_, index) => index));
});

test('a quarter of the quads are A/A, spread out, and never warm-up', () => {
  const plan = makePlan({...request, runs: 80});
  const blocks = plannedBlocks(plan);
  const places = blocks
    .filter((block) => block.aa && block.position === 0)
    .map((block) => block.index / 4);
  expect(plan.aaQuads).toBe(5);
  expect(places).toHaveLength(5);
  expect(Math.max(...places.slice(1).map((place, i) => place - places[i]))).toBeLessThan(8);
  expect(blocks.some((block) => block.aa && block.warmup)).toBe(false);
});

test('each block has its own seed', () => {
  const seeds = plannedBlocks(makePlan({...request, runs: 400})).map((block) => block.seed);
  expect(new Set(seeds).size).toBe(seeds.length);
});

test('one-sided sessions run the before side only', () => {
  const blocks = oneSidedBlocks(makePlan(request));
  expect(blocks.every((block) => block.side === 'before' && !block.aa)).toBe(true);
});

test.each([
  [1.2, 1],
  [0.25, 5],
  [0.01, 64],
  [0.1, 12],
])('of runs of %d s, %i share one perf', (seconds, runs) => {
  expect(chooseRunsPerBlock(seconds)).toBe(runs);
});

test.each([
  [45, 0.25],
  [45, 1.3],
  [1, 30],
  [3600, 0.25],
])('a budget of %d s with runs of %d s gives 6 to 60 quads', (budgetSeconds, runSeconds) => {
  const {quads} = makePlan({...request, runs: null, runsPerBlock: null, budgetSeconds, runSeconds});
  expect(quads).toBeGreaterThanOrEqual(6);
  expect(quads).toBeLessThanOrEqual(60);
});

test.each([
  [0.02, 30],
  [0.02, 2],
  [1.4, 30],
  [0.0005, 5],
  [5, 1],
])('runs of %f s fit into %f s of a night, or are as few as possible', (runSeconds, seconds) => {
  for (const oneSided of [false, true]) {
    const {quads, runsPerBlock} = makePlan({
      ...request,
      runs: null,
      budgetSeconds: seconds,
      keepsBudget: true,
      runSeconds,
      runsPerBlock: null,
      warmupQuads: 1,
      aa: false,
      oneSided,
    });
    expect(quads).toBeGreaterThanOrEqual(1);
    expect(quads).toBeLessThanOrEqual(60);
    if (quads > 1) expect((quads + 1) * 4 * runsPerBlock * runSeconds).toBeLessThanOrEqual(seconds);
  }
});

test('a session that may end early has many short blocks', () => {
  const short = {...request, runs: null, runsPerBlock: null, runSeconds: 0.01, budgetSeconds: 10};
  const often = makePlan({...short, looksOften: true});
  expect(often.quads).toBeGreaterThanOrEqual(20);
  expect(often.runsPerBlock).toBeLessThan(makePlan(short).runsPerBlock);
});

test.each([
  [{leastRuns: 10}, 5],
  [{leastRuns: 30}, 15],
  [{mostRuns: 4}, 2],
  [{mostRuns: 5}, 2],
])('%j with no time is %i quads', (sizes, quads) => {
  const open = {...request, runs: null, runsPerBlock: 1, budgetSeconds: 0.1, ...sizes};
  expect(makePlan(open).quads).toBe(quads);
});

test.each([1, 2, 8, 33, 200])('at most %i runs of a short command are kept to', (mostRuns) => {
  const open = {...request, runs: null, runsPerBlock: null, runSeconds: 0.001, budgetSeconds: 10};
  const {quads, runsPerBlock} = makePlan({...open, leastRuns: 1, mostRuns, looksOften: true});
  expect(2 * quads * runsPerBlock).toBeLessThanOrEqual(Math.max(2, mostRuns));
});

test('too little time for the fewest quads is noticed beforehand', () => {
  const runSeconds = 0.5;
  const short = {...request, runs: null, runsPerBlock: null, runSeconds, budgetSeconds: 6};
  expect(plannedSeconds(makePlan(short), runSeconds)).toBeGreaterThan(12);
  const plan = makePlan({...short, budgetSeconds: 60});
  expect(plannedSeconds(plan, runSeconds)).toBeLessThan(72);
});
