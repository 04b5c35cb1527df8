// Inference of slices on processes whose truth is known: the answers, their parts, coverage, and
// the rows with their verdicts.
import {describe, expect, test} from 'vitest';
import {seededNormal} from '../../testdata/random.ts';
import {answerOf} from './slices-answer.ts';
import {isSharper, slicesAndRuns, slicesFindings} from './slices-findings.ts';
import {variancesOf} from './variance-parts.ts';
import {pairFigures, processFigures} from './process.ts';
import {sliceRows} from './rows.ts';
import type {PairSummary, SliceProcess} from './types.ts';

const clock = {name: 'tsc', nsPerTick: 0.5, overheadNs: 20} as const;

interface World {
  readonly effect: number;
  readonly placement: number;
  readonly process: number;
  readonly processes: number;
  readonly aaProcesses?: number;
  readonly aaEffect?: number;
  readonly pairs?: number;
  readonly seed: number;
}

/** Processes of two steps, 10 ns and 30 ns an execution, with normal effects at each level. */
const played = (world: World): SliceProcess[] => {
  const normal = seededNormal(world.seed);
  const all = world.processes + (world.aaProcesses ?? 0);
  return Array.from({length: all}, (_, index): SliceProcess => {
    const aa = index >= world.processes;
    const moment = (aa ? (world.aaEffect ?? 0) : world.effect) + world.process * normal();
    return {
      index,
      aa,
      executions: [1000, 500],
      clock,
      pairs: Array.from({length: world.pairs ?? 10}, (): PairSummary => {
        const log = moment + world.placement * normal();
        return {
          steps: [
            [20, Math.round(log * 1e9), 1e6, 20_000, Math.round(20_000 * Math.exp(log))],
            [20, Math.round(log * 1e9), 1e6, 30_000, Math.round(30_000 * Math.exp(log))],
          ],
          entries: [4096, 8200],
        };
      }),
    };
  });
};

const base: World = {effect: 0.02, placement: 0.05, process: 0.01, processes: 40, seed: 1};
const labels = ['one', 'two'];

test('the time of a repetition is the sum of the steps', () => {
  const process: SliceProcess = {
    index: 0,
    aa: false,
    executions: [1000, 100],
    clock,
    pairs: [
      {
        steps: [
          [10, 1e8, 0, 20_000, 22_103],
          [10, 0, 0, 18_000, 18_000],
        ],
        entries: [0, 0],
      },
    ],
  };
  // 10 ns and 90 ns an execution; the first becomes e^0.1 times as slow.
  const figures = pairFigures(process.pairs[0], process);
  expect(figures.beforeNs).toBeCloseTo(100, 9);
  expect(figures.afterNs).toBeCloseTo(90 + 10 * Math.exp(0.1), 9);
  expect(figures.logRatio).toBeCloseTo(Math.log((90 + 10 * Math.exp(0.1)) / 100), 9);
});

test('three answers and the parts of the variance', () => {
  const answer = answerOf(played({...base, processes: 300}), labels, 0.95)!;
  expect(Math.log(answer.overPlacements.ratio)).toBeCloseTo(0.02, 2);
  expect(Math.log(answer.perPlacement.ratio)).toBeCloseTo(0.02, 2);
  expect(answer.perPlacement.halfWidth).toBeLessThan(0.001);
  expect(answer.spread.sd).toBeGreaterThan(0.045);
  expect(answer.spread.sd).toBeLessThan(0.055);
  expect(answer.parts.process).toBeGreaterThan(0.006);
  expect(answer.parts.process).toBeLessThan(0.014);
  expect(answer.spread.best).toBeLessThan(answer.spread.low);
  expect(answer.spread.low).toBeLessThan(answer.spread.high);
  expect(answer.spread.high).toBeLessThan(answer.spread.worst);
  expect(answer.sliceNs).toBeGreaterThan(10_000);
  expect(answer.steps.map(({label}) => label)).toEqual(labels);
});

test('the change by offset: a side that is slow at the start of its line is seen there', () => {
  const processes = played({...base, placement: 0.001, process: 0}).map((process) => ({
    ...process,
    pairs: process.pairs.map((pair, at) => {
      const isSlow = at % 2 === 0;
      const [first, second] = pair.steps;
      const log = Math.round((isSlow ? 0.1 : 0) * 1e9);
      return {
        steps: [first, second].map(
          ([quads, , spread, before, after]) => [quads, log, spread, before, after] as const,
        ),
        entries: [4096 + 64 * at + 20, 64 * at + (isSlow ? 0 : 32)] as const,
      };
    }),
  }));
  const {byOffset, spread} = answerOf(processes, labels, 0.95)!;
  const at = (side: string, offset: number) =>
    byOffset.find((one) => one.side === side && one.space === 'line' && one.offset === offset)!;
  expect(Math.log(at('after', 0).change.ratio)).toBeCloseTo(0.1, 6);
  expect(Math.log(at('after', 32).change.ratio)).toBeCloseTo(0, 6);
  expect(at('before', 20).placements).toBe(400);
  expect(byOffset.some((one) => one.space === 'page')).toBe(true);
  expect(spread.against).toBe(0);
});

test('without differences between processes their part is close to zero', () => {
  const figures = played({...base, process: 0, processes: 300}).map(processFigures);
  const {placement, process} = variancesOf(figures);
  expect(Math.sqrt(placement)).toBeCloseTo(0.05, 2);
  expect(Math.sqrt(process)).toBeLessThan(0.006);
});

