// Size reports from hand-made sizes: sums, medians, extremes, steps, folders, reasons, limits.
import {expect, test} from 'vitest';
import {brokenLimit, sizeReport} from './report.ts';
import type {SizedProgram, SideSize} from './types.ts';

const side = (bytes: number): SideSize => ({
  bytes,
  steps: {prologue: 10, body: bytes - 10, 'tail call': 0, unwind: 0, exit: 0},
});
const row = (program: string, before: number, after: number, folder = 'a'): SizedProgram => ({
  file: `${folder}/x.o`,
  folder,
  program,
  type: 'xdp',
  instructions: 5,
  before: side(before),
  after: side(after),
});
const sides = {before: 'v58', after: 'v510'};

test('sum and median may point in different directions', () => {
  const report = sizeReport(
    sides,
    [row('p', 100, 90), row('q', 100, 98, 'b'), row('r', 1000, 1100)],
    [],
  );
  expect(report.sums).toMatchObject({programs: 3, instructions: 15, before: 1200, after: 1288});
  expect(report.sums.median).toBeCloseTo(0.98);
  expect(report).toMatchObject({
    objects: 2,
    disagree: true,
    grew: {programs: 1, bytes: 100},
    shrank: {programs: 2, bytes: 12},
    same: 0,
  });
  expect(report.folders.map(({folder, programs}) => [folder, programs])).toEqual([
    ['a', 2],
    ['b', 1],
  ]);
  expect(report.steps?.map(({step, before, after}) => [step, before, after])).toEqual([
    ['prologue', 30, 30],
    ['body', 1170, 1258],
    ['tail call', 0, 0],
    ['unwind', 0, 0],
    ['exit', 0, 0],
  ]);
});

test('the largest changes come first, ten each way, by bytes and by ratio', () => {
  const rows = Array.from({length: 14}, (_, at) => row(`p${at}`, 1000 - 70 * at, 1000 - 68 * at));
  const {largest, largestRatios} = sizeReport(sides, [...rows, row('less', 50, 40)], []);
  expect(largest.grew).toHaveLength(10);
  expect(largest.grew[0].program).toBe('p13');
  expect(largest.shrank.map(({program}) => program)).toEqual(['less']);
  expect(largestRatios.grew[0].program).toBe('p13');
});

test('no steps if one program has none', () => {
  const whole = {...row('p', 100, 90), after: {bytes: 90, steps: null}};
  expect(sizeReport(sides, [whole, row('q', 1, 1)], []).steps).toBeNull();
});

test('refused programs are counted by which side refuses them and why', () => {
  const refused = ['a', 'b', 'c'].map((program) => ({
    file: 'x.o',
    program,
    by: program === 'c' ? ('after' as const) : ('loader' as const),
    reason: 'map type ringbuf',
  }));
  expect(sizeReport(sides, [], refused)).toMatchObject({
    refusedPrograms: 3,
    refused: [
      {by: 'loader', programs: 2, example: 'x.o a'},
      {by: 'after', programs: 1, example: 'x.o c'},
    ],
    sums: {ratio: null, median: null},
  });
});

test.each([
  ['growth of the sum', [row('p', 1000, 1100), row('q', 10, 10), row('r', 10, 10)], 0.01, ['sum']],
  [
    'growth of the median',
    [row('p', 1000, 900), row('q', 9, 10), row('r', 9, 10)],
    0.01,
    ['median'],
  ],
  ['shrinking is not growth', [row('p', 1000, 900)], 0.01, []],
  ['shrinking', [row('p', 1000, 900)], -0.01, ['sum', 'median']],
  ['the limit itself', [row('p', 1000, 1250)], 0.25, []],
  ['any growth', [row('p', 1000, 1001)], 0, ['sum', 'median']],
])('%s', (_, rows, limit, broken) => {
  expect(brokenLimit(sizeReport(sides, rows, []), limit)).toEqual(broken);
});
