// Plans and draws of slices: lengths, sizes, the order of processes, coins and addresses.
import {describe, expect, test} from 'vitest';
import {coins, drawPairs} from './copy-pairs.ts';
import {executionsFor, planFrom, processesOf, sequenceOf, withCounters} from './slices-plan.ts';
import type {SliceProcess} from '../../results/compare/slices/types.ts';
import type {Template} from './template.ts';
import {copyRegion} from './template.ts';

test('slices are 8 us long, never under 20 executions or 200 empty slices', () => {
  expect(executionsFor([8, 80, 4000], 20)).toEqual([1000, 100, 20]);
  expect(executionsFor([10], 200)).toEqual([4000]);
  expect(executionsFor([10], 20, {sliceNs: 1000})).toEqual([100]);
  expect(executionsFor([10, 100], 20, {multipleOf: 500})).toEqual([1000, 500]);
});

const pilotOf = (placement: number, process: number) => ({
  processes: [-1, 0, 1].map((sign): SliceProcess => ({
    index: 0,
    aa: false,
    executions: [1000],
    clock: {name: 'tsc', nsPerTick: 1, overheadNs: 20},
    pairs: Array.from({length: 12}, (_, at) => ({
      steps: [
        [16, Math.round(1e9 * (sign * process + (at % 2 === 0 ? 1 : -1) * placement)), 1e6, 8, 8],
      ],
      entries: [0, 0],
    })),
  })),
  seconds: [0.05, 0.05, 0.05],
  startSeconds: 0.01,
  quads: 16,
});

const request = {seconds: 10, aa: true, functions: 4};

test('if placements differ but processes do not, a process gets many pairs', () => {
  const wide = planFrom(pilotOf(0.05, 0), [1000], request);
  const narrow = planFrom(pilotOf(0.05, 0.05), [1000], request);
  expect(wide.size.pairs).toBeGreaterThan(narrow.size.pairs);
  expect(narrow.processes).toBeGreaterThan(wide.processes);
  for (const plan of [wide, narrow]) {
    expect(plan.size.quads).toBeGreaterThanOrEqual(8);
    expect(plan.aaProcesses / (plan.processes + plan.aaProcesses)).toBeCloseTo(1 / 3, 1);
  }
});

test('a session without A/A has none; an image of many functions gets fewer pairs', () => {
  const plan = planFrom(pilotOf(0.05, 0), [1000], {...request, aa: false, functions: 2000});
  expect(plan.aaProcesses).toBe(0);
  expect(plan.size.pairs).toBeLessThanOrEqual(4);
});

test('A/A processes are spread evenly', () => {
  const order = sequenceOf({processes: 6, aaProcesses: 3});
  expect(order.map(({aa}) => Number(aa)).join('')).toBe('001001001');
  expect(order.map(({index}) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(sequenceOf({processes: 4, aaProcesses: 0}).every(({aa}) => !aa)).toBe(true);
});

const template = {
  remainder: null,
  functions: [100, 5000, 60].map((bytes) => ({symbol: 'f', code: new Uint8Array(bytes)})),
} as unknown as Template;

const draw = (changes: Partial<Parameters<typeof drawPairs>[0]> = {}) =>
  drawPairs({
    seed: 3,
    pairs: 400,
    templates: [[template], [template]],
    placement: null,
    coins: true,
    ...changes,
  });

test('the same seed draws the same pairs, another seed others', () => {
  expect(draw()).toEqual(draw());
  expect(draw({seed: 4})).not.toEqual(draw());
});

test('every coin falls to either side in about half of the pairs', () => {
  const pairs = draw();
  for (const bit of Object.values(coins)) {
    const heads = pairs.filter((pair) => (pair.coins & bit) !== 0).length;
    expect(heads).toBeGreaterThan(140);
    expect(heads).toBeLessThan(260);
  }
  expect(draw({coins: false}).every((pair) => pair.coins === 0)).toBe(true);
});

test('functions of a pair are in the region, on multiples of 4, with free pages between them', () => {
  const end = copyRegion.start + copyRegion.bytes;
  const spans = draw().flatMap(({addresses}) =>
    [addresses.flat().map((address, at) => ({address, bytes: [100, 5000, 60][at % 3]}))].map(
      (functions) => functions.toSorted((a, b) => Number(a.address - b.address)),
    ),
  );
  for (const functions of spans)
    functions.forEach(({address, bytes}, at) => {
      expect(address % 4n).toBe(0n);
      expect(address >= copyRegion.start && address + BigInt(bytes) < end).toBe(true);
      const next = functions[at + 1]?.address;
      if (next !== undefined)
        expect(next / 4096n - (address + BigInt(bytes - 1)) / 4096n).toBeGreaterThanOrEqual(2n);
    });
});

test('each side of a pair has two pages of its own for calling loops', () => {
  for (const {loops, addresses} of draw({pairs: 50})) {
    const pages = loops.flatMap((loop) => [loop / 4096n, loop / 4096n + 1n]);
    expect(loops.every((loop) => loop % 4096n === 0n)).toBe(true);
    expect(new Set([...pages, ...addresses.flat().map((one) => one / 4096n)]).size).toBe(10);
  }
});

test('a remainder modulo 16 is kept; offsets spread over page and line', () => {
  const aligned = {...template, remainder: 8};
  for (const {addresses} of draw({templates: [[aligned], [aligned]], pairs: 50}))
    for (const address of addresses.flat()) expect(address % 16n).toBe(8n);
  const offsets = new Set(draw().map(({addresses}) => Number(addresses[0][0] % 64n)));
  expect(offsets.size).toBe(16);
});

describe('counters', () => {
  const counters = ['cycles', 'instructions'].map((event, config) => ({event, type: 0, config}));
  const plan = {
    size: {pairs: 10, quads: 10, executions: [100]},
    processes: 40,
    aaProcesses: 20,
    seconds: 10,
  };

  test('take a quarter of the processes, and enough for equal counts to be a change', () => {
    const {processes, aaProcesses, counters: turns} = withCounters(plan, counters);
    expect({processes, aaProcesses}).toEqual({processes: 30, aaProcesses: 15});
    expect(turns).toEqual(counters.map((counter) => ({counter, processes: 10, aaProcesses: 6})));
    expect(withCounters(plan, [])).toBe(plan);
  });

  test('are spread over the session, each process with its own number', () => {
    const order = sequenceOf(withCounters(plan, counters));
    expect(order).toHaveLength(processesOf(withCounters(plan, counters)));
    expect(new Set(order.map(({index}) => index)).size).toBe(order.length);
    const half = order.slice(0, order.length / 2);
    const counted = half.filter(({counter}) => counter !== undefined).length;
    expect(counted).toBeGreaterThanOrEqual(14);
    expect(counted).toBeLessThanOrEqual(18);
    expect(order.filter(({counter, aa}) => counter?.event === 'cycles' && aa)).toHaveLength(6);
  });
});