test('the interval covers the truth in 93 to 97 of 100 sessions', () => {
  const sessions = 600;
  let covered = 0;
  for (let seed = 0; seed < sessions; seed++) {
    const {low, high} = answerOf(
      played({...base, processes: 24, seed: seed + 7}),
      labels,
      0.95,
    )!.overPlacements;
    if (Math.log(low) <= 0.02 && Math.log(high) >= 0.02) covered++;
  }
  expect(covered / sessions).toBeGreaterThan(0.93);
  expect(covered / sessions).toBeLessThan(0.975);
});

const rows = (world: World, primary = true) =>
  sliceRows(played(world), {level: 0.95, labels, share: 1, primary});

describe('rows', () => {
  test('a change is shown for the workload and each step', () => {
    const {rows: found, aa} = rows({...base, effect: 0.05, aaProcesses: 12});
    expect(found.map(({event}) => event)).toEqual([
      'slices/ns-per-execution/',
      'slices/ns-per-execution,one/',
      'slices/ns-per-execution,two/',
    ]);
    expect(found.map(({verdict}) => verdict)).toEqual(['more', 'more', 'more']);
    expect(found[0].primary).toBe(true);
    expect(found[0].unit).toBe('ns');
    expect(found[0].before.mean).toBeCloseTo(20, 6);
    expect(aa).toMatchObject({changed: 0, rows: 3, quads: 12});
  });

  test('equality is proven within the margin', () => {
    const {rows: found} = rows({...base, effect: 0, placement: 0.01, process: 0.001});
    expect(found[0].verdict).toBe('equal');
  });

  test('a changed A/A withholds every verdict', () => {
    const {rows: found, aa} = rows({...base, effect: 0.1, aaProcesses: 12, aaEffect: 0.1});
    expect(aa!.changed).toBe(3);
    expect(new Set(found.map(({verdict}) => verdict))).toEqual(new Set(['unsettled']));
    expect(found[0].reason).toContain('A/A');
  });

  test('what would settle a row is given in processes', () => {
    const {rows: found} = rows({...base, effect: 0.004, process: 0.02, processes: 12});
    expect(found[0].verdict).toBe('unsettled');
    expect(found[0].reason).toMatch(/about \d+ processes of slices would settle it$/);
    expect(found[0].quadsNeeded).toBeUndefined();
  });

  test('three processes say nothing', () => {
    const {rows: found} = rows({...base, processes: 3});
    expect(found[0].verdict).toBe('unsettled');
    expect(found[0].reason).toContain('at least 4 are needed');
    expect(answerOf(played({...base, processes: 3}), labels, 0.95)).toBeNull();
  });

  test('A/A sessions claim something in at most 5 of 100', () => {
    let claims = 0;
    for (let seed = 0; seed < 400; seed++) {
      const {rows: found} = rows({...base, effect: 0, processes: 16, seed: seed + 99});
      if (found.some(({verdict}) => verdict === 'more' || verdict === 'less')) claims++;
    }
    expect(claims).toBeLessThanOrEqual(25);
  });

  test('a scenario of one step has one row', () => {
    const processes = played(base).map((process) => ({
      ...process,
      executions: [1000],
      pairs: process.pairs.map((pair) => ({...pair, steps: [pair.steps[0]]})),
    }));
    const {rows: found} = sliceRows(processes, {
      level: 0.95,
      labels: ['one'],
      share: 1,
      primary: true,
    });
    expect(found.map(({event}) => event)).toEqual(['slices/ns-per-execution/']);
  });
});

describe('findings', () => {
  const answer = answerOf(played({...base, aaProcesses: 10}), labels, 0.95)!;
  const rowOf = (ratio: number, half: number) =>
    ({
      event: 'ns-per-execution',
      change: {ratio, low: ratio * (1 - half), high: ratio * (1 + half), level: 0.95},
    }) as never;

  test('the three answers and the parts are reported', () => {
    const [answers, parts] = slicesFindings(answer);
    expect(answers.text).toMatch(/averaged over 400 placements in 40 processes/);
    expect(parts.text).toMatch(/A\/A/);
  });

  test('placements that reverse the verdict are counted and named', () => {
    expect(answer.spread.against).toBeGreaterThan(0);
    expect(slicesFindings(answer).map(({code}) => code)).toContain('placement-turns-verdict');
    const clear = answerOf(played({...base, effect: 0.3}), labels, 0.95)!;
    expect(slicesFindings(clear).map(({code}) => code)).not.toContain('placement-turns-verdict');
  });

  test('long slices are reported', () => {
    const answer = answerOf(played(base), labels, 0.95)!;
    const codes = (sliceNs: number) => slicesFindings({...answer, sliceNs}).map(({code}) => code);
    expect(codes(50_000)).not.toContain('slices-long');
    expect(codes(200_000)).toContain('slices-long');
  });

  test('runs that agree are compared in one line, runs that do not in two', () => {
    expect(slicesAndRuns(answer, [rowOf(1.02, 0.03)]).map(({code}) => code)).toEqual([
      'slices-resolve',
    ]);
    expect(slicesAndRuns(answer, [rowOf(1.2, 0.01)]).map(({code}) => code)).toEqual([
      'slices-resolve',
      'slices-disagree',
    ]);
    expect(slicesAndRuns(answer, [])).toEqual([]);
  });

  test('next to too few runs slices decide', () => {
    const few = {event: 'task-clock', change: null} as never;
    const found = slicesAndRuns(answer, [few]);
    expect(found.map(({code}) => code)).toEqual(['slices-decide']);
    expect(isSharper(found)).toBe(true);
  });
});
